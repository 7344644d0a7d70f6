#include "apps/storm/black_hole_device.h"

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <deque>
#include <vector>

#include "stack/link/frame_pool.h"

namespace nut::storm {
namespace {

using Tins::EthernetII, Tins::IP, Tins::TCP, Tins::UDP;

constexpr wire::Ipv4Address kHere(198, 19, 0, 10);
constexpr wire::Ipv4Address kThere(198, 19, 0, 20);

// Keeps what is sent, and gives what it was told to.
class FakeDevice final : public link::Device {
 public:
  std::string_view name() const override { return "fake"; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 1500; }
  void Send(link::FramePtr frame) override { sent.push_back(std::move(frame)); }
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    for (; count < batch.size() && !arriving.empty(); ++count) {
      batch[count] = std::move(arriving.front());
      arriving.pop_front();
    }
    return count;
  }
  void SetListener(link::DeviceListener*) override {}

  std::vector<link::FramePtr> sent;
  std::deque<link::FramePtr> arriving;
};

class BlackHoleDeviceTest : public ::testing::Test {
 protected:
  link::FramePtr Frame(const char* from, const char* to, uint16_t source, uint16_t destination) {
    return Take(EthernetII() / IP(to, from) / TCP(destination, source));
  }
  link::FramePtr Take(EthernetII packet) {
    const auto bytes = packet.serialize();
    link::FramePtr frame = pool_.Allocate(bytes.size());
    std::copy(bytes.begin(), bytes.end(), frame->Append(bytes.size()).begin());
    return frame;
  }
  link::FramePtr Outgoing(uint16_t source, uint16_t destination) {
    return Frame("198.19.0.10", "198.19.0.20", source, destination);
  }
  link::FramePtr Incoming(uint16_t source, uint16_t destination) {
    return Frame("198.19.0.20", "198.19.0.10", source, destination);
  }

  VirtualClock clock_;
  link::FramePool pool_;
  FakeDevice inner_;
  BlackHoleDevice hole_{inner_, clock_};
  const wire::EndpointPair pair_{{kHere, wire::Port(12000)}, {kThere, wire::Port(80)}};
};

TEST_F(BlackHoleDeviceTest, PassesEverythingAtFirst) {
  hole_.Send(Outgoing(12000, 80));
  EXPECT_EQ(inner_.sent.size(), 1u);
  EXPECT_FALSE(hole_.IsVanished(pair_));
}

TEST_F(BlackHoleDeviceTest, SwallowsOnePairInBothDirectionsAndNothingElse) {
  hole_.Vanish(pair_, kNever);
  EXPECT_TRUE(hole_.IsVanished(pair_));
  EXPECT_TRUE(hole_.IsVanished({pair_.remote, pair_.local}));
  hole_.Send(Outgoing(12000, 80));
  EXPECT_EQ(inner_.sent.size(), 0u);
  hole_.Send(Outgoing(12001, 80));
  hole_.Send(Outgoing(80, 12000));  // the ports of the pair, at the wrong ends
  hole_.Send(Take(EthernetII() / IP("198.19.0.20", "198.19.0.10") / UDP(80, 12000)));
  hole_.Send(Take(EthernetII() / Tins::ARP("198.19.0.20", "198.19.0.10")));
  EXPECT_EQ(inner_.sent.size(), 4u);
  EXPECT_EQ(hole_.swallowed(), 1u);

  inner_.arriving.push_back(Incoming(80, 12000));
  inner_.arriving.push_back(Incoming(80, 12001));
  inner_.arriving.push_back(Incoming(80, 12000));
  link::FramePtr batch[8];
  EXPECT_EQ(hole_.Receive(batch), 1u);
  EXPECT_EQ(hole_.swallowed(), 3u);
}

TEST_F(BlackHoleDeviceTest, ABatchThatDisappearsWholeDoesNotLookLikeTheEnd) {
  hole_.Vanish(pair_, kNever);
  for (int i = 0; i < 4; ++i) inner_.arriving.push_back(Incoming(80, 12000));
  inner_.arriving.push_back(Incoming(81, 12000));
  link::FramePtr batch[2];
  EXPECT_EQ(hole_.Receive(batch), 1u);
  EXPECT_EQ(hole_.Receive(batch), 0u);
}

TEST_F(BlackHoleDeviceTest, APairComesBackWhenItsTimeIsOver) {
  hole_.Vanish(pair_, Instant(10s));
  clock_.Advance(9s);
  hole_.Send(Outgoing(12000, 80));
  clock_.Advance(1s);
  EXPECT_FALSE(hole_.IsVanished(pair_));
  hole_.Send(Outgoing(12000, 80));
  EXPECT_EQ(inner_.sent.size(), 1u);
}

TEST_F(BlackHoleDeviceTest, APairCanBeRestored) {
  hole_.Vanish(pair_, kNever);
  hole_.Restore({pair_.remote, pair_.local});
  hole_.Send(Outgoing(12000, 80));
  EXPECT_EQ(inner_.sent.size(), 1u);
  EXPECT_EQ(hole_.size(), 0u);
}

}  // namespace
}  // namespace nut::storm
