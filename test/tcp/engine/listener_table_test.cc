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

TEST_F(ListenerTableTest, SweepWaitsForWhoeverIsInterested) {
  struct Nobody final : ReadinessWatch {
    void OnReadiness() override {}
  };
  const auto close = [&](auto prepare) {
    Listener* listener = listeners_.Insert(At({}, 80), 1, {}).value();
    prepare(*listener);
    listeners_.Close(*listener);
    listeners_.Sweep();
    return listener;
  };
  const auto gone = [&] {
    listeners_.Sweep();
    return listeners_.size() == 0;
  };
  close([](Listener& listener) { listener.syn_count = 1; })->syn_count = 0;
  EXPECT_EQ(listeners_.size(), 1u) << "a handshake is under way";
  EXPECT_TRUE(gone());
  close([](Listener& listener) { listener.accept_count = 1; })->accept_count = 0;
  EXPECT_EQ(listeners_.size(), 1u) << "a connection waits to be accepted";
  EXPECT_TRUE(gone());
  {
    Nobody watch;
    close([&](Listener& listener) { listener.watches.Add(watch); });
    EXPECT_FALSE(gone()) << "somebody watches";
  }
  EXPECT_TRUE(gone());
  Listener* waited_for = nullptr;
  executor_
      .Create(
          "wait", [&] { waited_for->acceptable.Wait(); }, 0, 64)
      .value();
  waited_for = close([&](Listener& listener) {
    waited_for = &listener;
    executor_.RunUntil(clock_.Now());
  });
  EXPECT_FALSE(gone()) << "a thread sleeps there";
  waited_for->acceptable.PostAsync();
  executor_.RunUntil(clock_.Now());
  EXPECT_TRUE(gone());
}

TEST_F(ListenerTableTest, SweepFreesAllThatAreReadyAndKeepsTheRest) {
  Listener* first = listeners_.Insert(At({}, 1), 1, {}).value();
  Listener* second = listeners_.Insert(At({}, 2), 1, {}).value();
  Listener* third = listeners_.Insert(At({}, 3), 1, {}).value();
  first->pins = 1;
  listeners_.Close(*first);
  listeners_.Close(*second);
  listeners_.Sweep();
  std::vector<Listener*> left;
  listeners_.ForEach([&](Listener& listener) { left.push_back(&listener); });
  EXPECT_EQ(left, (std::vector<Listener*>{first, third}));
  EXPECT_EQ(listeners_.size(), 2u);
  EXPECT_FALSE(third->closed);
  EXPECT_TRUE(listeners_.HasPort(wire::Port(3)));
}

TEST_F(ListenerTableTest, AHandleIsStaleWhenItsListenerIsGone) {
  Listener* first = listeners_.Insert(At({}, 1), 7, {}).value();
  const ListenerHandle handle = first->handle;
  EXPECT_EQ(handle, (ListenerHandle{0, 1}));
  EXPECT_EQ(first->backlog, 7u);
  EXPECT_EQ(listeners_.Find(handle), first);
  EXPECT_EQ(listeners_.Find({}), nullptr);
  EXPECT_EQ(listeners_.Find({1, 1}), nullptr);
  EXPECT_EQ(listeners_.Find({UINT32_MAX, 1}), nullptr);
  listeners_.Close(*first);
  listeners_.Sweep();
  EXPECT_EQ(listeners_.Find(handle), nullptr);
  EXPECT_EQ(listeners_.Find({}), nullptr);
  EXPECT_EQ(listeners_.size(), 0u);
  Listener* next = listeners_.Insert(At({}, 2), 1, {}).value();
  EXPECT_EQ(next->handle, (ListenerHandle{0, 2})) << "the first free slot, in its next generation";
  EXPECT_EQ(listeners_.Find(handle), nullptr);
  Listener* beside = listeners_.Insert(At({}, 1), 1, {}).value();
  EXPECT_EQ(beside->handle, (ListenerHandle{1, 1}));
  EXPECT_EQ(listeners_.Find({1, 1}), beside);
  EXPECT_EQ(listeners_.Find({2, 1}), nullptr);
}

TEST_F(ListenerTableTest, OneOfSeveralOnAPortMayClose) {
  Listener* every = listeners_.Insert(At({}, 80), 1, {}).value();
  Listener* ours = listeners_.Insert(At(kOurs, 80), 1, {}).value();
  listeners_.Close(*every);
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 80)), ours);
  EXPECT_EQ(listeners_.FindFor(At(kAlsoOurs, 80)), nullptr);
  EXPECT_TRUE(listeners_.HasPort(wire::Port(80)));
  listeners_.Close(*ours);
  EXPECT_FALSE(listeners_.HasPort(wire::Port(80)));
  EXPECT_EQ(listeners_.FindFor(At(kOurs, 80)), nullptr);
}

TEST_F(ListenerTableTest, QueuesAreFullAtTheirLimits) {
  Listener* listener = listeners_.Insert(At({}, 80), 2, Parameters{.maximum_syn_queue = 3}).value();
  for (const size_t count : {0u, 1u, 2u, 3u, 4u}) {
    listener->syn_count = listener->accept_count = count;
    EXPECT_EQ(listener->syn_queue_full(), count >= 3) << count;
    EXPECT_EQ(listener->accept_queue_full(), count >= 2) << count;
  }
  listener->syn_count = listener->accept_count = 0;
}

TEST_F(ListenerTableTest, LimitIsKept) {
  for (uint16_t port = 1; port <= 3; ++port) ASSERT_TRUE(listeners_.Insert(At({}, port), 1, {}));
  EXPECT_EQ(listeners_.size(), 3u);
  EXPECT_EQ(listeners_.Insert(At({}, 4), 1, {}).error(), Error::kNoBuffers);
  EXPECT_FALSE(listeners_.HasPort(wire::Port(4)));
  EXPECT_EQ(listeners_.FindFor(At({}, 4)), nullptr);
}

}  // namespace
}  // namespace nut::tcp
