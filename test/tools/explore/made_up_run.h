// A made-up run for tests of words and pictures: a thread of node a stands at a point, another frees what it
// holds.
#pragma once

#include <vector>

#include "test/explore/scenario.h"
#include "test/explore/story.h"
#include "tools/explore/finding.h"

namespace nut::explorer {

inline constexpr explore::Scenario kMadeUpScenario{"close-during-retransmit",
                                                   "a segment is sent again while its connection is closed",
                                                   explore::Size::kSmall, nullptr};

inline std::vector<explore::StoryEvent> MadeUpEvents() {
  using Kind = explore::StoryEvent::Kind;
  const auto at = [](int microseconds) { return Instant(std::chrono::microseconds(microseconds)); };
  return {
      {Kind::kThread, at(0), 0, "a", "client", "begins", ""},
      {Kind::kThread, at(0), 0, "b", "server", "begins", ""},
      {Kind::kLog, at(0), 1, "a", "client", "CLOSED -> SYN-SENT", ""},
      {Kind::kFrame, at(10), 2, "a", "tcpsm",
       "IP 198.19.0.10.49152 > 198.19.0.20.80: Flags [S], seq 1, options [mss 1460,wscale 0], <1 & 2>", "b"},
      {Kind::kLog, at(20), 3, "b", "tcpsm", "LISTEN -> SYN-RECEIVED", ""},
      {Kind::kLog, at(21), 4, "b", "tcpsm", "the answer waits for ARP", ""},
      {Kind::kLog, at(22), 5, "", "", "the wire is quiet", ""},
      {Kind::kDecision, at(200'000), 17, "a", "tcpsm",
       "a's tcpsm stops at the point 'arp wait'; a's closer runs in its place", ""},
      {Kind::kLog, at(200'000), 18, "a", "closer", "close: SYN-SENT -> CLOSED; connection 3 is freed", ""},
      {Kind::kFrame, at(200'040), 19, "b", "tcpsm",
       "SYN+ACK with a text that is far too long for the arrow that it shall stand upon", "a"},
  };
}

inline Finding MadeUpFinding() {
  Finding finding;
  finding.what = {.scenario = &kMadeUpScenario, .mutant = Mutant::kReclaimAtOnce};
  finding.schedule = *explore::Schedule::Parse("17:1");
  finding.fault = {
      {explore::FaultKind::kMemory, "heap-use-after-free: read of 4 bytes in tcp::Machine::Retransmit"},
      "",
      ""};
  finding.events = MadeUpEvents();
  finding.sanitizer = SanitizerReport{.kind = "heap-use-after-free",
                                      .access = "read of 4 bytes",
                                      .used = {{"tcp::Machine::Retransmit", "stack/tcp/machine.cc", 12}},
                                      .freed = {{"tcp::Table::Free", "stack/tcp/table.cc", 30}},
                                      .allocated = {}};
  finding.found = "by pct";
  finding.deviations_found = 9;
  finding.shrink_attempts = 40;
  finding.minimal = true;
  finding.replay = "nutexplore --replay 17:1";
  return finding;
}

}  // namespace nut::explorer
