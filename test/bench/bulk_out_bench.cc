// Bulk out of a whole node, for counting instructions: a device that takes everything and acknowledges it, as
// the far end of a TAP would. Run it under callgrind with two sizes; the difference over the frames is what a
// frame costs (the start costs the same in both):
//
//   valgrind --tool=callgrind bulk_out_bench plain|gather|offload MEGABYTES [handed]
//
// "plain" is a device that can do nothing, "gather" one that takes frames in pieces, "offload" one with
// checksums and segmentation as well. The last word "handed" hands the bytes over instead of copying them.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "stack/link/chunk.h"
#include "stack/link/frame_queue.h"
#include "stack/net/network.h"
#include "stack/tcp/engine.h"
#include "stack/wire/arp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut {
namespace {

constexpr wire::Ipv4Address kNode(198, 19, 0, 10);
constexpr wire::Ipv4Address kPeer(198, 19, 0, 1);
constexpr wire::MacAddress kPeerMac({2, 0, 0, 0, 0, 1});
constexpr uint8_t kShift = 8;

// One peer, one connection. ACKs say what every TCP of today says; their checksums count as verified.
class AcknowledgingDevice final : public link::Device {
 public:
  AcknowledgingDevice(link::FramePool& pool, link::DeviceCapabilities capable, unsigned frames_per_ack)
      : pool_(pool), capable_(capable), frames_per_ack_(frames_per_ack) {}
  std::string_view name() const override { return "bench"; }
  link::DeviceCapabilities capabilities() const override { return capable_; }
  size_t mtu() const override { return 1500; }

  void Send(link::FramePtr frame) override {
    const uint8_t* const bytes = frame->data().data();
    if (LoadBe16(bytes + 12) == 0x0806) return AnswerArp(frame->data());
    const uint8_t* const tcp = bytes + 34;
    const wire::SequenceNumber sequence(LoadBe32(tcp + 4));
    const size_t payload = SizeOf(*frame) - 34 - size_t{tcp[12]} / 16 * 4;
    if (tcp[13] & 2) return AnswerSyn(tcp);
    ++frames;
    bytes_sent += payload;
    next_ = sequence + static_cast<uint32_t>(payload);
    if (tcp[13] & 1) next_ += 1;
    stamp_ = LoadBe32(tcp + 24);  // NOP NOP timestamps
    if (++unacknowledged_ >= frames_per_ack_) {
      Acknowledge();
    } else if (unacknowledged_ == 1) {
      listener_->OnReceivable();
    }
  }
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    while (count < batch.size() && !arriving_.empty()) batch[count++] = arriving_.Pop();
    if (count == 0 && unacknowledged_ > 0) {
      Acknowledge();
      batch[count++] = arriving_.Pop();
    }
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }

  uint64_t frames = 0;
  uint64_t bytes_sent = 0;

 private:
  static size_t SizeOf(const link::Frame& frame) { return frame.total_size(); }

  void AnswerArp(ByteView request) {
    const auto view = wire::EthernetView::Parse(request);
    const auto arp = wire::ArpView::Parse(view->payload());
    if (arp->target_ip() != kPeer) return;
    link::FramePtr frame = pool_.Allocate(60);
    const MutableByteView bytes = frame->Append(60);
    wire::Emit(bytes, wire::EthernetFields{view->source(), kPeerMac, wire::EtherType::kArp});
    wire::Emit(bytes.subspan(14),
               wire::ArpFields{wire::ArpOperation::kReply, kPeerMac, kPeer, view->source(), kNode});
    mac_ = view->source();
    Arrive(std::move(frame));
  }

  void AnswerSyn(const uint8_t* tcp) {
    next_ = wire::SequenceNumber(LoadBe32(tcp + 4)) + 1;
    port_ = wire::Port(LoadBe16(tcp));
    Reply({.flags = wire::TcpFlags::kSyn | wire::TcpFlags::kAck,
           .options = {.mss = 1460, .window_scale = kShift, .timestamps = wire::TcpTimestamps{1, 0}}});
  }

  void Acknowledge() {
    unacknowledged_ = 0;
    Reply({.sequence = wire::SequenceNumber(1),
           .flags = wire::TcpFlags::kAck,
           .options = {.timestamps = wire::TcpTimestamps{1, stamp_}}});
  }

  void Reply(wire::TcpFields fields) {
    fields.source_port = wire::Port(9);
    fields.destination_port = port_;
    fields.acknowledgement = next_;
    fields.window = 65535;
    const size_t size = wire::TcpHeaderSize(fields.options);
    link::FramePtr frame = pool_.Allocate(size);
    wire::Emit(frame->Append(size), fields);
    wire::Ipv4Fields ip;
    ip.source = kPeer;
    ip.destination = kNode;
    ip.protocol = wire::IpProtocol::kTcp;
    ip.payload_size = size;
    wire::Emit(frame->Prepend(20), ip);
    wire::Emit(frame->Prepend(14), wire::EthernetFields{mac_, kPeerMac, wire::EtherType::kIpv4});
    frame->checksum.state = link::ChecksumState::kVerified;
    Arrive(std::move(frame));
  }

  void Arrive(link::FramePtr frame) {
    arriving_.Push(std::move(frame));
    if (listener_ != nullptr) listener_->OnReceivable();
  }

  link::FramePool& pool_;
  const link::DeviceCapabilities capable_;
  const unsigned frames_per_ack_;
  link::DeviceListener* listener_ = nullptr;
  link::FrameQueue arriving_;
  wire::MacAddress mac_;
  wire::Port port_;
  wire::SequenceNumber next_;
  uint32_t stamp_ = 0;
  unsigned unacknowledged_ = 0;
};

void Run(std::string_view mode, uint64_t bytes, bool handed) {
  link::DeviceCapabilities capable;
  if (mode != "plain") capable.gather = true;
  if (mode == "offload") capable.checksum = capable.tcp_segmentation = true;

  MonotonicClock clock;
  os::Executor executor(clock);
  link::FramePool pool;
  Statistics statistics;
  NullLog log;
  AcknowledgingDevice device(pool, capable, mode == "offload" ? 2 : 32);
  net::NetworkOptions options;
  options.mac = wire::MacAddress({2, 0, 0, 0, 0, 0x10});
  options.address = wire::Ipv4Prefix(kNode, 24);
  net::Network network(executor, device, pool, statistics, log, Rng("bench"), options);
  tcp::Engine engine({executor, network, statistics, log}, Rng("bench"), {});
  network.RegisterTransport(wire::IpProtocol::kTcp, &engine);
  const auto main = [&] {
    if (!network.Start() || !engine.Start()) std::exit(1);
    const std::vector<uint8_t> data(65536, 'x');
    const link::ChunkRef chunk = link::Chunk::Over(data);
    const tcp::ConnectionHandle handle = engine.Connect({kPeer, wire::Port(9)}).value();
    if (!engine.Wait(handle, tcp::Interest::kEstablished, kForever)) std::exit(1);
    for (uint64_t sent = 0; sent < bytes;) {
      if (!engine.Wait(handle, tcp::Interest::kWritable, kForever)) std::exit(1);
      sent += handed ? engine.SendSlice(handle, {chunk, chunk->bytes()}).value()
                     : engine.Send(handle, data).value();
    }
    static_cast<void>(engine.Reset(handle));
    engine.Shutdown(0s);
    network.Stop();
    executor.Stop();
  };
  static_cast<void>(executor.Create("main", main, 0, os::kDefaultPriority));
  executor.Run();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double seconds =
      static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
  std::printf("%llu frames, %llu bytes, %.0f bytes a frame, %.3f s of user time, %.1f ns a frame\n",
              static_cast<unsigned long long>(device.frames),
              static_cast<unsigned long long>(device.bytes_sent),
              static_cast<double>(device.bytes_sent) / static_cast<double>(device.frames), seconds,
              1e9 * seconds / static_cast<double>(device.frames));
}

}  // namespace
}  // namespace nut

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  nut::Run(argv[1], std::strtoull(argv[2], nullptr, 10) << 20, argc > 3);
}
