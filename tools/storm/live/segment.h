// Segment: the network of a live storm: a network namespace of its own, a bridge in it that carries the
// host's addresses, and a TAP for each node. Owned by the run. Nothing of it outlives the process: the
// namespace takes everything along, and a segment that was built in the caller's namespace removes its bridge
// itself; the TAPs go with their descriptors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "stack/wire/ipv4_address.h"
#include "tap/file_descriptor.h"
#include "tap/netlink_bridge.h"
#include "tap/system_calls.h"

namespace nut::storm {

struct SegmentOptions {
  // False: the caller is in a private namespace already (a test, `unshare -rn`), and says so.
  bool own_namespace = true;
  std::string bridge = "nut-storm";
  std::vector<wire::Ipv4Prefix> host_addresses;  // the kernel's on the segment
};

class Segment {
 public:
  // Errors are for the person at the terminal, one or more lines. The process must have one thread only.
  static tl::expected<std::unique_ptr<Segment>, std::string> Make(tap::SystemCalls& system,
                                                                  SegmentOptions options);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // A new TAP on the bridge, for a node to inherit.
  tl::expected<tap::FileDescriptor, std::string> AddPort(std::string_view name);

 private:
  Segment(tap::SystemCalls& system, SegmentOptions options)
      : system_(system), bridge_(system), options_(std::move(options)) {}

  tap::SystemCalls& system_;
  tap::NetlinkBridge bridge_;
  const SegmentOptions options_;
};

}  // namespace nut::storm
