// Scenario: a situation to be explored, such as "close while a segment is retransmitted": a name and a
// function that sets threads going in a world of two nodes. Each is one short file in scenarios/, and one
// line in scenarios/all.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nut::explore {

class World;

enum class Size : uint8_t {
  kSmall,   // exhaustively with up to three preemptions
  kMedium,  // … two
};

struct Scenario {
  std::string_view name;         // "close-during-retransmit"
  std::string_view description;  // one line for --list
  Size size = Size::kMedium;
  // Spawns threads and returns; the world then runs until everything has ended.
  void (*start)(World& world);
  // The variant ".../arp": in the middle of it both nodes forget their neighbour, and nobody answers for a
  // while.
  bool arp_fails = false;
};

// Sets the scenario going; what a run begins with.
void Start(const Scenario& scenario, World& world);

// All of them, by name. A constant table.
std::span<const Scenario> AllScenarios();
// Null when there is none of that name.
const Scenario* FindScenario(std::string_view name);
// The one whose name is nearest to a misspelt one.
const Scenario& NearestScenario(std::string_view name);

}  // namespace nut::explore
