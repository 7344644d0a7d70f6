#include "stack/tcp/receive_buffer.h"

#include <algorithm>

namespace nut::tcp {

size_t ReceiveBuffer::early_reach() const {
  return early_.empty() ? 0 : static_cast<size_t>(early_.end() - next_);
}

ReceiveBuffer::Placed ReceiveBuffer::Place(size_t offset, ByteView data, size_t maximum_ranges,
                                           size_t limit) {
  if (data.empty()) return {.advanced = 0, .kept = true};
  const size_t kept = readable_ + early_reach();
  if (offset == 0 && early_.empty()) {  // the common case
    ring_.Reserve(readable_ + data.size(), kept, limit);
    ring_.Write(readable_, data);
    readable_ += data.size();
    next_ += data.size();
    return {.advanced = data.size(), .kept = true};
  }

  const Range range{next_ + offset, next_ + offset + data.size()};
  // Octets in order need no range of their own, so the limit never stands in the way of progress.
  const size_t room = offset == 0 ? maximum_ranges + 1 : maximum_ranges;
  if (!early_.Fits(range, room)) return {.advanced = 0, .kept = false};
  ring_.Reserve(readable_ + offset + data.size(), kept, limit);
  early_.ForEachUncovered(range, [&](Range part) {
    ring_.Write(readable_ + static_cast<size_t>(part.begin - next_),
                data.subspan(static_cast<size_t>(part.begin - range.begin),
                             static_cast<size_t>(part.end - part.begin)));
  });
  early_.Add(range);
  if (offset > 0) return {.advanced = 0, .kept = true};

  const uint64_t reached = early_.Advance(next_);
  const auto advanced = static_cast<size_t>(reached - next_);
  readable_ += advanced;
  next_ = reached;
  return {.advanced = advanced, .kept = true};
}

size_t ReceiveBuffer::Peek(MutableByteView out) const {
  const size_t count = std::min(out.size(), readable_);
  if (count > 0) ring_.Read(0, out.first(count));
  return count;
}

size_t ReceiveBuffer::Read(MutableByteView out) {
  const size_t count = Peek(out);
  ring_.Consume(count);
  readable_ -= count;
  return count;
}

void ReceiveBuffer::Clear() {
  ring_.Release();
  early_.Clear();
  readable_ = 0;
}

void ReceiveBuffer::ReleaseIfEmpty() {
  if (readable_ > 0 || has_gap()) return;
  ring_.Release();
  early_.Clear();
}

}  // namespace nut::tcp
