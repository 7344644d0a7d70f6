// Scripts that lead a node into each of its corners: where a fuzzer begins.
#pragma once

#include <vector>

#include "test/fuzz/forge.h"

namespace nut::fuzz {

std::vector<Bytes> NodeSeeds();

}  // namespace nut::fuzz
