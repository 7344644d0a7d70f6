// TextStore: the younger octets of one half's stream, by position, to compare retransmissions with. Owned by
// the rule that compares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "tools/tracecheck/sequence.h"

namespace nut::tracecheck {

class TextStore {
 public:
  struct Difference {
    Position place;
    uint8_t before;
    uint8_t now;
  };

  // The first octet at which `text` differs from what is stored.
  std::optional<Difference> Compare(Position start, std::span<const uint8_t> text) const;

  // Stores what is not stored yet; then forgets the lowest octets, until at most `limit` are left.
  void Put(Position start, std::span<const uint8_t> text, size_t limit);

 private:
  using Pieces = std::map<Position, std::vector<uint8_t>>;

  Pieces::const_iterator FirstBehind(Position place) const;

  Pieces pieces_;  // disjoint
  size_t size_ = 0;
};

}  // namespace nut::tracecheck
