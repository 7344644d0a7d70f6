// Outsider: somebody on the wire who is neither of the two nodes, and speaks in one's name to the other: the
// third port of the world's hub. Owned by the world, made when it is first needed.
#pragma once

#include "stack/link/frame_pool.h"
#include "stack/link/hub.h"
#include "stack/link/hub_port.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/tcp.h"

namespace nut::explore {

class Outsider {
 public:
  explicit Outsider(link::Hub& hub) : port_(hub, "outsider", frames_, statistics_) {}

  // A TCP segment without octets, from `fields`' ports and these addresses.
  void Send(const wire::EthernetFields& ethernet, const wire::EndpointPair& ends,
            const wire::TcpFields& fields);

 private:
  Statistics statistics_;
  link::FramePool frames_;
  link::HubPort port_;
};

}  // namespace nut::explore
