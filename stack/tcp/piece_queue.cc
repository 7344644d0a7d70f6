#include "stack/tcp/piece_queue.h"

namespace nut::tcp {
namespace {

constexpr uint32_t kSmallestCapacity = 4;

}  // namespace

void PieceQueue::Grow() {
  const uint32_t wanted = capacity_ == 0 ? kSmallestCapacity : capacity_ * 2;
  auto larger = std::make_unique<ReceivedPiece[]>(wanted);
  for (uint32_t i = 0; i < count_; ++i) larger[i] = std::move(pieces_[(head_ + i) & (capacity_ - 1)]);
  pieces_ = std::move(larger);
  capacity_ = wanted;
  head_ = 0;
}

void PieceQueue::Release() {
  pieces_.reset();
  capacity_ = head_ = count_ = 0;
}

}  // namespace nut::tcp
