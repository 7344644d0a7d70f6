// ScriptedWire: the device whose wire is the script: keeps what the node sends, with its time, and brings
// what the script injects. Unless ARP is the script's business it answers the node's requests by itself, for
// every address, at once. Owned by the world of one script; outlives its node.
#pragma once

#include <deque>

#include "stack/base/clock.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "tools/packets/packet.h"

namespace nut::packets {

struct SentFrame {
  Instant time;
  Bytes bytes;
};

class ScriptedWire final : public link::Device {
 public:
  ScriptedWire(const Clock& clock, link::FramePool& pool) : clock_(clock), pool_(pool) {}

  // From now on requests for anything but `own` are answered with `mac`, and no ARP packet is kept.
  void AnswerArp(wire::Ipv4Address own, const wire::MacAddress& mac);

  // The wire brings `bytes`; the node takes them up when it runs next. False: longer than any frame.
  bool Bring(const Bytes& bytes);

  std::deque<SentFrame>& sent() { return sent_; }
  // Lets go of what the node has not taken up.
  void Drain() { arriving_.Clear(); }

  std::string_view name() const override { return "script"; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 65521; }  // the node's option decides
  void Send(link::FramePtr frame) override;
  size_t Receive(std::span<link::FramePtr> batch) override;
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }

 private:
  bool TakeArp(ByteView frame);

  const Clock& clock_;
  link::FramePool& pool_;
  link::DeviceListener* listener_ = nullptr;
  link::FrameQueue arriving_;
  std::deque<SentFrame> sent_;
  std::optional<wire::Ipv4Address> own_;  // absent: ARP is the script's business
  wire::MacAddress mac_;
};

}  // namespace nut::packets
