// FaultyWire: what lies between a station and its cable: every frame is written down, and those that the
// scene names meet a fate: lost, late, twice, marked, damaged. Owned by its station; what is inside outlives
// it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stack/link/device_decorator.h"
#include "stack/link/frame_pool.h"
#include "stack/os/timer.h"

namespace nut::transcripts {

enum class Fate : uint8_t { kLost, kLate, kTwice, kMarked, kDamaged };
enum class Kind : uint8_t { kAny, kText, kSyn, kFin, kAck, kReset };  // kAck: nothing but an ACK

// The frames of a kind from the `first` on to the `last`, counted from 1 since the misfortune was made.
struct Misfortune {
  Kind kind = Kind::kAny;
  Fate fate = Fate::kLost;
  size_t first = 1, last = 1;
  Duration delay{};  // kLate
  size_t seen = 0;
};

class FaultyWire final : public link::DeviceDecorator {
 public:
  // Told of each frame, and what becomes of it: "", " LOST", ...
  using Observer = std::function<void(const link::Frame& frame, std::string_view fate)>;

  FaultyWire(link::Device& inner, os::TimerQueue& timers, link::FramePool& pool, Observer observer)
      : DeviceDecorator(inner), timers_(timers), pool_(pool), observer_(std::move(observer)) {}

  void Add(const Misfortune& misfortune) { misfortunes_.push_back(misfortune); }
  void Send(link::FramePtr frame) override;

 private:
  const Misfortune* Judge(ByteView frame);
  void SendLater(link::FramePtr frame, Duration delay);

  os::TimerQueue& timers_;
  link::FramePool& pool_;
  Observer observer_;
  std::vector<Misfortune> misfortunes_;
  struct Late {
    link::FramePtr frame;
    std::unique_ptr<os::Timer> timer;
  };
  std::vector<std::unique_ptr<Late>> late_;
};

}  // namespace nut::transcripts
