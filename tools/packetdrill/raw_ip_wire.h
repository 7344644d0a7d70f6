// RawIpWire: a device whose wire carries IP packets without link headers, as packetdrill wants them: Ethernet
// ends here, and requests of ARP are answered for every address but the node's own. Owned by the world;
// outlives its node. Under the world's lock.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "stack/base/clock.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::packetdrill {

struct SentPacket {
  Instant time;
  std::vector<uint8_t> bytes;  // from the IP header on
};

class RawIpWire final : public link::Device {
 public:
  RawIpWire(const Clock& clock, link::FramePool& pool, const wire::MacAddress& node, wire::Ipv4Address own)
      : clock_(clock), pool_(pool), node_(node), own_(own) {}

  // An IP packet for the node, which takes it up when it runs next. False: longer than any packet.
  bool Bring(ByteView packet);
  // What the node has sent, oldest first.
  std::deque<SentPacket>& sent() { return sent_; }
  // Lets go of what the node has not taken up.
  void Drain() { arriving_.Clear(); }

  std::string_view name() const override { return "packetdrill"; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 65521; }  // the node's option decides
  void Send(link::FramePtr frame) override;
  size_t Receive(std::span<link::FramePtr> batch) override;
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }

 private:
  void AnswerArp(ByteView packet);
  link::FramePtr Frame(size_t size, wire::EtherType type);
  void Arrive(link::FramePtr frame);

  const Clock& clock_;
  link::FramePool& pool_;
  const wire::MacAddress node_;
  const wire::Ipv4Address own_;
  link::DeviceListener* listener_ = nullptr;
  link::FrameQueue arriving_;
  std::deque<SentPacket> sent_;
};

}  // namespace nut::packetdrill
