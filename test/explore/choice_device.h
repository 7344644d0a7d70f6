// ChoiceDevice: what stands between a node of the explorer and the wire: it leaves to the scheduler in which
// order frames are taken that have arrived at one instant, and it loses, delays or leaves to chance what a
// scenario names. All of it on the way in, so that the wire shows every frame that was sent. Owned by its
// site; device and executor outlive it. Called from the node's threads; scenarios call it from theirs.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "stack/base/statistics.h"
#include "stack/link/device_decorator.h"
#include "stack/link/frame.h"
#include "stack/os/executor.h"
#include "stack/os/timer.h"

namespace nut::explore {

// Whether a rule is for this frame.
using FrameMatch = std::function<bool(ByteView ethernet_frame)>;

class ChoiceDevice final : public link::DeviceDecorator, private link::DeviceListener {
 public:
  // Told what becomes of a frame otherwise than it arriving: "lost", "late"; null when nobody wants to know.
  using Tell = std::function<void(std::string_view fate, ByteView frame)>;

  ChoiceDevice(link::Device& inner, os::Executor& executor, Statistics& statistics)
      : DeviceDecorator(inner), executor_(executor), statistics_(statistics) {}
  ~ChoiceDevice() override;

  void SetTell(Tell tell) { tell_ = std::move(tell); }

  // The next `count` frames that match are lost.
  void Lose(FrameMatch match, unsigned count);
  // Whether the next `count` frames that match are lost is the scheduler's choice.
  void MayLose(FrameMatch match, unsigned count);
  // Frames that match take so much longer; null ends it. One such rule at a time.
  void Delay(FrameMatch match, Duration by);
  // No more losses, no more delays.
  void Relent();

  // Lets go of what has arrived.
  void Clear();

  size_t Receive(std::span<link::FramePtr> batch) override;
  void SetListener(link::DeviceListener* listener) override;

 private:
  // Of frames that have arrived at one instant, at most so many compete to be first.
  static constexpr size_t kCompetitors = 3;

  struct Rule {
    FrameMatch match;
    unsigned left;
    bool chosen;  // may lose, not must
  };
  struct Late {
    Instant when;
    link::FramePtr frame;
  };

  void OnReceivable() override;
  void TakeIn();
  bool IsLost(const link::Frame& frame);
  void PutOff(link::FramePtr frame);
  link::FramePtr TakeOne();

  os::Executor& executor_;
  Statistics& statistics_;
  link::DeviceListener* listener_ = nullptr;
  Tell tell_;
  std::vector<Rule> rules_;
  FrameMatch delayed_;
  Duration delay_{};
  std::deque<link::FramePtr> arrived_;
  std::deque<Late> late_;           // in the order of their time
  std::optional<os::Timer> timer_;  // made when the first frame is late
};

}  // namespace nut::explore
