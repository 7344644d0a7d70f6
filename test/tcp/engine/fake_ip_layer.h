// FakeIpLayer: a network layer without a network. What TCP sends goes to a function of the test: kept,
// dropped, or handed to another engine. Routes, addresses and failures are the test's to set.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/net/ip_layer.h"

namespace nut::tcp {

inline constexpr wire::Ipv4Address kOurs(198, 19, 0, 10);
inline constexpr wire::Ipv4Address kAlsoOurs(198, 19, 0, 11);
inline constexpr wire::Ipv4Address kPeer(198, 19, 0, 1);

class FakeIpLayer final : public net::IpLayer {
 public:
  using Output = std::function<void(link::FramePtr frame, const net::SendParameters& parameters)>;

  FakeIpLayer(Statistics& statistics, link::FramePool& pool) : statistics_(statistics), pool_(pool) {}

  Output output;                     // where packets go; nowhere if empty
  std::optional<Error> route_error;  // Route fails
  std::optional<Error> send_error;   // Send fails, the frame is gone
  bool checksum_offload = false;
  bool software_cutting = false;
  bool gathering = false;
  std::optional<size_t> path_mtu;    // what Route says
  std::vector<size_t> noted_mtus;    // what was learned about paths
  std::set<wire::IpAddress> local{kOurs, kAlsoOurs};

  Result<net::RouteChoice> Route(const wire::IpAddress& destination) const override {
    if (route_error) return Fail(*route_error);
    return net::RouteChoice{.source = *local.begin(),
                            .mtu = 1500,
                            .loopback = local.contains(destination),
                            .path_mtu = path_mtu};
  }
  void NotePathMtu(const wire::IpAddress&, size_t mtu) override { noted_mtus.push_back(mtu); }
  Result<void> Send(link::FramePtr frame, const net::SendParameters& parameters) override {
    if (send_error) return Fail(*send_error);
    if (output) output(std::move(frame), parameters);
    return {};
  }
  bool IsLocal(const wire::IpAddress& address) const override { return local.contains(address); }
  bool IsBroadcastOrMulticast(const wire::IpAddress& address) const override {
    return address.v4().is_broadcast() || address.v4().is_multicast() ||
           address == wire::IpAddress(wire::Ipv4Address(198, 19, 0, 255));
  }
  void Drop(const link::Frame& frame, DropReason reason) override { statistics_.Drop(reason); }
  link::FramePtr Allocate(size_t size) override { return pool_.Allocate(size); }
  bool offloads_checksum() const override { return checksum_offload; }
  bool offloads_segmentation() const override { return false; }
  bool cuts_in_software() const override { return software_cutting; }
  bool gathers() const override { return gathering; }

 private:
  Statistics& statistics_;
  link::FramePool& pool_;
};

}  // namespace nut::tcp
