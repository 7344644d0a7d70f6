#include "test/explore/choice_device.h"

#include <algorithm>
#include <array>

namespace nut::explore {

ChoiceDevice::~ChoiceDevice() { DeviceDecorator::SetListener(nullptr); }

void ChoiceDevice::Lose(FrameMatch match, unsigned count) {
  rules_.push_back({std::move(match), count, false});
}

void ChoiceDevice::MayLose(FrameMatch match, unsigned count) {
  rules_.push_back({std::move(match), count, true});
}

void ChoiceDevice::Delay(FrameMatch match, Duration by) {
  delayed_ = std::move(match);
  delay_ = by;
}

void ChoiceDevice::Relent() {
  rules_.clear();
  delayed_ = nullptr;
}

void ChoiceDevice::Clear() {
  arrived_.clear();
  late_.clear();
  if (timer_) timer_->Stop();
}

void ChoiceDevice::SetListener(link::DeviceListener* listener) {
  listener_ = listener;
  DeviceDecorator::SetListener(listener != nullptr ? this : nullptr);
}

void ChoiceDevice::OnReceivable() {
  if (listener_ != nullptr) listener_->OnReceivable();
}

size_t ChoiceDevice::Receive(std::span<link::FramePtr> batch) {
  TakeIn();
  size_t count = 0;
  while (count < batch.size() && !arrived_.empty()) batch[count++] = TakeOne();
  return count;
}

// Everything that the wire has for us now.
void ChoiceDevice::TakeIn() {
  std::array<link::FramePtr, 8> taken;
  for (size_t count = 1; count > 0;) {
    count = inner().Receive(taken);
    for (size_t i = 0; i < count; ++i) {
      if (IsLost(*taken[i])) {
        statistics_.Drop(DropReason::kImpairLoss);
        taken[i].reset();
      } else if (delayed_ && delayed_(taken[i]->data())) {
        PutOff(std::move(taken[i]));
      } else {
        arrived_.push_back(std::move(taken[i]));
      }
    }
  }
  for (; !late_.empty() && late_.front().when <= executor_.Now(); late_.pop_front())
    arrived_.push_back(std::move(late_.front().frame));
  if (!late_.empty() && !timer_->armed()) timer_->StartAt(late_.front().when);
}

bool ChoiceDevice::IsLost(const link::Frame& frame) {
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (!rule->match(frame.data())) continue;
    const bool chosen = rule->chosen;
    if (--rule->left == 0) rules_.erase(rule);
    if (chosen) {
      static constexpr std::string_view kFates[] = {"the frame arrives", "the frame is lost"};
      if (executor_.Choose(kFates) == 0) return false;
    }
    if (tell_) tell_("lost", frame.data());
    return true;
  }
  return false;
}

void ChoiceDevice::PutOff(link::FramePtr frame) {
  if (tell_) tell_("late", frame->data());
  if (!timer_)
    timer_.emplace(
        executor_.timers(), [this] { OnReceivable(); }, "late frame");
  late_.push_back({After(executor_.Now(), delay_), std::move(frame)});
}

link::FramePtr ChoiceDevice::TakeOne() {
  static constexpr std::string_view kOrder[kCompetitors] = {"the first frame", "the second frame",
                                                            "the third frame"};
  const size_t competitors = std::min(arrived_.size(), kCompetitors);
  const size_t first = competitors > 1 ? executor_.Choose(std::span(kOrder).first(competitors)) : 0;
  link::FramePtr frame = std::move(arrived_[first]);
  arrived_.erase(arrived_.begin() + static_cast<ptrdiff_t>(first));
  return frame;
}

}  // namespace nut::explore
