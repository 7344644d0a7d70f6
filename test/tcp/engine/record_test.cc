// A record's own words about itself, who waits for it and watches it, and how it is freed.
#include <string>

#include "stack/tcp/held_syns.h"
#include "stack/tcp/reaper.h"
#include "test/tcp/engine/record_test_base.h"

namespace nut::tcp {
namespace {

TEST(Requests, AnyOfThemIsSomethingToDo) {
  EXPECT_FALSE(Requests().any());
  EXPECT_TRUE((Requests{.open = true}.any()));
  EXPECT_TRUE((Requests{.configure = true}.any()));
  EXPECT_TRUE((Requests{.shutdown = true}.any()));
  EXPECT_TRUE((Requests{.abort = true}.any()));
  EXPECT_TRUE((Requests{.close = true}.any()));
}

class ConnectionRecordTest : public RecordTest {
 protected:
  void Run() { executor_.RunUntil(clock_.Now()); }
  void Sleep(ConnectionRecord& record, Interest interest) {
    executor_
        .Create(
            "sleeper",
            [this, &record, interest] {
              Waiter waiter(executor_, record.waiters, interest);
              waiter.Wait(kForever);
              ++woken_;
            },
            0, 64)
        .value();
    Run();
  }

  int woken_ = 0;
};

TEST_F(ConnectionRecordTest, AFreshOneIsNobodysBusinessYet) {
  ConnectionRecord loose(Parameters{}, {.ends = Pair(1)}, statistics_);
  EXPECT_EQ(loose.ownership, Ownership::kApplication);
  EXPECT_EQ(loose.state, State::kClosed);
  EXPECT_EQ(loose.timer_position, ConnectionRecord::kNoTimer);
  EXPECT_EQ(loose.pins, 0u);
  EXPECT_EQ(loose.abort_reason, Error::kConnectionAborted);
  for (const bool flag :
       {loose.active, loose.indexed, loose.forgotten, loose.accepting, loose.doomed, loose.finished}) {
    EXPECT_FALSE(flag);
  }
  EXPECT_FALSE(loose.requests.any());
  EXPECT_FALSE(loose.has_waiters());
  EXPECT_TRUE(Insert(1)->indexed);
}

TEST_F(ConnectionRecordTest, WhichListItIsInFollowsFromWhatItIs) {
  ConnectionRecord& record = *Insert(1);
  ListenQueue queue;
  record.ownership = Ownership::kListener;
  EXPECT_FALSE(record.queued());
  queue.push_back(record);
  EXPECT_TRUE(record.queued());
  record.ownership = Ownership::kApplication;
  EXPECT_FALSE(record.queued());
  EXPECT_FALSE(record.in_time_wait());
  record.state = State::kTimeWait;
  EXPECT_TRUE(record.in_time_wait());
  record.doomed = true;
  EXPECT_FALSE(record.in_time_wait());
  record.doomed = false;
  record.stage_hook.unlink();
  EXPECT_FALSE(record.in_time_wait());
}

TEST_F(ConnectionRecordTest, AHandshakeIsHalfOpenForItsTimeWhileItIsTheListeners) {
  const SharedParameters parameters(Parameters{.syn_received_timeout = 7s});
  ConnectionRecord& record = *table_.Insert(parameters, {.ends = Pair(1)});
  EXPECT_EQ(record.half_open_until(), kNever);
  record.ownership = Ownership::kListener;
  record.connection.OpenPassive({.flags = wire::TcpFlags::kSyn}, Instant(3s));
  EXPECT_EQ(record.half_open_until(), Instant(10s));
  record.accepting = true;
  EXPECT_EQ(record.half_open_until(), kNever);
  record.accepting = false;
  record.ownership = Ownership::kNobody;
  EXPECT_EQ(record.half_open_until(), kNever);
}

// --- who waits

TEST_F(ConnectionRecordTest, OnlyThoseAreWokenWhoWaitForIt) {
  ConnectionRecord& record = *Insert(1);
  EXPECT_TRUE(record.waiters.empty());
  Sleep(record, Interest::kReadable);
  Sleep(record, Interest::kReadable);
  Sleep(record, Interest::kWritable);
  EXPECT_FALSE(record.waiters.empty());
  EXPECT_TRUE(record.has_waiters());
  EXPECT_EQ(record.waiters.Sleepers(), 3u);
  EXPECT_EQ(record.waiters.Sleepers(Interest::kReadable), 2u);
  EXPECT_EQ(record.waiters.Sleepers(Interest::kWritable), 1u);
  EXPECT_EQ(record.waiters.Sleepers(Interest::kEstablished), 0u);
  record.waiters.Wake(Interest::kReadable);
  EXPECT_EQ(record.waiters.Sleepers(Interest::kReadable), 0u) << "woken, though they have not run yet";
  EXPECT_EQ(record.waiters.Sleepers(), 1u);
  EXPECT_FALSE(record.waiters.empty());
  Run();
  EXPECT_EQ(woken_, 2);
  record.waiters.WakeAll();
  EXPECT_FALSE(record.has_waiters());
  Run();
  EXPECT_EQ(woken_, 3);
  EXPECT_TRUE(record.waiters.empty());
}

TEST_F(ConnectionRecordTest, AListingSaysWhatAThreadWaitsFor) {
  ConnectionRecord& record = *Insert(1);
  for (const auto& [interest, label] : {std::pair{Interest::kReadable, "tcp receive"},
                                        {Interest::kWritable, "tcp send"},
                                        {Interest::kEstablished, "tcp connect"},
                                        {Interest::kDrained, "tcp connect"}}) {
    Sleep(record, interest);
    std::string seen;
    for (const os::ThreadInfo& thread : executor_.Threads()) {
      if (thread.name == "sleeper") seen = thread.waiting_on;
    }
    EXPECT_EQ(seen, label);
    record.waiters.WakeAll();
    Run();
  }
}

// --- who watches

class Notes final : public ReadinessWatch {
 public:
  Notes(std::string& all, char name, bool once = false) : all_(all), name_(name), once_(once) {}
  void OnReadiness() override {
    all_ += name_;
    if (once_) unlink();
  }

 private:
  std::string& all_;
  const char name_;
  const bool once_;
};

TEST_F(ConnectionRecordTest, WatchersAreToldInTheirOrderAndMayLeaveMeanwhile) {
  std::string told;
  WatchList list;
  WatchList other;
  EXPECT_TRUE(list.empty());
  list.Notify();
  Notes a(told, 'a'), b(told, 'b', true);
  Notes c(told, 'c');
  list.Add(a);
  list.Add(b);
  list.Add(c);
  list.Notify();
  EXPECT_EQ(std::exchange(told, ""), "abc");
  list.Notify();
  EXPECT_EQ(std::exchange(told, ""), "ac");
  list.Add(a);  // once more: behind the others, and once
  list.Notify();
  EXPECT_EQ(std::exchange(told, ""), "ca");
  other.Add(c);
  list.Notify();
  EXPECT_EQ(std::exchange(told, ""), "a");
  list.NotifyAndRelease();
  EXPECT_EQ(std::exchange(told, ""), "a");
  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(other.empty());
}

TEST_F(ConnectionRecordTest, AQueueIsPosted) {
  os::EventQueue queue(executor_, "watch");
  QueueWatch watch(queue);
  EXPECT_FALSE(queue.signalled());
  watch.OnReadiness();
  EXPECT_TRUE(queue.signalled());
}

// --- the reaper

class KeepingLog final : public Log {
 public:
  explicit KeepingLog(bool wants) : wants_(wants) {}
  bool Wants(LogLevel level, std::string_view module) const override {
    return wants_ && level == LogLevel::kDebug && module == "tcp";
  }
  void Write(LogLevel, std::string_view, std::string_view text) override { lines.emplace_back(text); }
  std::vector<std::string> lines;

 private:
  const bool wants_;
};

class ReaperTest : public ConnectionRecordTest {
 protected:
  ConnectionRecord& Done(uint32_t number) {
    ConnectionRecord& record = *Insert(number);
    record.forgotten = true;
    record.ownership = Ownership::kNobody;
    return record;
  }

  KeepingLog log_{true};
  Reaper reaper_{table_, statistics_, log_};
};

TEST_F(ReaperTest, FreesWhatIsDoomedOnce) {
  EXPECT_FALSE(reaper_.has_work());
  EXPECT_EQ(reaper_.Run(), 0u);
  ConnectionRecord& first = Done(1);
  ConnectionRecord& second = Done(2);
  const ConnectionHandle handle = first.handle;
  reaper_.Doom(first);
  EXPECT_TRUE(first.doomed);
  EXPECT_TRUE(reaper_.has_work());
  reaper_.Doom(first);
  reaper_.Doom(second);
  EXPECT_EQ(table_.size(), 2u);
  EXPECT_EQ(reaper_.Run(), 2u);
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.Find(handle), nullptr);
  EXPECT_FALSE(reaper_.has_work());
  EXPECT_EQ(reaper_.Run(), 0u);
  EXPECT_EQ(statistics_[Counter::kTcpReaped], 2u);
}

TEST_F(ReaperTest, WaitsForWhoeverUsesIt) {
  std::string told;
  ConnectionRecord& pinned = Done(1);
  ConnectionRecord& watched = Done(2);
  ConnectionRecord& waited_for = Done(3);
  ConnectionRecord& free = Done(4);
  pinned.pins = 1;
  {
    Notes watch(told, 'w');
    watched.watches.Add(watch);
    Sleep(waited_for, Interest::kReadable);
    for (ConnectionRecord* record : {&pinned, &watched, &waited_for, &free}) reaper_.Doom(*record);
    EXPECT_EQ(reaper_.Run(), 1u);
    EXPECT_FALSE(reaper_.has_work()) << "nothing new to be done";
  }
  EXPECT_EQ(reaper_.Run(), 1u) << "nobody watches any more";
  pinned.pins = 0;
  EXPECT_EQ(reaper_.Run(), 1u);
  waited_for.waiters.WakeAll();
  Run();
  EXPECT_EQ(reaper_.Run(), 1u);
  EXPECT_EQ(statistics_[Counter::kTcpReaped], 4u);
}

TEST_F(ReaperTest, SaysWhatItFreesAndWhatItKeeps) {
  ConnectionRecord& record = Done(5);
  record.active = true;
  record.pins = 1;
  reaper_.Doom(record);
  reaper_.Run();
  record.active = false;
  record.pins = 0;
  reaper_.Run();
  EXPECT_EQ(log_.lines,
            (std::vector<std::string>{"198.19.0.10:0 > 198.19.0.1:5 kept: a thread is inside a call on it",
                                      "198.19.0.10:0 < 198.19.0.1:5 freed"}));
}

TEST_F(ReaperTest, SaysNothingThatNobodyWants) {
  KeepingLog deaf(false);
  Reaper reaper(table_, statistics_, deaf);
  reaper.Doom(Done(1));
  EXPECT_EQ(reaper.Run(), 1u);
  EXPECT_TRUE(deaf.lines.empty());
}

// --- SYNs that wait

QueuedSegment Syn(uint16_t port, ByteView text = {}) {
  QueuedSegment queued;
  queued.ends = {{kOurs, wire::Port(port)}, {kPeer, wire::Port(port)}};
  queued.segment.flags = wire::TcpFlags::kSyn;
  queued.segment.sequence = wire::SequenceNumber(port);
  queued.segment.payload = text;
  queued.segment.text_behind = static_cast<uint32_t>(text.size());
  return queued;
}

constexpr auto kNobody = [](const wire::Endpoint&) { return false; };
constexpr auto kAnybody = [](const wire::Endpoint&) { return true; };

TEST(HeldSyns, WaitAsLongAsTheirPatienceOrUntilTheyAreWanted) {
  HeldSyns held(3, 100ms);
  EXPECT_TRUE(held.empty());
  EXPECT_EQ(held.next(), kNever);
  ASSERT_TRUE(held.Hold(Syn(1), Instant(1s)));
  ASSERT_TRUE(held.Hold(Syn(2), Instant(1010ms)));
  ASSERT_TRUE(held.Hold(Syn(3), Instant(1020ms)));
  EXPECT_FALSE(held.Hold(Syn(4), Instant(1020ms))) << "no room";
  EXPECT_FALSE(held.empty());
  EXPECT_EQ(held.next(), Instant(1100ms));
  EXPECT_FALSE(held.Take(Instant(1100ms) - 1ns, kNobody));
  const auto expired = held.Take(Instant(1100ms), kNobody);
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->ends.local.port, wire::Port(1));
  EXPECT_FALSE(held.Take(Instant(1100ms), kNobody));
  const auto wanted =
      held.Take(Instant(1100ms), [](const wire::Endpoint& local) { return local.port == wire::Port(3); });
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->ends.local.port, wire::Port(3));
  EXPECT_EQ(held.next(), Instant(1110ms));
  EXPECT_TRUE(held.Take(Instant(0s), kAnybody));
  EXPECT_TRUE(held.empty());
  EXPECT_FALSE(held.Take(kNever, kAnybody));
}

TEST(HeldSyns, KeepTheSegmentWithoutItsText) {
  HeldSyns held(1, 100ms);
  const uint8_t text[3] = {};
  ASSERT_TRUE(held.Hold(Syn(9, text), Instant(1s)));
  const auto taken = held.Take(Instant(1s), kAnybody);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->segment.sequence, wire::SequenceNumber(9));
  EXPECT_TRUE(taken->segment.flags.syn());
  EXPECT_EQ(taken->segment.text_size(), 0u);
  EXPECT_EQ(taken->segment.text_behind, 0u);
  EXPECT_EQ(taken->segment.payload.data(), nullptr);
}

TEST(HeldSyns, TheSameOnceMoreTakesBothAway) {
  HeldSyns held(2, 100ms);
  ASSERT_TRUE(held.Hold(Syn(1), Instant(1s)));
  ASSERT_TRUE(held.Hold(Syn(2), Instant(1s)));
  EXPECT_FALSE(held.Hold(Syn(1), Instant(1s)));
  const auto left = held.Take(Instant(1s), kAnybody);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->ends.local.port, wire::Port(2));
  EXPECT_TRUE(held.empty());
}

TEST(HeldSyns, NoneAreHeldWhereNobodyAskedForIt) {
  HeldSyns held(0, 100ms);
  EXPECT_FALSE(held.Hold(Syn(1), Instant(1s)));
  EXPECT_TRUE(held.empty());
}

}  // namespace
}  // namespace nut::tcp
