#include "tools/storm/storm_options.h"

#include <algorithm>

namespace nut::storm {

Range RangeOf(uint64_t connections, const Share& share) {
  const uint64_t size = connections / share.count;
  const uint64_t larger = connections % share.count;  // so many shares have one more
  return {.first = share.index * size + std::min<uint64_t>(share.index, larger),
          .count = size + (share.index < larger ? 1 : 0)};
}

}  // namespace nut::storm
