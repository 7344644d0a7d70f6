#include "tools/storm/live/segment.h"

#include "tap/netlink_interfaces.h"
#include "tap/tap_opener.h"
#include "tap/user_namespace.h"

namespace nut::storm {

tl::expected<std::unique_ptr<Segment>, std::string> Segment::Make(tap::SystemCalls& system,
                                                                  SegmentOptions options) {
  if (options.own_namespace) {
    if (auto failure = tap::UserNamespace(system).Enter()) return tl::unexpected(failure->message);
    if (auto failure = tap::NetlinkInterfaces(system).BringLoopbackUp()) {
      return tl::unexpected(failure->message);
    }
  }
  tap::NetlinkBridge bridge(system);
  if (auto failure = bridge.Create(options.bridge, options.host_addresses)) {
    return tl::unexpected(failure->message);
  }
  return std::unique_ptr<Segment>(new Segment(system, std::move(options)));
}

// In a namespace of its own the bridge is gone in a moment anyhow: a failure here is no news.
Segment::~Segment() { static_cast<void>(bridge_.Remove(options_.bridge)); }

tl::expected<tap::FileDescriptor, std::string> Segment::AddPort(std::string_view name) {
  tap::NetlinkInterfaces interfaces(system_);
  auto tap = tap::TapOpener(system_, interfaces)
                 .Open({.interface_name = std::string(name), .user_namespace = tap::NamespaceUse::kNever});
  if (!tap) return tl::unexpected(tap.error().message);
  if (auto failure = bridge_.AddPort(options_.bridge, name)) return tl::unexpected(failure->message);
  return std::move(tap->fd);
}

}  // namespace nut::storm
