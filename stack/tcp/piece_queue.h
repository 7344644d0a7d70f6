// PieceQueue: pieces in order, in a ring that grows by doubling and is given back as a whole. Owned by a
// receive buffer, which bounds what is in it.
#pragma once

#include <cstdint>
#include <memory>

#include "stack/tcp/received_piece.h"

namespace nut::tcp {

class PieceQueue {
 public:
  bool empty() const { return count_ == 0; }
  size_t size() const { return count_; }
  size_t memory() const { return capacity_ * sizeof(ReceivedPiece); }

  // By place from the front; front() and back() not when empty.
  const ReceivedPiece& operator[](size_t place) const { return pieces_[(head_ + place) & (capacity_ - 1)]; }
  ReceivedPiece& front() { return pieces_[head_]; }
  ReceivedPiece& back() { return pieces_[(head_ + count_ - 1) & (capacity_ - 1)]; }

  void Push(ReceivedPiece&& piece) {
    if (count_ == capacity_) Grow();
    pieces_[(head_ + count_++) & (capacity_ - 1)] = std::move(piece);
  }
  ReceivedPiece Pop() {
    ReceivedPiece piece = std::move(pieces_[head_]);
    head_ = (head_ + 1) & (capacity_ - 1);
    --count_;
    return piece;
  }
  // Lets the first one go.
  void DropFront() {
    pieces_[head_] = {};
    head_ = (head_ + 1) & (capacity_ - 1);
    --count_;
  }
  // Lets everything go, the memory too.
  void Release();

 private:
  void Grow();

  std::unique_ptr<ReceivedPiece[]> pieces_;
  uint32_t capacity_ = 0;  // a power of two, or 0
  uint32_t head_ = 0;
  uint32_t count_ = 0;
};

}  // namespace nut::tcp
