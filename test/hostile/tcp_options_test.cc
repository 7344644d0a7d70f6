// Options of TCP that lie: lengths that never advance or lead past the header, segment sizes that nobody can
// live with, acknowledgements of what was never sent.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileTcpOptions : public HostileTest {
 protected:
  // Where the options begin, from the IP header on.
  static constexpr size_t kOptions = 40;

  // `tcp` with exactly these option bytes (a multiple of 4).
  Bytes WithOptions(TCP tcp, const Bytes& options, const std::string& text = "") {
    for (size_t i = 0; i < options.size(); ++i) tcp.add_option(TCP::option(TCP::NOP));
    if (text.empty()) return Patched(Frame() / Ip() / tcp, kOptions, options);
    return Patched(Frame() / Ip() / tcp / Raw(text), kOptions, options);
  }

  size_t LargestPayload(const std::vector<Heard>& heard) {
    size_t largest = 0;
    for (const Heard& one : heard) largest = std::max(largest, one.payload.size());
    return largest;
  }
};

// picoTCP; the original's NutTcpInputOptions looped for ever in the only TCP thread.
TEST_F(HostileTcpOptions, Cve2020_24337_ALengthOfZeroOrOneNeitherHangsNorHarms) {
  Conversation with = Open(kEcho);
  const std::vector<Bytes> lies = {{99, 0, 0, 0}, {99, 1, 0, 0}, {2, 0, 0, 0}, {1, 8, 1, 0}, {3, 0, 1, 1}};
  uint64_t sent = 0;
  const uint64_t before = Drops(DropReason::kTcpBadOptions);
  for (const Bytes& options : lies) {
    for (const int flags : {kSyn, kAck, kSyn | kAck, kAck | kPsh, kRst, kFin | kAck, 0}) {
      for (const uint16_t port : {kEcho, kClosedPort}) {
        BringBytes(WithOptions(Segment({.port = 41000, .node_port = port}, flags), options));
        ++sent;
      }
      BringBytes(WithOptions(Segment(with, flags), options, "lost"));
      ++sent;
    }
  }
  EXPECT_EQ(Drops(DropReason::kTcpBadOptions) - before, sent);
  // Treck's and IPnet's relatives (CVE-2019-12258): a malformed option resets nothing.
  EXPECT_TRUE(Echoes(with));
}

TEST_F(HostileTcpOptions, Ripple20_OptionsThatEndWithTheHeaderAreNotReadPastIt) {
  Conversation with = Open(kEcho);
  const std::vector<Bytes> cut = {{1, 1, 1, 2},   {1, 1, 2, 4}, {1, 1, 8, 40}, {2, 4, 5, 180, 1, 1, 1, 8},
                                  {5, 255, 0, 0}, {1, 1, 1, 99}};
  ExpectDropped(DropReason::kTcpBadOptions, cut.size() * 2, [&] {
    for (const Bytes& options : cut) {
      BringBytes(WithOptions(Segment({.port = 41000}, kSyn), options));
      BringBytes(WithOptions(Segment(with, kAck), options));
    }
  });
  EXPECT_TRUE(Echoes(with));
}

TEST_F(HostileTcpOptions, AHeaderLongerThanItsSegmentIsDropped) {
  // Offsets 0–4 are shorter than any header; 6–15 reach past the end of this one.
  uint64_t sent = 0;
  const uint64_t before = Drops(DropReason::kTcpBadHeaderLength);
  for (uint8_t offset = 0; offset < 16; ++offset) {
    if (offset == 5) continue;
    const uint8_t byte = static_cast<uint8_t>(offset << 4);
    BringBytes(Patched(Frame() / Ip() / Segment({.port = 41000}, kSyn), 32, {byte}));
    ++sent;
  }
  EXPECT_EQ(Drops(DropReason::kTcpBadHeaderLength) - before, sent);
}

// uIP divided by it; Linux sent a segment per byte (CVE-2019-11479).
TEST_F(HostileTcpOptions, Cve2020_13988_Cve2019_11479_AnMssOfZeroOrOneIsLiftedToAUsefulOne) {
  uint16_t port = 42000;
  for (const uint16_t mss : {0, 1, 8, 47}) {
    TCP options;
    options.mss(mss);
    Conversation with = Open(kChargen, port++, options);
    RunFor(1ms);
    const std::vector<Heard> heard = TakeHeard(with);
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(LargestPayload(heard), 48u) << "MSS " << mss;
    Send(with, Segment(with, kRst));
  }
}

TEST_F(HostileTcpOptions, AnMssOf65535IsBoundedByTheLink) {
  TCP options;
  options.mss(65535);
  Conversation with = Open(kChargen, 42000, options);
  RunFor(1ms);
  EXPECT_EQ(LargestPayload(TakeHeard(with)), 1460u);
}

// Nut/Net and lwIP took it from any segment, even one out of the window.
TEST_F(HostileTcpOptions, AnMssOnALiveConnectionChangesNothing) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 42000, options);
  RunFor(1ms);
  Listen(with, /*acknowledge=*/false);
  for (const uint32_t distance : {0u, 1000u, 0x80000000u}) {
    Conversation liar = with;
    liar.sequence += distance;
    BringBytes(WithOptions(Segment(liar, kAck), {2, 4, 0, 1}));
  }
  Forget();
  Send(with, Segment(with, kAck));
  RunFor(1ms);
  EXPECT_EQ(LargestPayload(TakeHeard(with)), 1460u);
}

// The Linux kernel stopped (CVE-2019-11477), or spent its time on a list of fragments (11478).
TEST_F(HostileTcpOptions, Cve2019_11477_SackBlocksThatAreTinyInvertedOrForeignDoNoHarm) {
  TCP options;
  options.mss(48);
  options.sack_permitted();
  Conversation with = Open(kChargen, 42000, options);
  RunFor(1ms);
  TakeHeard(with);
  const uint64_t before = Count(Counter::kTcpOutSegments);
  const uint32_t base = with.acknowledgement;
  constexpr int kAcks = 3000;
  for (int i = 0; i < kAcks; ++i) {
    const uint32_t at = base + static_cast<uint32_t>(i % 480);
    TCP ack = Segment(with, kAck);
    switch (i % 3) {
      case 0: ack.sack({at, at + 1, at + 8, at + 9}); break;
      case 1: ack.sack({at + 100, at}); break;
      case 2: ack.sack({at + 0x40000000, at + 0x40000008, base - 500, base - 1}); break;
    }
    Send(with, ack);
  }
  // The node may repeat a little, and takes no ACK as a reason for a whole window.
  EXPECT_LT(Count(Counter::kTcpOutSegments) - before, kAcks * 2u);
  Send(with, Segment(with, kRst));
}

// RFC 2018 3: at most as many blocks as fit; the rest is not believed.
TEST_F(HostileTcpOptions, ASackOptionOfAnOddLengthIsSkipped) {
  Conversation with = Open(kEcho);
  for (const uint8_t length : {2, 3, 9, 11}) {
    Bytes options(12, 1);
    options[0] = 5;
    options[1] = length;
    BringBytes(WithOptions(Segment(with, kAck), options));
  }
  EXPECT_TRUE(Echoes(with));
}

}  // namespace
}  // namespace nut::hostile
