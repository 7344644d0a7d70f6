// ArrivalOrder: where the segments behind a gap came last: the order in which a peer is told of them (RFC
// 2018 4). Owned by a ReorderBuffer. Positions count octets from the start of the stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "stack/tcp/range_list.h"

namespace nut::tcp {

class ArrivalOrder {
 public:
  // As many blocks as a header without other options holds.
  static constexpr size_t kRemembered = 4;

  // A segment that begins at `position` has been added to `ranges`.
  void Note(uint64_t position, const RangeList& ranges);

  // RFC 2018 4: "The first SACK block MUST specify the contiguous block of data containing the segment which
  // triggered this ACK"; then "the most recently reported SACK blocks"; and where these do not fill `out`,
  // what lies highest. Says how many.
  size_t List(const RangeList& ranges, std::span<Range> out) const;

 private:
  std::array<uint64_t, kRemembered> recent_{};  // one position of each, the latest first
  size_t count_ = 0;
};

}  // namespace nut::tcp
