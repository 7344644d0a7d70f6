#include "tools/storm/kernel/transfer.h"

#include <algorithm>
#include <array>

namespace nut::storm {
namespace {

constexpr size_t kPiece = 16384;

}  // namespace

Step ContentSender::Go(KernelSocket& socket) {
  while (sent_ < size_) {
    size_t moved = 0;
    const Step step = socket.Send(Content(connection_, sent_, size_ - sent_), moved);
    sent_ += static_cast<uint32_t>(moved);
    if (step != Step::kMore) return step;
  }
  return Step::kDone;
}

Step ContentReceiver::Go(KernelSocket& socket) {
  std::array<uint8_t, kPiece> piece;
  while (received_ < size_) {
    size_t moved = 0;
    const size_t wanted = std::min<size_t>(piece.size(), size_ - received_);
    const Step step = socket.Receive(MutableByteView(piece).first(wanted), moved);
    right_ = right_ && IsContent(connection_, received_, ByteView(piece).first(moved));
    received_ += static_cast<uint32_t>(moved);
    if (step != Step::kMore) return step;
  }
  return Step::kDone;
}

Step ExpectEnd(KernelSocket& socket) {
  std::array<uint8_t, 1> more;
  size_t moved = 0;
  Step step;
  do {
    step = socket.Receive(more, moved);
  } while (step == Step::kMore && moved == 0);
  return step == Step::kMore ? Step::kFailed : step;
}

}  // namespace nut::storm
