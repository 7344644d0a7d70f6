// The state diagram, walked for every state and event against a table that was written down from RFC 9293
// figure 5 and the text of 3.10 alone: one line for each state, one column for each event.

#include "stack/tcp/state_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace nut::tcp {
namespace {

const std::map<std::string, State> kStates = {
    {"CL", State::kClosed},      {"LI", State::kListen},      {"SS", State::kSynSent},
    {"SR", State::kSynReceived}, {"ES", State::kEstablished}, {"F1", State::kFinWait1},
    {"F2", State::kFinWait2},    {"CW", State::kCloseWait},   {"CG", State::kClosing},
    {"LA", State::kLastAck},     {"TW", State::kTimeWait},    {"DE", State::kDestroy},
};

constexpr Event kColumns[] = {
    Event::kActiveOpen,      Event::kPassiveOpen, Event::kSynArrives,      Event::kSynAckArrives,
    Event::kSynAcknowledged, Event::kFinArrives,  Event::kFinAcknowledged, Event::kResetArrives,
    Event::kClose,           Event::kAbort,       Event::kTimeWaitEnds,    Event::kRelease,
};

struct Row {
  const char* from;
  const char* to[kEventCount];  // "--": stays
};

// clang-format off
constexpr Row kExpected[kStateCount] = {
    //     active passive SYN  SYN+ACK ACK.SYN FIN  ACK.FIN RST  CLOSE ABORT 2MSL RELEASE
    {"CL", {"SS", "LI",  "--", "--",   "--",   "--", "--",  "--", "--", "--", "--", "DE"}},
    {"LI", {"SS", "--",  "SR", "--",   "--",   "--", "--",  "--", "CL", "CL", "--", "--"}},
    {"SS", {"--", "--",  "SR", "ES",   "--",   "--", "--",  "CL", "CL", "CL", "--", "--"}},
    {"SR", {"--", "--",  "--", "--",   "ES",   "CW", "--",  "CL", "F1", "CL", "--", "--"}},
    {"ES", {"--", "--",  "--", "--",   "--",   "CW", "--",  "CL", "F1", "CL", "--", "--"}},
    {"F1", {"--", "--",  "--", "--",   "--",   "CG", "F2",  "CL", "--", "CL", "--", "--"}},
    {"F2", {"--", "--",  "--", "--",   "--",   "TW", "--",  "CL", "--", "CL", "--", "--"}},
    {"CW", {"--", "--",  "--", "--",   "--",   "--", "--",  "CL", "LA", "CL", "--", "--"}},
    {"CG", {"--", "--",  "--", "--",   "--",   "--", "TW",  "CL", "--", "CL", "--", "--"}},
    {"LA", {"--", "--",  "--", "--",   "--",   "--", "CL",  "CL", "--", "CL", "--", "--"}},
    {"TW", {"--", "--",  "--", "--",   "--",   "--", "--",  "CL", "--", "CL", "CL", "--"}},
    {"DE", {"--", "--",  "--", "--",   "--",   "--", "--",  "--", "--", "--", "--", "--"}},
};
// clang-format on

TEST(StateTable, MatchesTheDiagramForEveryStateAndEvent) {
  int walked = 0;
  for (const Row& row : kExpected) {
    const State from = kStates.at(row.from);
    for (int column = 0; column < kEventCount; ++column) {
      const std::string wanted = row.to[column] == std::string("--") ? row.from : row.to[column];
      EXPECT_EQ(NameOf(Next(from, kColumns[column])), NameOf(kStates.at(wanted)))
          << NameOf(from) << " on " << NameOf(kColumns[column]);
      ++walked;
    }
  }
  EXPECT_EQ(walked, kStateCount * kEventCount);
}

TEST(StateTable, IsPureAndKnownAtCompileTime) {
  static_assert(Next(State::kClosed, Event::kActiveOpen) == State::kSynSent);
  static_assert(Next(State::kDestroy, Event::kActiveOpen) == State::kDestroy);
}

// Original: R2: a zombie could be revived after its collection had been asked for.
TEST(StateTable, NothingLeavesDestroy) {
  for (const Event event : kColumns)
    EXPECT_EQ(Next(State::kDestroy, event), State::kDestroy) << NameOf(event);
}

TEST(StateTable, DestroyIsReachedFromClosedOnly) {
  for (const auto& [name, from] : kStates) {
    for (const Event event : kColumns) {
      if (Next(from, event) != State::kDestroy || from == State::kDestroy) continue;
      EXPECT_EQ(from, State::kClosed);
      EXPECT_EQ(event, Event::kRelease);
    }
  }
}

TEST(StateTable, EveryStateCanEnd) {
  for (const auto& [name, from] : kStates) {
    const State ended = Next(Next(from, Event::kAbort), Event::kRelease);
    EXPECT_EQ(ended, State::kDestroy) << name;
  }
}

TEST(StateTable, NamesAreUnique) {
  std::map<std::string_view, int> names;
  for (const auto& [name, state] : kStates) ++names[NameOf(state)];
  for (const Event event : kColumns) ++names[NameOf(event)];
  EXPECT_EQ(names.size(), static_cast<size_t>(kStateCount + kEventCount));
  EXPECT_EQ(names.count("?"), 0u);
}

}  // namespace
}  // namespace nut::tcp
