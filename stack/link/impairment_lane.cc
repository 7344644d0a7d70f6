#include "stack/link/impairment_lane.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::link {
namespace {

void Flip(Frame& frame, uint32_t bit) {
  frame.mutable_data()[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
  // Nobody vouches for these bytes any more.
  frame.checksum = {};
}

}  // namespace

void ImpairmentLane::SetOptions(const ImpairmentOptions& options) {
  options_ = options;
  active_ = direction_ == Direction::kReceive ? options.applies_to_receive() : options.applies_to_transmit();
  if (!active_) {
    // Frames that come while others still wait queue behind them, but nothing happens to them.
    options_ = {.held_frames = options.held_frames};
  }
  line_.set_bits_per_second(options_.bits_per_second);
}

void ImpairmentLane::Admit(FramePtr frame, Instant now) {
  NUT_INVARIANT(frame->segmentation.segment_size == 0 && frame->checksum.state != ChecksumState::kPartial,
                "a frame with work left reached the impairment");
  ImpairmentDecision decision;
  if (active_ && frame->size() > 0) decision = dice_.Throw(options_, frame->size());
  if (decision.drop == DropReason::kNone &&
      (held_.size() >= options_.held_frames || LineIsFull(*frame, now))) {
    decision = {.draw = decision.draw, .drop = DropReason::kImpairQueueFull};
  }
  if (decision.drop != DropReason::kNone) {
    Drop(std::move(frame), decision);
    return;
  }

  if (direction_ == Direction::kTransmit && observer_ != nullptr) {
    observer_->OnImpaired(direction_, *frame, decision);
  }
  if (decision.corrupted_bit) {
    Flip(*frame, *decision.corrupted_bit);
    statistics_.Add(Counter::kImpairCorrupted);
  }
  if (decision.reordered) statistics_.Add(Counter::kImpairReordered);
  const Instant release = ReleaseOf(*frame, decision, now);
  FramePtr duplicate;
  if (decision.duplicated) {
    duplicate = pool_.Clone(*frame);
    if (duplicate) {
      statistics_.Add(Counter::kImpairDuplicated);
    } else {
      statistics_.Drop(DropReason::kFramePoolEmpty);
    }
  }
  Push(release, std::move(frame), decision);
  if (duplicate) Push(release, std::move(duplicate), decision);
}

void ImpairmentLane::Drop(FramePtr frame, const ImpairmentDecision& decision) {
  statistics_.Drop(decision.drop);
  if (observer_ != nullptr) observer_->OnImpaired(direction_, *frame, decision);
}

bool ImpairmentLane::LineIsFull(const Frame& frame, Instant now) const {
  const size_t backlog = line_.Backlog(now);
  // A frame may always go onto an empty line, even one larger than the queue.
  return backlog > 0 && backlog + frame.size() > options_.rate_queue_bytes;
}

Instant ImpairmentLane::ReleaseOf(const Frame& frame, const ImpairmentDecision& decision, Instant now) {
  const Instant release = After(line_.Transmit(now, frame.size()), decision.delay);
  if (decision.reordered) return After(std::max(release, last_release_), options_.reorder_hold);
  last_release_ = std::max(release, last_release_);
  return last_release_;
}

void ImpairmentLane::Push(Instant release, FramePtr frame, const ImpairmentDecision& decision) {
  held_.push_back({release, order_++, std::move(frame), decision});
  std::push_heap(held_.begin(), held_.end(), Later);
}

FramePtr ImpairmentLane::PopDue(Instant now) {
  if (next_release() > now) return nullptr;
  std::pop_heap(held_.begin(), held_.end(), Later);
  Held due = std::move(held_.back());
  held_.pop_back();
  if (direction_ == Direction::kReceive && observer_ != nullptr) {
    observer_->OnImpaired(direction_, *due.frame, due.decision);
  }
  return std::move(due.frame);
}

bool ImpairmentLane::Later(const Held& a, const Held& b) {
  return a.release != b.release ? a.release > b.release : a.order > b.order;
}

}  // namespace nut::link
