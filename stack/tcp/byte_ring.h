// ByteRing: the memory behind a send or receive buffer: a ring that is allocated on first use, grows with
// demand, and is given back as a whole. It knows where its first byte is, not how many bytes are in use: its
// owner does. Owned by one buffer; any thread of the node (they are cooperative).
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "stack/base/bytes.h"

namespace nut::tcp {

class ByteRing {
 public:
  size_t capacity() const { return capacity_; }

  // Makes room for `needed` bytes; the first `kept` bytes keep their content. Grows by doubling, but not
  // above `limit` unless `needed` itself is.
  void Reserve(size_t needed, size_t kept, size_t limit);

  // Copies `bytes` to `offset` behind the first byte. offset + size <= capacity.
  void Write(size_t offset, ByteView bytes);

  // The bytes from `offset` on, in up to two pieces. offset + length <= capacity. Valid until Reserve or
  // Release.
  std::array<ByteView, 2> Slice(size_t offset, size_t length) const;

  // Copies from `offset` into the whole of `out`.
  void Read(size_t offset, MutableByteView out) const;

  // Lets the first `count` bytes go.
  void Consume(size_t count);

  // Gives the memory back; the content is lost.
  void Release();

 private:
  size_t Index(size_t offset) const {
    const size_t index = head_ + offset;
    return index >= capacity_ ? index - capacity_ : index;
  }

  std::unique_ptr<uint8_t[]> bytes_;
  size_t capacity_ = 0;
  size_t head_ = 0;
};

}  // namespace nut::tcp
