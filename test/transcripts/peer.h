// Peer: the scripted one: a place on the hub without a node. Says any packet, answers ARP, and hears nothing
// else. Owned by the stage; the hub outlives it.
#pragma once

#include "stack/link/hub_port.h"
#include "stack/os/timer.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"
#include "tools/packets/packet.h"

namespace nut::transcripts {

class Peer final : private link::DeviceListener {
 public:
  Peer(link::Hub& hub, os::TimerQueue& timers, wire::Ipv4Address address);
  ~Peer() override { port_.SetListener(nullptr); }

  const wire::MacAddress& mac() const { return mac_; }
  void Send(const packets::Bytes& bytes);

 private:
  void OnReceivable() override { listen_.StartAfter(Duration(0)); }
  void Listen();

  const wire::Ipv4Address address_;
  const wire::MacAddress mac_{{2, 0, 0, 0, 0, 0x20}};
  Statistics statistics_;
  link::FramePool frames_;
  link::HubPort port_;
  os::Timer listen_;
};

}  // namespace nut::transcripts
