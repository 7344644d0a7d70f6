// TwoHosts: two whole nodes on one Ethernet segment in memory, under one executor and virtual time, sharing
// one pool of frames, so that a frame crosses the segment without a copy. The client's node stands behind a
// black hole; each has a bad network of its own in front of it. Equal seeds, equal runs. A value of one
// simulation; whoever uses it shuts the nodes down before the end.
#pragma once

#include <memory>
#include <string>

#include "apps/storm/black_hole_device.h"
#include "stack/base/clock.h"
#include "stack/link/hub.h"
#include "stack/link/hub_port.h"
#include "stack/link/impairment_device.h"
#include "stack/node/node.h"
#include "stack/os/executor.h"

namespace nut::storm {

inline constexpr wire::Ipv4Address kClientAddress(198, 19, 0, 10);
inline constexpr wire::Ipv4Address kServerAddress(198, 19, 0, 20);
inline constexpr wire::Ipv4Address kSilentAddress(198, 19, 0, 99);

struct TwoHostsOptions {
  std::string seed;
  tcp::Parameters tcp;
  link::HubPortOptions cable;
  link::ImpairmentOptions impairment;  // of what each node sends
};

class TwoHosts {
 public:
  explicit TwoHosts(const TwoHostsOptions& options);
  ~TwoHosts();
  TwoHosts(const TwoHosts&) = delete;
  TwoHosts& operator=(const TwoHosts&) = delete;

  os::Executor& executor() { return executor_; }
  VirtualClock& clock() { return clock_; }
  link::FramePool& frames() { return frames_; }
  link::Hub& hub() { return hub_; }
  BlackHoleDevice& black_hole() { return black_hole_; }
  node::Node& client() { return *client_; }
  node::Node& server() { return *server_; }

 private:
  // A port of the hub, and the bad network where one is asked for.
  struct Attachment {
    Attachment(TwoHosts& hosts, const char* name, const TwoHostsOptions& options);
    link::Device& device() { return wire ? static_cast<link::Device&>(*wire) : port; }

    Statistics statistics;
    link::HubPort port;
    std::unique_ptr<link::ImpairmentDevice> wire;
  };

  std::unique_ptr<node::Node> MakeNode(const char* name, wire::Ipv4Address address, link::Device& device,
                                       Statistics& statistics, const TwoHostsOptions& options);

  VirtualClock clock_;
  NullLog log_;
  os::Executor executor_;
  link::FramePool frames_;
  link::Hub hub_;
  Attachment client_side_;
  Attachment server_side_;
  BlackHoleDevice black_hole_;
  std::unique_ptr<node::Node> client_;
  std::unique_ptr<node::Node> server_;
};

}  // namespace nut::storm
