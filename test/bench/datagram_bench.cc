// What an echo costs, in instructions: a device that has datagrams, or echo requests, in bursts of a given
// length, and takes the answers. Counted, not timed:
//
//   valgrind --tool=callgrind datagram_bench <count> [udp | icmp] [octets] [burst]
//
// twice with different counts; the difference is theirs, without the start.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "stack/net/network.h"
#include "stack/pro/echo/echo.h"
#include "stack/pro/server/udp_port.h"
#include "stack/pro/server/udp_server.h"
#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/udp.h"

namespace nut {
namespace {

const wire::Ipv4Address kOwn(198, 19, 0, 10);
const wire::Ipv4Address kPeer(198, 19, 0, 1);
const wire::MacAddress kOwnMac({2, 0, 0, 0, 0, 0x10});
const wire::MacAddress kPeerMac({2, 0, 0, 0, 0, 1});
constexpr wire::Port kEcho(7);

// Holds bursts of one frame, a microsecond between the last answer to one and the next, and takes everything.
class BurstDevice final : public link::Device {
 public:
  BurstDevice(link::FramePool& pool, os::TimerQueue& timers)
      : pool_(pool),
        next_burst_(
            timers, [this] { Arrive(); }, "burst") {}

  std::string_view name() const override { return "bench"; }
  link::DeviceCapabilities capabilities() const override { return {.checksum = true}; }
  size_t mtu() const override { return 1500; }
  void Send(link::FramePtr frame) override {
    if (frame->data()[13] != 0) return;  // ARP
    ++answers;
    if (answers % burst_ == 0 && left_ > 0) next_burst_.StartAfter(1us);
  }
  // As a TAP does: the frame is as large as the largest packet.
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    for (; count < batch.size() && here_ > 0; ++count, --here_) {
      batch[count] = pool_.Allocate(1519);
      std::memcpy(batch[count]->Append(frame_.size()).data(), frame_.data(), frame_.size());
      batch[count]->checksum.state = link::ChecksumState::kVerified;
    }
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }

  void Repeat(std::vector<uint8_t> frame, uint64_t count, uint64_t burst) {
    frame_ = std::move(frame);
    left_ = count;
    burst_ = burst;
    Arrive();
  }

  uint64_t answers = 0;

 private:
  void Arrive() {
    here_ = std::min(burst_, left_);
    left_ -= here_;
    listener_->OnReceivable();
  }

  link::FramePool& pool_;
  os::Timer next_burst_;
  link::DeviceListener* listener_ = nullptr;
  std::vector<uint8_t> frame_;
  uint64_t left_ = 0;
  uint64_t here_ = 0;
  uint64_t burst_ = 1;
};

std::vector<uint8_t> ArpRequest() {
  std::vector<uint8_t> frame(wire::kEthernetHeaderSize + wire::kArpSize);
  wire::Emit(frame, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kArp});
  wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize),
             wire::ArpFields{wire::ArpOperation::kRequest, kPeerMac, kPeer, {}, kOwn});
  return frame;
}

std::vector<uint8_t> Request(wire::IpProtocol protocol, size_t payload) {
  constexpr size_t kHeaders = wire::kEthernetHeaderSize + wire::kIpv4HeaderSize;
  static_assert(wire::kUdpHeaderSize == wire::kIcmpHeaderSize);
  std::vector<uint8_t> frame(kHeaders + wire::kUdpHeaderSize + payload);
  wire::Emit(frame, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kIpv4});
  wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize),
             wire::Ipv4Fields{.source = kPeer,
                              .destination = kOwn,
                              .protocol = protocol,
                              .dont_fragment = true,
                              .payload_size = wire::kUdpHeaderSize + payload});
  const MutableByteView packet = MutableByteView(frame).subspan(kHeaders);
  if (protocol == wire::IpProtocol::kUdp) {
    wire::Emit(packet, {wire::Port(4000), kEcho}, {kPeer, kOwn});
  } else {
    wire::Emit(packet, wire::IcmpFields{wire::IcmpType::kEchoRequest, 0, 1});
  }
  return frame;
}

int Run(uint64_t count, wire::IpProtocol protocol, size_t payload, uint64_t burst) {
  VirtualClock clock;
  os::Executor executor(clock);
  link::FramePool pool;
  Statistics statistics;
  NullLog log;
  BurstDevice device(pool, executor.timers());
  net::NetworkOptions options;
  options.mac = kOwnMac;
  options.address = wire::Ipv4Prefix(kOwn, 24);
  net::Network network(executor, device, pool, statistics, log, Rng("bench"), options);
  static_cast<void>(executor.Create("main", [&] {
    auto port = pro::UdpPort::Open({network.udp(), network.udp_out()}, kEcho);
    if (!port || !network.Start()) return;
    pro::UdpServer server(executor, log, statistics, "echo", std::move(*port),
                          std::make_unique<pro::EchoDatagram>());
    if (!server.Start()) return;
    device.Repeat(ArpRequest(), 1, 1);
    executor.Sleep(1ms);
    device.Repeat(Request(protocol, payload), count, burst);
    for (uint64_t before = 0; device.answers < count && (before == 0 || device.answers != before);) {
      before = device.answers;
      executor.Sleep(10ms);
    }
    server.Stop();
    network.Stop();
  }));
  executor.RunUntil(clock.Now() + 1000s);
  fmt::print("{} of {} answered, {} switches\n", device.answers, count, executor.switches());
  return device.answers == count ? 0 : 1;
}

}  // namespace
}  // namespace nut

int main(int argc, char** argv) {
  using nut::wire::IpProtocol;
  const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  const bool icmp = argc > 2 && std::string_view(argv[2]) == "icmp";
  const size_t payload = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 32;
  const uint64_t burst = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 32;
  return nut::Run(count, icmp ? IpProtocol::kIcmp : IpProtocol::kUdp, payload, burst);
}
