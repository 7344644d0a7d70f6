// What received bulk costs, in instructions: a device that plays the peer of one connection as fast as the
// window lets it, and a thread that reads everything. Counted, not timed:
//
//   valgrind --tool=callgrind receive_bench <segments> [octets a segment] [read | hand]
//
// twice with different numbers of segments; the difference is theirs, without the start.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "stack/net/network.h"
#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "stack/tcp/engine.h"
#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/tcp.h"

namespace nut {
namespace {

using wire::SequenceNumber;

const wire::Ipv4Address kOwn(198, 19, 0, 10);
const wire::Ipv4Address kPeer(198, 19, 0, 1);
const wire::MacAddress kOwnMac({2, 0, 0, 0, 0, 0x10});
const wire::MacAddress kPeerMac({2, 0, 0, 0, 0, 1});
constexpr wire::Port kPort(9);
constexpr wire::Port kPeerPort(40000);
constexpr size_t kBelowTcp = wire::kEthernetHeaderSize + wire::kIpv4HeaderSize;
constexpr size_t kTcpHeader = wire::kTcpHeaderSize + 12;  // with timestamps

class Peer final : public link::Device {
 public:
  Peer(link::FramePool& pool, uint64_t segments, size_t size) : pool_(pool), left_(segments), size_(size) {
    ack_.options.timestamps = wire::TcpTimestamps{1000, 0};
    data_ = Packet(ack_, size_);
  }
  std::string_view name() const override { return "bench"; }
  link::DeviceCapabilities capabilities() const override { return {.checksum = true}; }
  size_t mtu() const override { return 1500; }

  void Send(link::FramePtr frame) override {
    const ByteView bytes = frame->data();
    const auto tcp = wire::TcpView::Parse(bytes.subspan(kBelowTcp));
    if (bytes[12] != 8 || bytes[13] != 0 || !tcp) return;  // ARP
    ++segments_sent;
    if (tcp->flags().syn()) {
      ack_.acknowledgement = tcp->sequence() + 1;
      shift_ = wire::ParseTcpOptions(tcp->options())->window_scale.value_or(0);
      data_ = Packet(ack_, size_);
      next_ = ack_.sequence;
      edge_ = next_ + tcp->window();
    } else {
      edge_ = tcp->acknowledgement() + (uint32_t{tcp->window()} << shift_);
    }
    open_ = true;
    if (left_ > 0) listener_->OnReceivable();
  }

  size_t Receive(std::span<link::FramePtr> batch) override {
    if (!open_) return Introduce(batch);
    size_t count = 0;
    for (; count < batch.size() && left_ > 0; ++count, --left_) {
      const SequenceNumber end = next_ + static_cast<uint32_t>(size_);
      if (end.After(edge_)) break;
      batch[count] = Copy(data_);
      StoreBe32(batch[count]->mutable_data().data() + kBelowTcp + 4, next_.number());
      next_ = end;
    }
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }
  void Start() {
    started_ = true;
    listener_->OnReceivable();
  }

  uint64_t segments_sent = 0;

 private:
  // ARP, so that it is known; SYN.
  size_t Introduce(std::span<link::FramePtr> batch) {
    if (!started_) return 0;
    started_ = false;
    std::vector<uint8_t> arp(wire::kEthernetHeaderSize + wire::kArpSize);
    wire::Emit(arp, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kArp});
    wire::Emit(MutableByteView(arp).subspan(wire::kEthernetHeaderSize),
               wire::ArpFields{wire::ArpOperation::kRequest, kPeerMac, kPeer, {}, kOwn});
    batch[0] = Copy(arp);
    wire::TcpFields syn{
        .source_port = kPeerPort, .destination_port = kPort, .flags = wire::TcpFlags::kSyn, .window = 65535};
    syn.options.timestamps = wire::TcpTimestamps{1000, 0};
    syn.options.window_scale = 7;
    syn.options.mss = 1460;
    batch[1] = Copy(Packet(syn, 0));
    return 2;
  }

  static std::vector<uint8_t> Packet(const wire::TcpFields& fields, size_t payload) {
    const size_t header = wire::TcpHeaderSize(fields.options);
    std::vector<uint8_t> frame(kBelowTcp + header + payload);
    wire::Emit(frame, wire::EthernetFields{kOwnMac, kPeerMac, wire::EtherType::kIpv4});
    wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize),
               wire::Ipv4Fields{.source = kPeer,
                                .destination = kOwn,
                                .protocol = wire::IpProtocol::kTcp,
                                .dont_fragment = true,
                                .payload_size = header + payload});
    wire::Emit(MutableByteView(frame).subspan(kBelowTcp), fields);
    return frame;
  }

  // As a TAP does: the frame is as large as the largest packet, and all of it is written once.
  link::FramePtr Copy(const std::vector<uint8_t>& bytes) {
    link::FramePtr frame = pool_.Allocate(std::max<size_t>(bytes.size(), 1518));
    std::memcpy(frame->Append(bytes.size()).data(), bytes.data(), std::min<size_t>(bytes.size(), 128));
    frame->checksum.state = link::ChecksumState::kVerified;
    return frame;
  }

  link::FramePool& pool_;
  link::DeviceListener* listener_ = nullptr;
  uint64_t left_;
  const size_t size_;
  wire::TcpFields ack_{.source_port = kPeerPort,
                       .destination_port = kPort,
                       .sequence = SequenceNumber(1),
                       .flags = wire::TcpFlags::kAck,
                       .window = 512};
  std::vector<uint8_t> data_;
  SequenceNumber next_;
  SequenceNumber edge_;
  uint8_t shift_ = 0;
  bool open_ = false;
  bool started_ = false;
};

int Run(uint64_t segments, size_t size) {
  VirtualClock clock;
  os::Executor executor(clock);
  link::FramePool pool;
  Statistics statistics;
  NullLog log;
  Peer peer(pool, segments, size);
  const Rng rng("bench");
  net::NetworkOptions options;
  options.mac = kOwnMac;
  options.address = wire::Ipv4Prefix(kOwn, 24);
  net::Network network(executor, peer, pool, statistics, log, rng, options);
  tcp::Engine engine({executor, network, statistics, log}, rng, {}, {});
  network.RegisterTransport(wire::IpProtocol::kTcp, &engine);
  uint64_t octets = 0;
  const uint64_t expected = segments * size;
  static_cast<void>(executor.Create("server", [&] {
    if (!engine.Start() || !network.Start()) return;
    auto listener = socket::TcpListener::Listen(engine, {{}, kPort});
    peer.Start();
    auto stream = listener->Accept();
    std::vector<uint8_t> buffer(65536);
    while (octets < expected) {
      const auto count = stream->Receive(buffer);
      if (!count || *count == 0) return;
      octets += *count;
    }
    stream->Abort();
    listener->Close();
    engine.Shutdown(Duration::zero());
    network.Stop();
  }));
  executor.RunUntil(clock.Now() + 10s);
  network.RegisterTransport(wire::IpProtocol::kTcp, nullptr);
  fmt::print("{} octets, {} segments in, {} sent\n", octets, segments, peer.segments_sent);
  return octets == expected ? 0 : 1;
}

}  // namespace
}  // namespace nut

int main(int argc, char** argv) {
  const uint64_t segments = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  const size_t size = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1448;
  return nut::Run(segments, size);
}
