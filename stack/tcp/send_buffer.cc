#include "stack/tcp/send_buffer.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {

size_t SendBuffer::Append(ByteView data, size_t limit) {
  if (size_ >= limit) return 0;
  const ByteView taken = data.first(std::min(data.size(), limit - size_));
  if (taken.empty()) return 0;
  ring_.Reserve(size_ + taken.size(), size_, limit);
  ring_.Write(size_, taken);
  size_ += taken.size();
  return taken.size();
}

void SendBuffer::Consume(size_t count) {
  NUT_INVARIANT(count <= size_, "more was acknowledged than was queued");
  ring_.Consume(count);
  size_ -= count;
}

void SendBuffer::Clear() {
  ring_.Release();
  size_ = 0;
}

void SendBuffer::ReleaseIfEmpty() {
  if (size_ == 0) ring_.Release();
}

}  // namespace nut::tcp
