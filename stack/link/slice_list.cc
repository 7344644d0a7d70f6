#include "stack/link/slice_list.h"

#include <algorithm>

namespace nut::link {

SliceList SliceList::Part(size_t offset, size_t length) const {
  SliceList part;
  for (const Slice& slice : slices()) {
    if (length == 0) break;
    if (offset >= slice.bytes.size()) {
      offset -= slice.bytes.size();
      continue;
    }
    const size_t count = std::min(length, slice.bytes.size() - offset);
    part.Push({slice.chunk, slice.bytes.subspan(offset, count)});
    offset = 0;
    length -= count;
  }
  return part;
}

void SliceList::CopyTo(MutableByteView out) const {
  size_t place = 0;
  for (const Slice& slice : slices()) {
    std::memcpy(out.data() + place, slice.bytes.data(), slice.bytes.size());
    place += slice.bytes.size();
  }
}

}  // namespace nut::link
