#include "stack/tcp/engine_timers.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "test/tcp/engine/record_test_base.h"

namespace nut::tcp {
namespace {

class EngineTimersTest : public RecordTest {
 protected:
  ~EngineTimersTest() override {
    table_.ForEach([&](ConnectionRecord& record) { timers_.Remove(record); });
  }
  static Instant At(int64_t milliseconds) { return Instant{} + milliseconds * 1ms; }

  EngineTimers timers_;
};

TEST_F(EngineTimersTest, ComesUpInOrder) {
  std::vector<ConnectionRecord*> records;
  Rng rng("heap");
  for (uint32_t i = 1; i <= 1000; ++i) {
    records.push_back(Insert(i));
    timers_.ArmBy(*records.back(), At(static_cast<int64_t>(rng.Below(100000))));
  }
  EXPECT_EQ(timers_.size(), 1000u);
  Instant last{};
  for (int i = 0; i < 1000; ++i) {
    const Instant next = timers_.next();
    EXPECT_GE(next, last);
    last = next;
    ASSERT_NE(timers_.PopDue(next), nullptr);
  }
  EXPECT_EQ(timers_.next(), kNever);
}

TEST_F(EngineTimersTest, NotBeforeItsTime) {
  timers_.ArmBy(*Insert(1), At(100));
  EXPECT_EQ(timers_.PopDue(At(99)), nullptr);
  EXPECT_NE(timers_.PopDue(At(100)), nullptr);
  EXPECT_EQ(timers_.PopDue(At(100)), nullptr);
}

TEST_F(EngineTimersTest, EarlierMovesLaterIsLazy) {
  ConnectionRecord* record = Insert(1);
  timers_.ArmBy(*record, At(100));
  timers_.ArmBy(*record, At(200));
  EXPECT_EQ(timers_.WhenOf(*record), At(100)) << "put right when it comes up";
  timers_.ArmBy(*record, At(50));
  EXPECT_EQ(timers_.WhenOf(*record), At(50));
  EXPECT_EQ(timers_.size(), 1u);
}

TEST_F(EngineTimersTest, NeverArmsNothing) {
  ConnectionRecord* record = Insert(1);
  timers_.ArmBy(*record, kNever);
  EXPECT_EQ(timers_.WhenOf(*record), kNever);
  timers_.Remove(*record);
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(EngineTimersTest, ArmingAgainForNeverChangesNothing) {
  ConnectionRecord* record = Insert(1);
  timers_.ArmBy(*record, At(100));
  timers_.ArmBy(*record, kNever);
  EXPECT_EQ(timers_.WhenOf(*record), At(100));
  timers_.Remove(*record);
  EXPECT_EQ(timers_.WhenOf(*record), kNever);
  timers_.Remove(*record);
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(EngineTimersTest, InTimeWaitTheyComeUpInOrderBesideTheOthers) {
  std::vector<ConnectionRecord*> records;
  for (uint32_t i = 1; i <= 6; ++i) records.push_back(Insert(i));
  for (size_t i = 0; i < 4; ++i) records[i]->state = State::kTimeWait;
  timers_.ArmBy(*records[0], At(100));
  timers_.ArmBy(*records[1], At(100));
  timers_.ArmBy(*records[2], At(200));
  timers_.ArmBy(*records[3], At(150));  // shorter than the one before it
  timers_.ArmBy(*records[4], At(120));
  timers_.ArmBy(*records[5], At(50));
  EXPECT_EQ(timers_.size(), 6u);
  for (const size_t expected : {5, 0, 1, 4, 3, 2}) {
    const Instant next = timers_.next();
    EXPECT_EQ(timers_.WhenOf(*records[expected]), next);
    EXPECT_EQ(timers_.PopDue(next), records[expected]);
    EXPECT_EQ(timers_.WhenOf(*records[expected]), kNever);
  }
  EXPECT_EQ(timers_.next(), kNever);
}

TEST_F(EngineTimersTest, WhoEntersTimeWaitIsNotCalledForWhatItWaitedForBefore) {
  ConnectionRecord* record = Insert(1);
  timers_.ArmBy(*record, At(10));
  record->state = State::kTimeWait;
  timers_.ArmBy(*record, At(100));
  EXPECT_EQ(timers_.next(), At(100));
  timers_.ArmBy(*record, At(300));
  EXPECT_EQ(timers_.next(), At(100)) << "put right when it comes up";
  timers_.ArmBy(*record, At(40));
  EXPECT_EQ(timers_.next(), At(40));
  EXPECT_EQ(timers_.size(), 1u);
}

// Random ones of both kinds; those in TIME-WAIT come in order but for some.
TEST_F(EngineTimersTest, LineAndHeapAgreeWithAMapUnderRandomOperations) {
  Rng rng("line");
  std::vector<ConnectionRecord*> records;
  for (uint32_t i = 1; i <= 60; ++i) {
    records.push_back(Insert(i));
    records.back()->state = i % 2 == 0 ? State::kTimeWait : State::kEstablished;
  }
  std::map<ConnectionRecord*, Instant> model;
  for (int64_t step = 0; step < 20000; ++step) {
    ConnectionRecord* const record = records[rng.Below(records.size())];
    const bool armed = model.contains(record);
    if (rng.Chance(0.5)) {
      const Instant when = At(step + (rng.Chance(0.2) ? static_cast<int64_t>(rng.Below(100)) : 60));
      if (!armed) {
        timers_.ArmBy(*record, when);
        model[record] = when;
      }
    } else if (rng.Chance(0.2)) {
      timers_.Remove(*record);
      model.erase(record);
    } else if (ConnectionRecord* const due = timers_.PopDue(At(step))) {
      const Instant was = model.at(due);
      ASSERT_LE(was, At(step));
      for (const auto& entry : model) ASSERT_GE(entry.second, was) << "the earliest comes first";
      model.erase(due);
    } else {
      for (const auto& entry : model) ASSERT_GT(entry.second, At(step));
    }
    ASSERT_EQ(timers_.size(), model.size());
    for (ConnectionRecord* each : records) {
      const auto known = model.find(each);
      ASSERT_EQ(timers_.WhenOf(*each), known == model.end() ? kNever : known->second);
    }
  }
}

// Each record with its own deadline, whatever happens to the others, in heaps of all small sizes.
TEST_F(EngineTimersTest, AgreesWithAMapUnderRandomOperations) {
  Rng rng("model");
  std::vector<ConnectionRecord*> records;
  for (uint32_t i = 1; i <= 40; ++i) records.push_back(Insert(i));
  std::map<ConnectionRecord*, Instant> model;
  for (int step = 0; step < 20000; ++step) {
    ConnectionRecord* record = records[rng.Below(1 + static_cast<uint64_t>(step) / 500)];
    const Instant when = At(static_cast<int64_t>(rng.Below(1000)));
    if (rng.Chance(0.6)) {
      timers_.ArmBy(*record, when);
      const auto known = model.try_emplace(record, when).first;
      known->second = std::min(known->second, when);
    } else if (rng.Chance(0.7)) {
      timers_.Remove(*record);
      model.erase(record);
    } else {
      ConnectionRecord* const due = timers_.PopDue(when);
      if (due == nullptr) {
        for (const auto& entry : model) ASSERT_GT(entry.second, when);
      } else {
        const Instant was = model.at(due);
        ASSERT_LE(was, when);
        for (const auto& entry : model) ASSERT_GE(entry.second, was) << "the earliest comes first";
        model.erase(due);
      }
    }
    ASSERT_EQ(timers_.size(), model.size());
    Instant earliest = kNever;
    for (ConnectionRecord* each : records) {
      const auto known = model.find(each);
      const Instant expected = known == model.end() ? kNever : known->second;
      ASSERT_EQ(timers_.WhenOf(*each), expected);
      earliest = std::min(earliest, expected);
    }
    ASSERT_EQ(timers_.next(), earliest);
  }
}

TEST_F(EngineTimersTest, RemovalAnywhereKeepsTheOrder) {
  Rng rng("remove");
  std::multiset<Instant> model;
  std::vector<ConnectionRecord*> records;
  for (uint32_t i = 1; i <= 500; ++i) {
    records.push_back(Insert(i));
    const Instant when = At(static_cast<int64_t>(rng.Below(1000)));
    timers_.ArmBy(*records.back(), when);
    model.insert(when);
  }
  for (size_t i = 0; i < records.size(); i += 3) {
    model.erase(model.find(timers_.WhenOf(*records[i])));
    timers_.Remove(*records[i]);
  }
  for (const Instant when : model) {
    EXPECT_EQ(timers_.next(), when);
    timers_.PopDue(when);
  }
  EXPECT_EQ(timers_.size(), 0u);
}

}  // namespace
}  // namespace nut::tcp
