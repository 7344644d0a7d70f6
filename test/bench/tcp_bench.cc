// One connection's work without a network: a segment in, a segment out, a question and its answer, a bulk
// transfer cut by the sender or by a device, opening and closing.
#include <benchmark/benchmark.h>

#include <vector>

#include "stack/tcp/connection.h"

namespace nut::tcp {
namespace {

constexpr wire::Endpoint kLeft{wire::Ipv4Address(198, 19, 0, 1), wire::Port(1)};
constexpr wire::Endpoint kRight{wire::Ipv4Address(198, 19, 0, 2), wire::Port(2)};

// Two ends; a segment of one is carried to the other at once.
class Ends {
 public:
  explicit Ends(bool segmentation) : segmentation_(segmentation), scratch_(65536) {
    client_.OpenActive(now_);
    OutgoingSegment syn;
    client_.Dispatch(now_, false, syn);
    server_.OpenPassive(Incoming(syn), now_);
    Exchange();
  }
  bool Carry(Connection& from, Connection& to) {
    OutgoingSegment out;
    if (!from.Dispatch(now_, segmentation_, out)) return false;
    ++segments_;
    to.OnSegment(Incoming(out), now_);
    return true;
  }
  void Exchange() {
    while (Carry(client_, server_) || Carry(server_, client_)) {
    }
  }
  void Tick(Duration length) {
    now_ += length;
    for (Connection* end : {&client_, &server_}) {
      if (end->poll_at() <= now_) end->OnTimer(now_);
    }
  }
  IncomingSegment Incoming(const OutgoingSegment& out) {
    out.payload.CopyTo(scratch_);
    return {.sequence = out.fields.sequence,
            .acknowledgement = out.fields.acknowledgement,
            .flags = out.fields.flags,
            .window = out.fields.window,
            .options = out.fields.options,
            .payload = ByteView(scratch_.data(), out.payload.size())};
  }
  Connection& client() { return client_; }
  Connection& server() { return server_; }
  Instant now() const { return now_; }
  int64_t segments() const { return segments_; }

 private:
  const bool segmentation_;
  Statistics statistics_;
  link::ChunkPool chunks_;
  std::vector<uint8_t> scratch_;
  Connection client_{Parameters{}, ConnectionSetup{.ends = {kLeft, kRight}, .chunks = &chunks_}, statistics_};
  Connection server_{Parameters{}, ConnectionSetup{.ends = {kRight, kLeft}, .chunks = &chunks_}, statistics_};
  Instant now_ = Instant{} + 1s;
  int64_t segments_ = 0;
};

// Segments of 1448 octets into an established connection, read at once, ACKs taken out.
void BM_TcpSegmentIn(benchmark::State& state) {
  Ends ends(false);
  std::vector<uint8_t> payload(1448);
  OutgoingSegment out;
  IncomingSegment segment{.sequence = wire::SequenceNumber(1),
                          .acknowledgement = wire::SequenceNumber(1),
                          .flags = wire::TcpFlags::kAck,
                          .window = 65535,
                          .payload = payload};
  segment.options.timestamps = wire::TcpTimestamps{1000, 1000};
  for (auto _ : state) {
    ends.server().OnSegment(segment, ends.now());
    segment.sequence += 1448;
    benchmark::DoNotOptimize(ends.server().Receive(payload, ends.now()));
    while (ends.server().Dispatch(ends.now(), false, out)) {
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TcpSegmentIn);

// From Send to segments, each acknowledged at once.
void BM_TcpSegmentOut(benchmark::State& state) {
  Ends ends(false);
  std::vector<uint8_t> data(1448);
  OutgoingSegment out;
  uint32_t acknowledged = 1;
  IncomingSegment ack{.sequence = wire::SequenceNumber(1), .flags = wire::TcpFlags::kAck, .window = 65535};
  ack.options.timestamps = wire::TcpTimestamps{1000, 1000};
  for (auto _ : state) {
    benchmark::DoNotOptimize(ends.client().Send(data, ends.now()));
    ends.client().Dispatch(ends.now(), false, out);
    benchmark::DoNotOptimize(out);
    acknowledged += 1448;
    ack.acknowledgement = wire::SequenceNumber(acknowledged);
    ends.client().OnSegment(ack, ends.now());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TcpSegmentOut);

// One octet there and one back.
void BM_TcpRoundTrip(benchmark::State& state) {
  Ends ends(false);
  uint8_t octet[1] = {42};
  for (auto _ : state) {
    benchmark::DoNotOptimize(ends.client().Send(octet, ends.now()));
    ends.Exchange();
    benchmark::DoNotOptimize(ends.server().Receive(octet, ends.now()));
    benchmark::DoNotOptimize(ends.server().Send(octet, ends.now()));
    ends.Exchange();
    benchmark::DoNotOptimize(ends.client().Receive(octet, ends.now()));
    ends.Tick(20us);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TcpRoundTrip);

// 64 KiB writes through to the reader: arg 1 with super-segments.
void BM_TcpBulk(benchmark::State& state) {
  Ends ends(state.range(0) == 1);
  std::vector<uint8_t> data(65536);
  for (auto _ : state) {
    for (size_t sent = 0; sent < data.size();) {
      sent += ends.client().Send(ByteView(data).subspan(sent), ends.now()).value_or(0);
      ends.Exchange();
      while (ends.server().Receive(data, ends.now()).has_value()) ends.Exchange();
      ends.Tick(100us);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(data.size()));
  state.counters["segments"] =
      benchmark::Counter(static_cast<double>(ends.segments()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_TcpBulk)->Arg(0)->Arg(1);

// SYN to TIME-WAIT.
void BM_TcpOpenAndClose(benchmark::State& state) {
  for (auto _ : state) {
    Ends ends(false);
    ends.client().Close(ends.now());
    ends.Exchange();
    ends.server().Close(ends.now());
    ends.Exchange();
    benchmark::DoNotOptimize(ends.client().state());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TcpOpenAndClose);

}  // namespace
}  // namespace nut::tcp
