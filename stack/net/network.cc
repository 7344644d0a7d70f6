#include "stack/net/network.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::net {
namespace {

constexpr size_t kLeastMtu = 68;

bool MayBeHost(const wire::Ipv4Prefix& prefix) {
  const wire::Ipv4Address address = prefix.address();
  if (address.is_this_network() || address.is_loopback() || address.is_multicast() || address.is_reserved() ||
      address.is_broadcast()) {
    return false;
  }
  return !prefix.has_broadcast() || (address != prefix.network() && address != prefix.broadcast());
}

}  // namespace

Network::Network(os::Executor& executor, link::Device& device, link::FramePool& pool, Statistics& statistics,
                 Log& log, const Rng& rng, const NetworkOptions& options)
    : executor_(executor),
      pool_(pool),
      first_address_(options.address),
      first_gateway_(options.gateway),
      first_link_local_(options.link_local),
      first_rules_(options.filter.rules),
      capabilities_(device.capabilities()),
      statistics_(statistics),
      drops_(statistics, device),
      interface_(options.mac, std::min({options.mtu, device.mtu(), wire::kIpv4MaxPacketSize})),
      routes_(options.routes),
      redirects_(interface_, routes_, options.redirects),
      path_mtus_(options.path_mtu),
      packet_filter_(options.filter.maximum_rules),
      receive_thread_(executor, device, *this, options.receive),
      loopback_(drops_, receive_thread_, options.loopback),
      ethernet_out_(device, interface_, statistics),
      arp_cache_(drops_, options.arp_cache),
      arp_out_(interface_, pool, ethernet_out_, statistics, drops_, options.arp_out),
      arp_resolve_(executor.clock(), arp_cache_, arp_out_, ethernet_out_, transports_, redirects_, drops_,
                   log, options.arp),
      conflict_(interface_, arp_out_, *this, rng.Split("address conflict"), log, options.conflict),
      link_local_(*this, options.mac, log, options.link_local_choice),
      ipv4_out_({interface_, redirects_, path_mtus_, packet_filter_, transports_, arp_resolve_, ethernet_out_,
                 loopback_},
                pool, rng.Split("ip-id"), statistics, drops_, options.ipv4_out),
      icmp_out_(*this, interface_, rng.Split("icmp limit"), statistics, drops_, options.icmp),
      igmp_(*this, rng.Split("igmp"), receive_thread_, statistics, drops_, options.igmp),
      reassembly_(pool, icmp_out_, statistics, drops_, options.reassembly),
      icmp_in_(*this, transports_, redirects_, statistics, drops_),
      udp_table_(executor, rng.Split("udp ports"), options.udp),
      udp_in_(udp_table_, *this, pool, icmp_out_, statistics, drops_),
      udp_out_(udp_table_, *this, statistics),
      arp_in_(interface_, arp_resolve_, arp_out_, conflict_, statistics, drops_),
      ipv4_in_(interface_, igmp_, packet_filter_, reassembly_, icmp_out_, transports_, statistics, drops_),
      ethernet_in_(interface_, arp_in_, ipv4_in_, statistics, drops_) {
  NUT_INVARIANT(options.mac.is_station(), "a node's MAC must be a station's");
  transports_.Register(wire::IpProtocol::kIcmp, &icmp_in_);
  transports_.Register(wire::IpProtocol::kIgmp, &igmp_);
  transports_.Register(wire::IpProtocol::kUdp, &udp_in_);
}

Network::~Network() { Stop(); }

void Network::Stop() {
  receive_thread_.Stop();
  arp_resolve_.Flush();
  while (loopback_.Receive()) {
  }
}

Result<void> Network::Start() {
  // RFC 791: every module can forward 68 bytes without further fragmentation.
  if (interface_.mtu() < kLeastMtu) return Fail(Error::kInvalidArgument);
  if (const Result<void> set = packet_filter_.SetRules(first_rules_); !set) return set;
  if (const Result<void> started = receive_thread_.Start(); !started) return started;
  if (!first_link_local_) return Configure(first_address_, first_gateway_);
  ConfigureLinkLocal();
  return {};
}

Result<void> Network::Configure(wire::Ipv4Prefix address, std::optional<wire::Ipv4Address> gateway) {
  const wire::Ipv4Address own = address.address();
  const bool none = own.is_unspecified();
  if (!none && !MayBeHost(address)) return Fail(Error::kInvalidArgument);
  if (gateway && (none || own.is_link_local() || !address.Contains(*gateway) || *gateway == own))
    return Fail(Error::kInvalidArgument);

  link_local_.Stop();
  Forget(address, gateway);
  if (none) return {};
  if (const Result<void> added = routes_.Add({address, std::nullopt}); !added) return added;
  if (gateway) {
    if (const Result<void> added = routes_.Add({wire::Ipv4Prefix(), gateway}); !added) return added;
  }
  const Instant now = executor_.Now();
  conflict_.Start(conflict_.configured(), now);
  if (interface_.usable()) igmp_.ReportAll(now);
  receive_thread_.Wake();
  return {};
}

void Network::Forget(const wire::Ipv4Prefix& address, std::optional<wire::Ipv4Address> gateway) {
  interface_.Configure(address, gateway);
  arp_resolve_.Flush();
  routes_.Clear();
  redirects_.Clear();
  path_mtus_.Clear();
}

void Network::ConfigureLinkLocal() {
  link_local_.Start(executor_.Now());
  receive_thread_.Wake();
}

void Network::TakeLinkLocal(const wire::Ipv4Prefix& address, Instant now) {
  Forget(address, std::nullopt);
  // Shown in listings; packets do not ask (Ipv4Out). The first two routes always have room.
  static_cast<void>(routes_.Add({address, std::nullopt}));
  static_cast<void>(routes_.Add({wire::Ipv4Prefix(), std::nullopt}));
  conflict_.Start({.probe = true, .cede = true}, now);
}

void Network::OnAddressUsable(Instant now) {
  igmp_.ReportAll(now);
  if (link_local_.active()) link_local_.OnAddressUsable();
}

void Network::OnAddressLost(Instant now) {
  if (link_local_.active()) link_local_.OnAddressLost(now);
}

Result<void> Network::AddRoute(const net::Route& route) {
  const bool shy = interface_.address().is_link_local();
  if (route.gateway && (shy || !interface_.IsOnLink(*route.gateway))) return Fail(Error::kInvalidArgument);
  redirects_.Clear();  // they were about the routes as they were
  return routes_.Add(route);
}

Result<void> Network::RemoveRoute(const wire::Ipv4Prefix& destination) {
  redirects_.Clear();
  return routes_.Remove(destination);
}

std::vector<net::Route> Network::RouteList() const {
  std::vector<net::Route> routes = redirects_.Snapshot();
  routes.insert(routes.end(), routes_.all().begin(), routes_.all().end());
  return routes;
}

Result<RouteChoice> Network::Route(const wire::IpAddress& destination) const {
  if (!destination.is_ipv4()) return Fail(Error::kNetworkUnreachable);
  return ipv4_out_.Route(destination.v4());
}

Result<void> Network::Send(link::FramePtr frame, const SendParameters& parameters) {
  const Instant before = arp_resolve_.poll_at();
  const bool joined = parameters.loop_multicast && parameters.destination.v4().is_multicast() &&
                      igmp_.Accepts(parameters.destination.v4(), interface_.address());
  const Result<void> sent = ipv4_out_.Send(std::move(frame), parameters, joined);
  // A question was asked: the receive thread has to come back for the answer that does not come.
  if (arp_resolve_.poll_at() < before) receive_thread_.Wake();
  return sent;
}

void Network::NotePathMtu(const wire::IpAddress& destination, size_t mtu) {
  if (!destination.is_ipv4() || mtu >= interface_.mtu() || IsLocal(destination)) return;
  path_mtus_.Lower(destination.v4(), mtu, executor_.Now());
  receive_thread_.Wake();
}

bool Network::IsLocal(const wire::IpAddress& address) const {
  return address.is_ipv4() && (interface_.IsOwn(address.v4()) || address.v4().is_loopback());
}

bool Network::IsBroadcastOrMulticast(const wire::IpAddress& address) const {
  const wire::Ipv4Address v4 = address.v4();
  return address.is_ipv4() && (v4.is_broadcast() || v4.is_multicast() || interface_.IsDirectedBroadcast(v4));
}

link::FramePtr Network::Allocate(size_t size) {
  link::FramePtr frame = pool_.Allocate(size);
  if (!frame) drops_.Counted(DropReason::kFramePoolEmpty);
  return frame;
}

void Network::OnFrame(link::FramePtr frame, Instant now) {
  const size_t size = frame->size();
  Transport* const tcp = transports_.Find(wire::IpProtocol::kTcp);
  if (tcp == nullptr || !tcp->OnContinuation(frame)) return ethernet_in_.Receive(std::move(frame), now);
  statistics_.Add(Counter::kFramesIn);
  statistics_.Add(Counter::kBytesIn, size);
  statistics_.Add(Counter::kIpInReceives);
  statistics_.Add(Counter::kIpInDelivers);
}

bool Network::OnLoopback(size_t budget, Instant now) {
  for (size_t i = 0; i < budget; ++i) {
    link::FramePtr frame = loopback_.Receive();
    if (!frame) return false;
    ipv4_in_.ReceiveLooped(std::move(frame), now);
  }
  return !loopback_.empty();
}

Instant Network::OnTimer(Instant now) {
  arp_resolve_.OnTimer(now);
  conflict_.OnTimer(now);
  link_local_.OnTimer(now);
  reassembly_.OnTimer(now);
  igmp_.OnTimer(now);
  path_mtus_.OnTimer(now);
  redirects_.OnTimer(now);
  return std::min({arp_resolve_.poll_at(), conflict_.poll_at(), link_local_.poll_at(), reassembly_.poll_at(),
                   igmp_.poll_at(), path_mtus_.poll_at(), redirects_.poll_at()});
}

std::vector<ArpInfo> Network::ArpEntries() const {
  const Instant now = executor_.Now();
  std::vector<ArpInfo> all;
  all.reserve(arp_cache_.size());
  for (const auto& [address, entry] : arp_cache_.entries()) {
    const Duration age = entry.state == ArpState::kIncomplete ? Duration::zero() : now - entry.confirmed;
    all.push_back({address, entry.mac, entry.state, age, entry.waiting.size()});
  }
  return all;
}

}  // namespace nut::net
