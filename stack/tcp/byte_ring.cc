#include "stack/tcp/byte_ring.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {
namespace {

constexpr size_t kSmallestCapacity = 2048;  // one full Ethernet segment

}  // namespace

void ByteRing::Reserve(size_t needed, size_t kept, size_t limit) {
  if (needed <= capacity_) return;
  const size_t wanted = std::max(needed, std::min(limit, std::max(kSmallestCapacity, capacity_ * 2)));
  auto larger = std::make_unique_for_overwrite<uint8_t[]>(wanted);
  if (kept > 0) Read(0, MutableByteView(larger.get(), kept));
  bytes_ = std::move(larger);
  capacity_ = wanted;
  head_ = 0;
}

void ByteRing::Write(size_t offset, ByteView bytes) {
  if (bytes.empty()) return;
  NUT_INVARIANT(offset + bytes.size() <= capacity_, "a write must stay inside the ring");
  const size_t start = Index(offset);
  const size_t first = std::min(bytes.size(), capacity_ - start);
  std::memcpy(bytes_.get() + start, bytes.data(), first);
  if (first < bytes.size()) std::memcpy(bytes_.get(), bytes.data() + first, bytes.size() - first);
}

std::array<ByteView, 2> ByteRing::Slice(size_t offset, size_t length) const {
  if (length == 0) return {};
  NUT_INVARIANT(offset + length <= capacity_, "a slice must stay inside the ring");
  const size_t start = Index(offset);
  const size_t first = std::min(length, capacity_ - start);
  return {ByteView(bytes_.get() + start, first), ByteView(bytes_.get(), length - first)};
}

void ByteRing::Read(size_t offset, MutableByteView out) const {
  size_t done = 0;
  for (ByteView piece : Slice(offset, out.size())) {
    if (piece.empty()) continue;
    std::memcpy(out.data() + done, piece.data(), piece.size());
    done += piece.size();
  }
}

void ByteRing::Consume(size_t count) {
  if (count == 0) return;
  NUT_INVARIANT(count <= capacity_, "more was consumed than the ring holds");
  head_ = Index(count);
}

void ByteRing::Release() {
  bytes_.reset();
  capacity_ = 0;
  head_ = 0;
}

}  // namespace nut::tcp
