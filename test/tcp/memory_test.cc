// What a connection costs: an idle one less than 1 KiB, and one that moves data no allocation per segment.
// Counted at operator new, so that nothing is forgotten.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "stack/link/frame_pool.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/incoming_text.h"

namespace {

size_t allocations = 0;
int64_t live_bytes = 0;

// The size goes in front of the block.
constexpr size_t kFront = alignof(std::max_align_t);

}  // namespace

void* operator new(size_t size) {
  auto* block = static_cast<unsigned char*>(std::malloc(size + kFront));
  if (block == nullptr) std::abort();
  *reinterpret_cast<size_t*>(block) = size;
  ++allocations;
  live_bytes += static_cast<int64_t>(size);
  return block + kFront;
}
void operator delete(void* pointer) noexcept {
  if (pointer == nullptr) return;
  unsigned char* block = static_cast<unsigned char*>(pointer) - kFront;
  live_bytes -= static_cast<int64_t>(*reinterpret_cast<size_t*>(block));
  std::free(block);
}
void operator delete(void* pointer, size_t) noexcept { operator delete(pointer); }
void* operator new[](size_t size) { return operator new(size); }
void operator delete[](void* pointer) noexcept { operator delete(pointer); }
void operator delete[](void* pointer, size_t) noexcept { operator delete(pointer); }

namespace nut::tcp {
namespace {

// The lists of the pools, which are not the connections'.
constexpr int64_t kPool = 1024;

// Two ends on a wire without delay, and nothing of its own on the heap while it runs.
class Wire {
 public:
  Wire() {
    const wire::Endpoint left{wire::Ipv4Address(198, 19, 0, 1), wire::Port(1)};
    const wire::Endpoint right{wire::Ipv4Address(198, 19, 0, 2), wire::Port(2)};
    client_ = std::make_unique<Connection>(
        Parameters{}, ConnectionSetup{.ends = {left, right}, .chunks = &chunks_}, statistics_);
    client_->OpenActive(now_);
    OutgoingSegment syn;
    client_->Dispatch(now_, true, syn);
    server_ = std::make_unique<Connection>(
        Parameters{}, ConnectionSetup{.ends = {right, left}, .chunks = &chunks_}, statistics_);
    server_->OpenPassive(Incoming(syn), now_);
    Exchange();
  }

  void Exchange() {
    while (Carry(*client_, *server_) || Carry(*server_, *client_)) {
    }
  }
  void Advance(Duration length) {
    const Instant end = now_ + length;
    while (true) {
      const Instant next = std::min(client_->poll_at(), server_->poll_at());
      if (next > end) break;
      now_ = std::max(now_, next);
      client_->OnTimer(now_);
      server_->OnTimer(now_);
      Exchange();
    }
    now_ = end;
  }
  // One buffer from the client through to the reader.
  void Move(MutableByteView bytes) {
    for (size_t sent = 0; sent < bytes.size();) {
      sent += client_->Send(bytes.subspan(sent), now_).value_or(0);
      Exchange();
      while (server_->Receive(bytes, now_).has_value()) Exchange();
      Advance(1ms);
    }
  }
  // What the node keeps for whoever sends next.
  int64_t kept() const { return static_cast<int64_t>(chunks_.kept()); }
  Connection& client() { return *client_; }
  Connection& server() { return *server_; }

 private:
  // The text lies in a frame, as from a device.
  IncomingSegment Incoming(const OutgoingSegment& out) {
    frames_.first = pool_.Allocate(out.payload_size());
    const MutableByteView text = frames_.first->Append(out.payload_size());
    out.payload.CopyTo(text);
    return {.sequence = out.fields.sequence,
            .acknowledgement = out.fields.acknowledgement,
            .flags = out.fields.flags,
            .window = out.fields.window,
            .options = out.fields.options,
            .payload = text};
  }
  bool Carry(Connection& from, Connection& to) {
    OutgoingSegment out;
    if (!from.Dispatch(now_, true, out)) return false;
    to.OnSegment(Incoming(out), now_, &frames_);
    return true;
  }

  Statistics statistics_;
  link::ChunkPool chunks_;
  link::FramePool pool_;
  SegmentFrames frames_;
  std::unique_ptr<Connection> client_;
  std::unique_ptr<Connection> server_;
  Instant now_ = Instant{} + 1s;
};

TEST(Memory, AnIdleConnectionCostsLessThanAKibibyte) {
  const int64_t before = live_bytes;
  Wire wire;
  const int64_t fixed = 2 * static_cast<int64_t>(sizeof(Connection)) + kPool;
  EXPECT_LT((live_bytes - before - fixed) / 2, 1024);

  // And no more after it has moved a megabyte, some time later.
  std::vector<uint8_t> bytes(1 << 20);
  const auto in_use = [&] { return live_bytes - before - fixed - wire.kept(); };
  const int64_t fresh = in_use();
  wire.Move(bytes);
  EXPECT_GT(in_use(), fresh + 1000) << "its buffers are still there at once";
  wire.Advance(3s);
  EXPECT_LE(in_use(), fresh + 300);
}

TEST(Memory, MovingDataAllocatesNothingPerSegment) {
  Wire wire;
  std::vector<uint8_t> bytes(1 << 20);
  for (int i = 0; i < 5; ++i) wire.Move(bytes);  // buffers grow to their size
  const size_t before = allocations;
  const uint64_t segments_before = wire.client().Info(Instant{}).segments_out;
  for (int i = 0; i < 5; ++i) wire.Move(bytes);
  const uint64_t segments = wire.client().Info(Instant{}).segments_out - segments_before;
  EXPECT_GT(segments, 50u);
  // Only where a full reader's frames are filled badly: the ends of flights, which are copied into chunks.
  EXPECT_LT(allocations - before, segments / 4);
}

TEST(Memory, AConnectionThatEndedHoldsNoBuffers) {
  Wire wire;
  std::vector<uint8_t> bytes(100'000);
  wire.client().Send(bytes, Instant{} + 1s).value();
  const int64_t before = live_bytes;
  wire.client().Abort(Error::kConnectionAborted, Instant{} + 1s);
  EXPECT_LE(live_bytes - wire.kept(), before - 100'000);
}

}  // namespace
}  // namespace nut::tcp
