// Inputs for fuzz targets, made from a seed: whole frames of every protocol, and what chance makes of them.
// The same on every machine, so that a failing input is found again by its number.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "stack/base/bytes.h"

namespace nut::fuzz {

using Bytes = std::vector<uint8_t>;

// One well-formed Ethernet frame of each kind that the stack knows.
std::vector<Bytes> SampleFrames();

// The frames from each header on, so that a parser of any layer gets its own format.
std::vector<Bytes> SampleInputs();

// Calls `visit` with each sample input, each of its truncations, `mutations` damaged copies of each, and
// `random_inputs` strings of random bytes.
void ForEachInput(size_t mutations, size_t random_inputs, const std::function<void(ByteView)>& visit);

}  // namespace nut::fuzz
