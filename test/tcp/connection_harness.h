// ConnectionHarness: one Connection and a scripted peer, under virtual time. Sequence numbers in scripts are
// relative: `seq` of what we inject counts from the peer's SYN, `ack` from ours, and the other way round in
// what we expect; so the SYN is 0 and the first octet of text 1. The real ones lie in front of 2^32 on both
// sides, so every test of some length crosses the wrap. CheckInvariants runs after every step.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

#include "stack/tcp/connection.h"
#include "stack/wire/ecn.h"
#include "test/tcp/segment_value.h"

namespace nut::tcp {

// A segment in a script. Flags as tcpdump's letters: S F R P . U E W ("." is ACK, E and W are ECE and CWR).
struct Packet {
  std::string_view flags = ".";
  uint32_t seq = 0;
  uint32_t ack = 0;
  std::string data;
  std::optional<uint16_t> win;  // expected: any, if not given; injected: 65535
  uint16_t up = 0;
  wire::TcpOptions options;  // injected only
  // Injected: Not-ECT, if not given. Expected: any; never more than ECT(0) goes out.
  std::optional<wire::Ecn> ecn;
};

class ConnectionHarness {
 public:
  ConnectionHarness();

  // Set before opening.
  Parameters parameters;
  std::string first;  // what OpenActive is to say first
  size_t path_mtu = 1500;
  uint32_t iss = 0xffff'fff0;
  uint32_t irs = 0xffff'ff80;

  // --- opening -----------------------------------------------------------------------------------
  void OpenActive();
  // With the peer's SYN, which has `options`, `win` and `data` of `syn`.
  void OpenPassive(Packet syn = {.flags = "S"});
  // OpenActive and the peer's SYN-ACK; afterwards both sides are at 1, and nothing waits to be expected.
  void Establish(uint16_t window = 65535, wire::TcpOptions options = {.mss = 1460});
  // Brings an established connection into `state` by the shortest way; our FIN, if any, is at 1, and so is
  // the peer's.
  void MoveTo(State state);

  // --- events ------------------------------------------------------------------------------------
  DropReason Inject(const Packet& packet);
  // Lets time pass; timers run at their points in time, and their output is collected.
  void Advance(Duration length);
  size_t Send(std::string_view data);
  size_t Send(size_t octets) { return Send(std::string(octets, 'x')); }
  // Up to `limit` octets; "" for nothing there.
  std::string Receive(size_t limit = 1 << 20);
  void Shutdown();
  void Close();
  void Abort();
  // Collects what the connection wants to send now; done after every event above.
  void Pump();

  // --- what it sent ------------------------------------------------------------------------------
  // The next segment is this one.
  void Expect(const Packet& packet);
  // Nothing (more) was sent.
  void ExpectSilence();
  // The next segment, if there is one.
  std::optional<SegmentValue> Next();
  // Lets time pass until the next output, at most `limit`; says how long.
  std::optional<Duration> TimeToOutput(Duration limit);
  // Forgets what was sent.
  void Drain();
  // The same, and says how many octets of text it was.
  size_t DrainText();
  size_t waiting() const { return sent_.size(); }

  Connection& operator*() { return *connection_; }
  Connection* operator->() { return connection_.get(); }
  Instant now() const { return now_; }
  Statistics& statistics() { return statistics_; }
  bool segmentation = false;

  // Relative numbers of what was sent.
  uint32_t RelativeSequence(const SegmentValue& segment) const {
    return segment.fields.sequence.number() - iss;
  }
  uint32_t RelativeAck(const SegmentValue& segment) const {
    return segment.fields.acknowledgement.number() - irs;
  }

 private:
  void Make();
  SegmentValue Build(const Packet& packet) const;

  Statistics statistics_;
  std::unique_ptr<Connection> connection_;
  std::deque<SegmentValue> sent_;
  Instant now_ = Instant{} + 1000s;
};

}  // namespace nut::tcp
