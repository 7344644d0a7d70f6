#include "stack/tcp/reorder_buffer.h"

#include <algorithm>
#include <cstring>

#include "stack/base/invariant.h"

namespace nut::tcp {

void ReorderBuffer::Add(uint64_t position, ByteView bytes) {
  const Range range{position, position + bytes.size()};
  ranges_.ForEachUncovered(range, [&](Range part) {
    Write(part.begin, bytes.subspan(static_cast<size_t>(part.begin - position),
                                    static_cast<size_t>(part.end - part.begin)));
  });
  ranges_.Add(range);
}

void ReorderBuffer::Write(uint64_t position, ByteView bytes) {
  while (!bytes.empty()) {
    link::ChunkRef& page = pages_[position / kPageSize];
    if (!page) page = link::Chunk::OnHeap(kPageSize);
    const size_t place = position % kPageSize;
    const size_t count = std::min(bytes.size(), kPageSize - place);
    NUT_INVARIANT(place >= page->size(), "what was handed over is not written again");
    std::memcpy(page->spare().data() + (place - page->size()), bytes.data(), count);
    bytes = bytes.subspan(count);
    position += count;
  }
}

link::Slice ReorderBuffer::TakeSlice(uint64_t position, uint64_t reached) {
  const auto page = pages_.find(position / kPageSize);
  NUT_INVARIANT(page != pages_.end(), "a range has its pages");
  const uint64_t page_begin = page->first * kPageSize;
  const uint64_t end = std::min(reached, page_begin + kPageSize);
  link::ChunkRef chunk = page->second;
  chunk->Commit(static_cast<size_t>(end - page_begin) - chunk->size());
  const ByteView bytes = chunk->bytes().subspan(static_cast<size_t>(position - page_begin));
  const bool more = !ranges_.empty() && ranges_[0].begin < page_begin + kPageSize;
  if (!more) pages_.erase(page);
  return {std::move(chunk), bytes};
}

}  // namespace nut::tcp
