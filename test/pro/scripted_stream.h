// ScriptedStream: a ServerStream without a network, for tests of one thread: what the client sends is written
// down beforehand, what the server says is collected. A read with nothing left ends the stream, or waits as
// long as it may.
#pragma once

#include <algorithm>
#include <concepts>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "stack/base/clock.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

class ScriptedStream final : public ServerStream {
 public:
  enum class Then : uint8_t { kEnd, kSilence };

  // Each of `pieces` comes with one read.
  ScriptedStream(VirtualClock& clock, std::vector<std::string> pieces, Then then = Then::kEnd)
      : clock_(clock), pieces_(pieces.begin(), pieces.end()), then_(then) {}

  // Every piece comes this much later than the one before.
  void set_pace(Duration pace) { pace_ = pace; }
  // Writing fails as if the client had gone, once so many bytes are written.
  void set_write_limit(size_t bytes) { write_limit_ = bytes; }

  Result<size_t> Read(MutableByteView out) override {
    ++reads_;
    if (closed_) return Fail(Error::kStaleHandle);
    while (!pieces_.empty() && pieces_.front().empty()) pieces_.pop_front();
    if (pieces_.empty() && then_ == Then::kEnd) return 0;
    const Duration left = TimeLeft(clock_.Now());
    if (pieces_.empty() || pace_ > left) {
      clock_.Advance(std::max(left, Duration::zero()));
      return Fail(Error::kTimedOut);
    }
    clock_.Advance(pace_);
    std::string& piece = pieces_.front();
    const size_t count = std::min(out.size(), piece.size());
    std::copy_n(piece.begin(), count, out.begin());
    piece.erase(0, count);
    return count;
  }

  Result<void> Write(ByteView data) override {
    if (closed_ || written_.size() + data.size() > write_limit_) return Fail(Error::kConnectionReset);
    ++writes_;
    written_ += AsText(data);
    return {};
  }

  Result<void> Flush() override { return {}; }
  Result<void> FinishWriting() override {
    finished_ = true;
    return {};
  }
  wire::Endpoint local() const override { return {wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)}; }
  wire::Endpoint remote() const override { return {wire::Ipv4Address(198, 19, 0, 1), wire::Port(51234)}; }
  void Close() override { closed_ = true; }
  bool readable() const override {
    return closed_ || then_ == Then::kEnd || std::ranges::any_of(pieces_, [](auto& p) { return !p.empty(); });
  }
  // Nobody is told: one thread writes the script and follows it.
  void Watch(StreamWatcher&) override {}

  const std::string& written() const { return written_; }
  size_t reads() const { return reads_; }
  size_t writes() const { return writes_; }
  bool finished() const { return finished_; }
  // What the server has not read.
  size_t unread() const {
    size_t bytes = 0;
    for (const std::string& piece : pieces_) bytes += piece.size();
    return bytes;
  }

 private:
  VirtualClock& clock_;
  std::deque<std::string> pieces_;
  const Then then_;
  Duration pace_{};
  size_t write_limit_ = SIZE_MAX;
  std::string written_;
  size_t reads_ = 0;
  size_t writes_ = 0;
  bool finished_ = false;
  bool closed_ = false;
};

// What a server does with a connection: turn after turn, until the conversation is over, or the client rests
// when nothing is left of the script. `serve` is a turn: Result<Next>(ServerStream&).
template <std::invocable<ServerStream&> Turn>
Result<Next> Converse(ScriptedStream& stream, Turn serve) {
  while (true) {
    const auto next = serve(stream);
    if (next && *next == Next::kWait && stream.readable()) continue;
    if (next ? *next == Next::kDone : next.error() == Error::kTimedOut) {
      static_cast<void>(stream.FinishWriting());
    }
    return next;
  }
}

inline Result<Next> Converse(ScriptedStream& stream, StreamService& service) {
  return Converse(stream, [&](ServerStream& s) { return service.Serve(s); });
}

}  // namespace nut::pro
