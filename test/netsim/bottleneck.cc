#include "test/netsim/bottleneck.h"

#include "stack/wire/ethernet.h"

namespace nut::netsim {
namespace {

bool IsIpv4(const link::Frame& frame) {
  const auto view = wire::EthernetView::Parse(frame.data());
  return view && view->Is(wire::EtherType::kIpv4);
}

}  // namespace

void Bottleneck::Admit(link::FramePtr frame, Instant now) {
  // A frame may always go onto an empty line.
  const size_t backlog = line_.Backlog(now);
  if (backlog > 0 && backlog + frame->size() > options_.queue_octets) {
    ++counts_.tail_drops;
    return;
  }
  ++counts_.carried;
  const Instant sent = line_.Transmit(now, frame->size());
  counts_.waited += sent - now;
  // Two draws for each frame, whatever is asked for: the same frames are lost whether others are reordered or
  // not.
  const bool lost = rng_.Chance(options_.loss);
  const bool late = rng_.Chance(options_.reorder);
  const bool exposed = (lost || late) && IsIpv4(*frame);
  if (lost && exposed) {
    ++counts_.losses;
    return;
  }
  frame->received = After(sent, options_.delay);
  if (late && exposed) {
    frame->received = After(frame->received, options_.reorder_hold);
    held_back_.Push(std::move(frame));
  } else {
    straight_.Push(std::move(frame));
  }
}

link::FrameQueue& Bottleneck::NextQueue() {
  if (held_back_.empty()) return straight_;
  if (straight_.empty()) return held_back_;
  return held_back_.front()->received < straight_.front()->received ? held_back_ : straight_;
}

Instant Bottleneck::next_arrival() {
  const link::Frame* next = NextQueue().front();
  return next == nullptr ? kNever : next->received;
}

link::FramePtr Bottleneck::PopArrived(Instant now) {
  return next_arrival() <= now ? NextQueue().Pop() : nullptr;
}

}  // namespace nut::netsim
