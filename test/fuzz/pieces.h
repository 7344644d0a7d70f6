// A text as a fuzz target gets it: the first byte says how large the pieces are in which the rest arrives.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "stack/base/bytes.h"

namespace nut::fuzz {

struct Pieces {
  explicit Pieces(ByteView input) {
    if (input.empty()) return;
    const size_t size = input[0] + size_t{1};
    whole = AsText(input.subspan(1));
    for (size_t at = 0; at < whole.size(); at += size) pieces.push_back(whole.substr(at, size));
  }

  std::string whole;
  std::vector<std::string> pieces;
};

}  // namespace nut::fuzz
