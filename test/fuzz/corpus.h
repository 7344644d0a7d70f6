// Inputs for fuzz targets, made from a seed: well-formed samples of each kind, and what chance makes of them.
// The same on every machine, so that a failing input is found again by its number.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "stack/base/bytes.h"

namespace nut::fuzz {

using Bytes = std::vector<uint8_t>;

// What a target starts from, and how much its ordinary test makes of it.
struct Corpus {
  std::vector<Bytes> samples;
  size_t mutations = 0;      // damaged copies of each sample
  size_t random_inputs = 0;  // strings of random bytes
};

// Of the kind of input that the program is linked with: frames, node scripts, or texts.
Corpus MakeCorpus();

// Calls `visit` with each sample, each of its truncations, its damaged copies, and the random inputs.
void ForEachInput(const Corpus& corpus, const std::function<void(ByteView)>& visit);

}  // namespace nut::fuzz
