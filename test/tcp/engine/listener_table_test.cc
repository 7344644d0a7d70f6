#include "stack/tcp/listener_table.h"

#include "test/tcp/engine/record_test_base.h"

namespace nut::tcp {
namespace {

class ListenerTableTest : public RecordTest {
 protected:
  static wire::Endpoint At(wire::IpAddress address, uint16_t port) { return {address, wire::Port(port)}; }

  ListenerTable listeners_{executor_, 3};
};

TEST_F(ListenerTableTest, TheMoreExactAddressGetsTheSyn) {
  Listener* every = listeners_.Insert(At({}, 80), 1, {}).value();
  Listener* ours = listeners_.Insert(At(kOurs, 80), 1, {}).value();
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 80)), ours);
  EXPECT_EQ(listeners_.FindFor(At(kAlsoOurs, 80)), every);
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 81)), nullptr);
}

TEST_F(ListenerTableTest, SameAddressAndPortIsInUse) {
  ASSERT_TRUE(listeners_.Insert(At(kOurs, 80), 1, {}));
  EXPECT_EQ(listeners_.Insert(At(kOurs, 80), 1, {}).error(), Error::kAddressInUse);
  EXPECT_TRUE(listeners_.Insert(At(kAlsoOurs, 80), 1, {}));
  EXPECT_TRUE(listeners_.HasPort(wire::Port(80)));
  EXPECT_FALSE(listeners_.HasPort(wire::Port(81)));
}

TEST_F(ListenerTableTest, AClosedOneMakesRoomAtOnceAndIsSweptLater) {
  Listener* old = listeners_.Insert(At({}, 80), 1, {}).value();
  const ListenerHandle handle = old->handle;
  listeners_.Close(*old);
  listeners_.Close(*old);
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 80)), nullptr);
  Listener* next = listeners_.Insert(At({}, 80), 1, {}).value();
  EXPECT_EQ(listeners_.Find(handle), old);
  listeners_.Sweep();
  EXPECT_EQ(listeners_.Find(handle), nullptr);
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 80)), next);
  EXPECT_EQ(listeners_.size(), 1u);
}

TEST_F(ListenerTableTest, SweepWaitsForThePinnedOnes) {
  Listener* listener = listeners_.Insert(At({}, 80), 1, {}).value();
  const ListenerHandle handle = listener->handle;
  listener->pins = 1;
  listeners_.Close(*listener);
  listeners_.Sweep();
  ASSERT_EQ(listeners_.Find(handle), listener);
  listener->pins = 0;
  listeners_.Sweep();
  EXPECT_EQ(listeners_.Find(handle), nullptr);
}

TEST_F(ListenerTableTest, LimitIsKept) {
  for (uint16_t port = 1; port <= 3; ++port) ASSERT_TRUE(listeners_.Insert(At({}, port), 1, {}));
  EXPECT_EQ(listeners_.Insert(At({}, 4), 1, {}).error(), Error::kNoBuffers);
}

}  // namespace
}  // namespace nut::tcp
