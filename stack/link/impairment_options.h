// ImpairmentOptions: how bad the network is to be. Plain values; probabilities lie in [0, 1]. May be changed
// while frames fly: ImpairmentDevice::SetOptions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/time.h"

namespace nut::link {

// Seen from the node, as `--impair rx|tx|both`.
enum class ImpairmentDirection : uint8_t { kReceive, kTransmit, kBoth };

// Loss in bursts (Gilbert 1960): in the good state nothing is lost, in the bad one everything. Each frame
// first moves the state. Mean length of a burst: 1 / recover frames; share lost: enter / (enter + recover).
struct BurstLoss {
  double enter = 0;    // P: good to bad, per frame. 0: no bursts
  double recover = 1;  // R: bad to good, per frame
};

struct ImpairmentOptions {
  ImpairmentDirection direction = ImpairmentDirection::kBoth;

  double loss = 0;
  BurstLoss burst;
  double duplicate = 0;  // the second copy comes right behind the first
  double corrupt = 0;    // one bit of the frame, anywhere in it, is turned over
  double reorder = 0;    // the frame is held back for reorder_hold, so that later ones overtake it
  Duration reorder_hold = 2ms;

  // Uniform in [delay - jitter, delay + jitter], not below 0. Jitter alone keeps the order of frames (one
  // that would overtake another leaves right behind it): paths do, and only `reorder` is to mean reordering.
  Duration delay{};
  Duration jitter{};

  uint64_t bits_per_second = 0;         // in each direction chosen; 0: no limit
  size_t rate_queue_bytes = 64 * 1024;  // waiting for the line; more are dropped as kImpairQueueFull
  size_t held_frames = 10000;           // delayed in one direction; more are dropped as kImpairQueueFull
  size_t receive_pull = 256;            // frames read from the inner device in one Receive

  // Whether anything at all is asked for.
  bool active() const {
    return loss > 0 || burst.enter > 0 || duplicate > 0 || corrupt > 0 || reorder > 0 ||
           delay > Duration(0) || jitter > Duration(0) || bits_per_second != 0;
  }
  bool applies_to_receive() const { return active() && direction != ImpairmentDirection::kTransmit; }
  bool applies_to_transmit() const { return active() && direction != ImpairmentDirection::kReceive; }
};

}  // namespace nut::link
