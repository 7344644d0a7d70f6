// Device: something that carries Ethernet frames: a TAP, a port of the in-memory hub, or a decorator around another
// device. Owned by whoever builds the node; outlives it. Called from the node's threads only; nothing here blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "stack/link/frame.h"

namespace nut::link {

struct DeviceCapabilities {
  bool checksum = false;          // finishes a kPartial checksum, and vouches for received ones
  // Cuts frames with SegmentationInfo. The checksum of such a frame is kPartial, whatever `checksum` says:
  // who cuts it finishes those of the packets.
  bool tcp_segmentation = false;
  bool gather = false;  // sends frames with a tail
  // The cutting is this program's work and not the kernel's: what leaves it are the packets.
  bool cuts_in_software = false;
};

// Told when frames can be received. Called from the executor's poll or timer context: may post events
// asynchronously, may not switch threads and may not call the device back.
class DeviceListener {
 public:
  virtual ~DeviceListener() = default;
  virtual void OnReceivable() = 0;
};

class Device {
 public:
  virtual ~Device() = default;

  virtual std::string_view name() const = 0;
  virtual DeviceCapabilities capabilities() const = 0;
  // Largest network-layer packet, in bytes.
  virtual size_t mtu() const = 0;

  // Takes the frame (a whole Ethernet frame, without FCS) and sends it now or drops it; a drop is counted by the
  // device under a DropReason. Never blocks.
  virtual void Send(FramePtr frame) = 0;

  // Moves up to batch.size() received frames into `batch` and returns how many. 0: nothing is left, and the listener
  // will be told when there is again.
  virtual size_t Receive(std::span<FramePtr> batch) = 0;

  // The listener, or null for none; one at a time.
  virtual void SetListener(DeviceListener* listener) = 0;

  // The stack tells the fate of a received frame: with its reason, so that a capture can say it. `frame` is still
  // whole. The default does nothing; decorators pass it on.
  virtual void OnDropped(const Frame& frame, DropReason reason) {}
};

}  // namespace nut::link
