// What the network layer costs per packet, without a wire: a device that holds the same frame ready again and
// again, and takes everything. Ratios between the lines count, not the figures.
#include <benchmark/benchmark.h>

#include <memory>

#include "stack/net/network.h"
#include "stack/wire/icmp.h"
#include "stack/wire/udp.h"

namespace nut::net {
namespace {

const wire::Ipv4Address kOwn(198, 19, 0, 10);
const wire::Ipv4Address kPeer(198, 19, 0, 1);
const wire::MacAddress kOwnMac({2, 0, 0, 0, 0, 0x10});
const wire::MacAddress kPeerMac({2, 0, 0, 0, 0, 1});

// Gives copies of one frame as often as it was told to.
class RepeatingDevice final : public link::Device {
 public:
  explicit RepeatingDevice(link::FramePool& pool) : pool_(pool) {}
  std::string_view name() const override { return "bench"; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 1500; }
  void Send(link::FramePtr frame) override { bytes_sent += frame->size(); }
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    for (; count < batch.size() && left_ > 0; ++count, --left_) {
      batch[count] = pool_.Allocate(frames_[next_].size());
      std::copy(frames_[next_].begin(), frames_[next_].end(),
                batch[count]->Append(frames_[next_].size()).begin());
      next_ = (next_ + 1) % frames_.size();
    }
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }

  void Repeat(std::vector<std::vector<uint8_t>> frames) { frames_ = std::move(frames), next_ = 0; }
  void Arrive(size_t count) {
    left_ = count;
    listener_->OnReceivable();
  }

  uint64_t bytes_sent = 0;

 private:
  link::FramePool& pool_;
  link::DeviceListener* listener_ = nullptr;
  std::vector<std::vector<uint8_t>> frames_;
  size_t next_ = 0;
  size_t left_ = 0;
};

class Bench {
 public:
  Bench() {
    NetworkOptions options;
    options.mac = kOwnMac;
    options.address = wire::Ipv4Prefix(kOwn, 16);
    options.udp.endpoint.maximum_packets = 1 << 20;
    options.udp.endpoint.maximum_bytes = 1 << 30;
    options.udp.maximum_endpoints = 1 << 17;
    network = std::make_unique<Network>(executor, device, pool, statistics, log, Rng("bench"), options);
    static_cast<void>(network->Start());
    Introduce(kPeer);
  }

  void Introduce(wire::Ipv4Address neighbour) {
    std::vector<uint8_t> frame(wire::kEthernetHeaderSize + wire::kArpSize);
    wire::Emit(frame, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kArp});
    wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize),
               wire::ArpFields{wire::ArpOperation::kRequest, kPeerMac, neighbour, {}, kOwn});
    device.Repeat({frame});
    Run(1);
  }

  // A frame whose IP payload `fill` completes.
  template <typename Fill>
  static std::vector<uint8_t> Packet(wire::IpProtocol protocol, size_t size, Fill fill,
                                     wire::Ipv4Fields fields = {}) {
    constexpr size_t kHeaders = wire::kEthernetHeaderSize + wire::kIpv4HeaderSize;
    std::vector<uint8_t> frame(kHeaders + size);
    wire::Emit(frame, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kIpv4});
    fields.source = kPeer;
    fields.destination = kOwn;
    fields.protocol = protocol;
    fields.payload_size = size;
    wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize), fields);
    fill(MutableByteView(frame).subspan(kHeaders));
    return frame;
  }

  void Run(size_t frames) {
    device.Arrive(frames);
    executor.RunUntil(clock.Now());
  }

  VirtualClock clock;
  os::Executor executor{clock};
  link::FramePool pool;
  Statistics statistics;
  NullLog log;
  RepeatingDevice device{pool};
  std::unique_ptr<Network> network;
};

constexpr size_t kBatch = 64;

void EchoReply(benchmark::State& state) {
  Bench bench;
  const size_t size = wire::kIcmpHeaderSize + static_cast<size_t>(state.range(0));
  bench.device.Repeat({Bench::Packet(wire::IpProtocol::kIcmp, size, [](MutableByteView message) {
    wire::Emit(message, wire::IcmpFields{wire::IcmpType::kEchoRequest, 0, 1});
  })});
  for (auto _ : state) bench.Run(kBatch);
  state.SetItemsProcessed(static_cast<int64_t>(bench.statistics[Counter::kIcmpOutEchoReplies]));
}
BENCHMARK(EchoReply)->Arg(56)->Arg(1472);

// Echo requests of 64 KiB in fragments, answered in fragments.
void EchoReplyReassembled(benchmark::State& state) {
  Bench bench;
  constexpr size_t kStep = 1480;
  std::vector<uint8_t> message(wire::kIcmpHeaderSize + 65507);
  wire::Emit(MutableByteView(message), wire::IcmpFields{wire::IcmpType::kEchoRequest, 0, 1});
  std::vector<std::vector<uint8_t>> frames;
  for (size_t offset = 0; offset < message.size(); offset += kStep) {
    const ByteView piece = ByteView(message).subspan(offset, std::min(kStep, message.size() - offset));
    wire::Ipv4Fields fields;
    fields.fragment_offset = offset;
    fields.more_fragments = offset + piece.size() < message.size();
    frames.push_back(Bench::Packet(
        wire::IpProtocol::kIcmp, piece.size(),
        [&](MutableByteView out) { std::copy(piece.begin(), piece.end(), out.begin()); }, fields));
  }
  const size_t count = frames.size();
  bench.device.Repeat(std::move(frames));
  for (auto _ : state) bench.Run(count);
  state.SetItemsProcessed(static_cast<int64_t>(bench.statistics[Counter::kIcmpOutEchoReplies]));
}
BENCHMARK(EchoReplyReassembled);

// From the device to the endpoint's queue and out of it, with so many other endpoints open.
void UdpReceive(benchmark::State& state) {
  Bench bench;
  UdpTable& udp = bench.network->udp();
  for (int64_t i = 0; i < state.range(0); ++i) {
    static_cast<void>(udp.Open({wire::Ipv4Address(127, 0, static_cast<uint8_t>(i / 30000), 1),
                                wire::Port(static_cast<uint16_t>(1000 + i % 30000))}));
  }
  const UdpHandle handle = *udp.Open({{}, wire::Port(7)});
  bench.device.Repeat(
      {Bench::Packet(wire::IpProtocol::kUdp, wire::kUdpHeaderSize + 64, [](MutableByteView datagram) {
        wire::Emit(datagram, {wire::Port(4000), wire::Port(7)}, {kPeer, kOwn});
      })});
  int64_t received = 0;
  for (auto _ : state) {
    bench.Run(kBatch);
    while (udp.Receive(handle)) ++received;
  }
  state.SetItemsProcessed(received);
}
BENCHMARK(UdpReceive)->Arg(0)->Arg(1000)->Arg(100000);

// From the endpoint to the device, with so many neighbours known.
void UdpSend(benchmark::State& state) {
  Bench bench;
  for (int64_t i = 1; i < state.range(0); ++i) {
    bench.Introduce(wire::Ipv4Address(kPeer.number() + 256 + static_cast<uint32_t>(i)));
  }
  const UdpHandle handle = *bench.network->udp().Open({});
  const std::vector<uint8_t> payload(64);
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.network->udp_out().Send(handle, payload, {kPeer, wire::Port(7)}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(UdpSend)->Arg(1)->Arg(1000);

void DatagramTooLargeForTheLink(benchmark::State& state) {
  Bench bench;
  const UdpHandle handle = *bench.network->udp().Open({});
  const std::vector<uint8_t> payload(UdpOut::kMaximumPayload);
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.network->udp_out().Send(handle, payload, {kPeer, wire::Port(7)}));
  }
  state.SetBytesProcessed(static_cast<int64_t>(bench.device.bytes_sent));
}
BENCHMARK(DatagramTooLargeForTheLink);

// What a flood of nonsense costs: refused at the IP header's checksum.
void Refuse(benchmark::State& state) {
  Bench bench;
  std::vector<uint8_t> frame = Bench::Packet(wire::IpProtocol::kUdp, 64, [](MutableByteView) {});
  frame[wire::kEthernetHeaderSize + 10] ^= 1;
  bench.device.Repeat({frame});
  for (auto _ : state) bench.Run(kBatch);
  state.SetItemsProcessed(static_cast<int64_t>(bench.statistics[DropReason::kIpBadChecksum]));
}
BENCHMARK(Refuse);

}  // namespace
}  // namespace nut::net
