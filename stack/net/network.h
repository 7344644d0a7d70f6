// Network: the network layer of a node, put together: one object per hop of a packet's way, and the one that
// transports, sockets and listings talk to. Owned by the node; executor, device, pool, statistics and log
// outlive it. Started once; used on threads of the executor and, before Start and for snapshots, by whoever
// built it.
//
// Threads that sleep in UDP endpoints have to end before the Network does.
#pragma once

#include <memory>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/rng.h"
#include "stack/base/statistics.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/net/ethernet_in.h"
#include "stack/net/icmp_in.h"
#include "stack/net/ip_layer.h"
#include "stack/net/ipv4_out.h"
#include "stack/net/link_local.h"
#include "stack/net/packet_filter.h"
#include "stack/net/path_mtu_cache.h"
#include "stack/net/receive_thread.h"
#include "stack/net/udp_in.h"
#include "stack/net/udp_out.h"
#include "stack/os/executor.h"

namespace nut::net {

struct NetworkOptions {
  wire::MacAddress mac;
  wire::Ipv4Prefix address;  // taken by Start; 0.0.0.0: unconfigured until Configure
  bool link_local = false;   // Start takes one of the link's own instead (RFC 3927)
  std::optional<wire::Ipv4Address> gateway;
  size_t mtu = 1500;  // bytes, at least 68 (RFC 791); the device's if that is less

  ArpCacheOptions arp_cache;
  ArpResolveOptions arp;
  ArpOutOptions arp_out;
  Ipv4OutOptions ipv4_out;
  AddressConflictOptions conflict;
  LinkLocalOptions link_local_choice;
  RouteOptions routes;
  RedirectOptions redirects;
  PathMtuOptions path_mtu;
  PacketFilterOptions filter;
  ReassemblyOptions reassembly;
  IcmpOutOptions icmp;
  IgmpOptions igmp;
  UdpOptions udp;
  LoopbackOptions loopback;
  ReceiveThreadOptions receive;
};

// A row of the ARP listing.
struct ArpInfo {
  wire::Ipv4Address address;
  wire::MacAddress mac;  // zero while unknown
  ArpState state{};
  Duration age{};     // since the neighbour last said its MAC; 0 while unknown
  size_t queued = 0;  // packets that wait for the answer
};

class Network final : public IpLayer, private ReceiveHandler, private AddressWatcher, private AddressTaker {
 public:
  // `rng` is the node's stream; each part takes its own out of it.
  Network(os::Executor& executor, link::Device& device, link::FramePool& pool, Statistics& statistics,
          Log& log, const Rng& rng, const NetworkOptions& options);
  ~Network() override;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Takes a protocol that is not built in; null gives it back. The transport outlives the network or its
  // registration.
  void RegisterTransport(wire::IpProtocol protocol, Transport* transport) {
    transports_.Register(protocol, transport);
  }

  // Creates the receive thread and configures the address. Errors: kNoBuffers (thread, rules of the filter),
  // kInvalidArgument (MTU), as Configure.
  Result<void> Start();
  // Ends the receive thread and lets go of every packet that waits for a neighbour. Harmless when repeated.
  void Stop();

  // Takes a new address, or none (0.0.0.0), with its default gateway, and claims it on the link; other routes
  // and all neighbours are forgotten. Once started. kInvalidArgument when the address is no host's, or the
  // gateway not on the link.
  Result<void> Configure(wire::Ipv4Prefix address, std::optional<wire::Ipv4Address> gateway);
  // Takes an address out of 169.254/16 that nobody else on the link has, which takes 4–7 s or, when somebody
  // has it, longer; interface().usable() tells. It is given up for another one when somebody else insists on
  // it. There are no gateways then: everything is on the link.
  void ConfigureLinkLocal();
  // kInvalidArgument when the gateway is not on the link, or this node's address is link-local and must not
  // be shown to gateways (RFC 3927 2.6.2); otherwise as Routes.
  Result<void> AddRoute(const net::Route& route);
  Result<void> RemoveRoute(const wire::Ipv4Prefix& destination);

  // Asks anew before the next packet to a neighbour; those that wait for an answer are dropped.
  void ForgetNeighbours() { arp_resolve_.Flush(); }

  Result<void> JoinGroup(wire::Ipv4Address group) { return igmp_.Join(group, executor_.Now()); }
  Result<void> LeaveGroup(wire::Ipv4Address group) { return igmp_.Leave(group, executor_.Now()); }
  // As Igmp::JoinSource: what others send to the group is dropped, unless it is joined from any source as
  // well.
  Result<void> JoinGroup(wire::Ipv4Address group, wire::Ipv4Address source) {
    return igmp_.JoinSource(group, source, executor_.Now());
  }
  Result<void> LeaveGroup(wire::Ipv4Address group, wire::Ipv4Address source) {
    return igmp_.LeaveSource(group, source, executor_.Now());
  }
  // NutIpSetInputFilter: asked about every packet's source before the rules are.
  void SetInputFilter(Ipv4InputFilter filter) { ipv4_in_.SetFilter(std::move(filter)); }
  // As PacketFilter::SetRules.
  Result<void> SetFilterRules(const std::vector<FilterRule>& rules) { return packet_filter_.SetRules(rules); }

  UdpTable& udp() { return udp_table_; }
  UdpOut& udp_out() { return udp_out_; }

  // IpLayer
  Result<RouteChoice> Route(const wire::IpAddress& destination) const override;
  Result<void> Send(link::FramePtr frame, const SendParameters& parameters) override;
  void NotePathMtu(const wire::IpAddress& destination, size_t mtu) override;
  bool IsLocal(const wire::IpAddress& address) const override;
  bool IsBroadcastOrMulticast(const wire::IpAddress& address) const override;
  void Drop(const link::Frame& frame, DropReason reason) override { drops_.Received(frame, reason); }
  link::FramePtr Allocate(size_t size) override;
  bool offloads_checksum() const override { return capabilities_.checksum; }
  bool offloads_segmentation() const override { return capabilities_.tcp_segmentation; }
  bool cuts_in_software() const override { return capabilities_.cuts_in_software; }
  bool gathers() const override { return capabilities_.gather; }

  // Snapshots for people and tools.
  const InterfaceAddress& interface() const { return interface_; }
  uint64_t address_conflicts() const { return conflict_.conflicts(); }
  std::vector<ArpInfo> ArpEntries() const;
  // What gateways have said about better ones is in it, as routes to single hosts.
  std::vector<net::Route> RouteList() const;
  std::vector<PathMtuInfo> PathMtus() const { return path_mtus_.Snapshot(executor_.Now()); }
  std::vector<FilterRuleInfo> FilterRules() const { return packet_filter_.Snapshot(); }
  std::vector<UdpInfo> UdpEndpoints() const { return udp_table_.Snapshot(); }
  std::vector<GroupInfo> Groups() const { return igmp_.Snapshot(); }
  std::vector<ReassemblyInfo> Reassemblies() const { return reassembly_.Snapshot(executor_.Now()); }

 private:
  void OnFrame(link::FramePtr frame, Instant now) override;
  bool OnLoopback(size_t budget, Instant now) override;
  Instant OnTimer(Instant now) override;
  void OnAddressUsable(Instant now) override;
  void OnAddressLost(Instant now) override;
  void TakeLinkLocal(const wire::Ipv4Prefix& address, Instant now) override;
  void ReleaseLinkLocal() override { Forget({}, std::nullopt); }
  // The interface has another address from now on, and what was known on the link is forgotten.
  void Forget(const wire::Ipv4Prefix& address, std::optional<wire::Ipv4Address> gateway);

  os::Executor& executor_;
  link::FramePool& pool_;
  const wire::Ipv4Prefix first_address_;
  const std::optional<wire::Ipv4Address> first_gateway_;
  const bool first_link_local_;
  const std::vector<FilterRule> first_rules_;
  const link::DeviceCapabilities capabilities_;
  Statistics& statistics_;

  // In the order in which they need each other; the way out, then the way in.
  Drops drops_;
  InterfaceAddress interface_;
  Routes routes_;
  Redirects redirects_;
  PathMtuCache path_mtus_;
  PacketFilter packet_filter_;
  TransportTable transports_;
  ReceiveThread receive_thread_;
  Loopback loopback_;
  EthernetOut ethernet_out_;
  ArpCache arp_cache_;
  ArpOut arp_out_;
  ArpResolve arp_resolve_;
  AddressConflict conflict_;
  LinkLocal link_local_;
  Ipv4Out ipv4_out_;
  IcmpOut icmp_out_;
  Igmp igmp_;
  Reassembly reassembly_;
  IcmpIn icmp_in_;
  UdpTable udp_table_;
  UdpIn udp_in_;
  UdpOut udp_out_;
  ArpIn arp_in_;
  Ipv4In ipv4_in_;
  EthernetIn ethernet_in_;
};

}  // namespace nut::net
