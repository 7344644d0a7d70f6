// UDP at its named scheduling points, where the original waited for ARP or its device, or posted an event:
// whatever others do there, what is under way stays whole, and nothing is used that is gone (R12).
#include "test/explore/mutants/director.h"
#include "test/socket/socket_test_base.h"

namespace nut::socket {
namespace {

using explore::Director;
using os::SchedulingChoice;
using os::SchedulingPoint;

struct HasDirector {
  Director director;
};

class UdpPointsTest : public HasDirector, public SocketTest {
 protected:
  UdpPointsTest() : SocketTest({.scheduler = &director}) { director.Watch(executor()); }
  ~UdpPointsTest() override { director.Follow({}); }

  UdpSocket OpenA(uint16_t port = 0) {
    return UdpSocket::Open(UdpOf(nodes_.a()), {{}, wire::Port(port)}).value();
  }
  // At every `point` passed on behalf of `subject` the thread of that name runs, if it can.
  void RunAt(SchedulingPoint point, uint64_t subject, std::string_view name) {
    director.Follow([=, this](const SchedulingChoice& choice) -> std::optional<size_t> {
      if (!Director::IsAt(choice, point) || choice.subject != subject) return {};
      return director.Thread(choice, name);
    });
  }
};

// A thread stands there with a datagram, and its socket is closed.
class CloseWhileSending : public UdpPointsTest, public testing::WithParamInterface<SchedulingPoint> {};

TEST_P(CloseWhileSending, TheDatagramGoesOutAllTheSame) {
  std::string received;
  Spawn("server", [&] {
    UdpSocket socket = UdpSocket::Open(UdpOf(nodes_.b()), {{}, wire::Port(5000)}).value();
    uint8_t bytes[10];
    const auto datagram = socket.ReceiveFrom(bytes, 10s);
    if (datagram) received = AsText({bytes, datagram->size});
  });
  RunFor(0s);
  UdpSocket socket = OpenA(6000);
  RunAt(GetParam(), socket.handle().id(), "closer");
  bool closed = false;
  bool sent = false;
  Spawn(
      "sender",
      [&] {
        const auto handle = socket.handle();
        EXPECT_TRUE(socket.SendTo(AsBytes("whole"), {kAddressB, wire::Port(5000)}));
        sent = true;
        EXPECT_FALSE(nodes_.a().node().network().udp().IsOpen(handle));
      },
      5);
  Spawn(
      "closer",
      [&] {
        EXPECT_FALSE(sent);
        socket.Close();
        closed = true;
      },
      5);
  RunFor(1s);
  EXPECT_TRUE(closed && sent);
  EXPECT_EQ(received, "whole");
}

INSTANTIATE_TEST_SUITE_P(Points, CloseWhileSending,
                         testing::Values(SchedulingPoint::kArpWait, SchedulingPoint::kTransmit),
                         [](const auto& point) {
                           return std::string(point.param == SchedulingPoint::kArpWait ? "ArpWait"
                                                                                       : "Transmit");
                         });

// Two listen for a broadcast. The first reader, of higher right than the receive thread, is woken and closes
// one of the two in the middle of the delivery.
class CloseDuringDelivery : public UdpPointsTest, public testing::WithParamInterface<bool> {};

TEST_P(CloseDuringDelivery, TheOthersGetTheirs) {
  const bool closes_itself = GetParam();
  net::UdpTable& udp = nodes_.b().node().network().udp();
  const auto first = udp.Open({{}, wire::Port(5000)}, /*shared=*/true).value();
  const auto second = udp.Open({{}, wire::Port(5000)}, /*shared=*/true).value();
  bool closed = false;
  Spawn(
      "reader",
      [&] {
        EXPECT_TRUE(udp.Wait(first));
        EXPECT_TRUE(udp.Close(closes_itself ? first : second));
        closed = true;
      },
      5);
  RunAt(SchedulingPoint::kEventPost, first.id(), "reader");
  Spawn("sender", [&] {
    UdpSocket socket = OpenA();
    EXPECT_TRUE(socket.SendTo(AsBytes("to all"), {wire::Ipv4Address(198, 19, 0, 255), wire::Port(5000)}));
  });
  RunFor(1s);
  EXPECT_TRUE(closed);
  const auto left = udp.Receive(closes_itself ? second : first);
  ASSERT_TRUE(left);
  EXPECT_EQ(AsText(left->frame->data()), "to all");
  EXPECT_EQ(nodes_.b().statistics()[DropReason::kUdpNoSocket], closes_itself ? 0u : 1u);
  EXPECT_EQ(nodes_.b().statistics()[DropReason::kUdpQueueFull], 0u);
  EXPECT_TRUE(udp.Close(closes_itself ? second : first));
}

INSTANTIATE_TEST_SUITE_P(Whom, CloseDuringDelivery, testing::Bool(), [](const auto& itself) {
  return std::string(itself.param ? "Itself" : "TheOther");
});

}  // namespace
}  // namespace nut::socket
