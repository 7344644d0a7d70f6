// nutexplore with scenarios that are wrong on purpose, each in one way: the test of the program must know
// what it has to find.
#include <memory>

#include "stack/base/invariant.h"
#include "stack/os/scheduling_point.h"
#include "test/explore/site.h"
#include "test/explore/world.h"
#include "tools/explore/program.h"

extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0:detect_leaks=0"; }

namespace nut::explore {
namespace {

void Stop(World& world) { world.executor().Pass(os::SchedulingPoint::kArpWait, 0); }

// Nothing is wrong.
void Harmless(World& world) {
  const auto turns = std::make_shared<int>(0);
  for (const char* name : {"one", "two"}) {
    world.Spawn(world.a(), name, [&world, turns] {
      ++*turns;
      Stop(world);
      world.Expect(*turns <= 2, "each counts once");
    });
  }
}

// Wrong if 'writer' is left at its first point, and goes on while 'reader' stands at its own: two deviations.
void Race(World& world) {
  const auto phase = std::make_shared<int>(0);
  world.Spawn(world.a(), "writer", [&world, phase] {
    *phase = 1;
    Stop(world);
    *phase = 2;
    Stop(world);
    *phase = 3;
  });
  world.Spawn(world.a(), "reader", [&world, phase] {
    const int first = *phase;
    Stop(world);
    world.Expect(first != 1 || *phase != 3, "the writer has overtaken the reader");
  });
}

// Wrong if 'user' is left at its point, one deviation; how, is for `break_it` to say.
void BreakMeanwhile(World& world, std::function<void()> break_it) {
  const auto busy = std::make_shared<bool>(false);
  world.Spawn(world.a(), "user", [&world, busy] {
    *busy = true;
    Stop(world);
    *busy = false;
  });
  world.Spawn(world.a(), "breaker", [busy, break_it = std::move(break_it)] {
    if (*busy) break_it();
  });
}

void Crash(World& world) {
  BreakMeanwhile(world, [] { NUT_INVARIANT(false, "the toy is broken"); });
}

void Hang(World& world) {
  BreakMeanwhile(world, [] {
    for (volatile bool forever = true; forever;) {
    }
  });
}

// The race of 2001 in small: 'owner' frees what 'user' goes on with. Seen by AddressSanitizer alone.
void UseAfterFree(World& world) {
  const auto held = std::make_shared<std::unique_ptr<int>>(std::make_unique<int>(1));
  world.Spawn(world.a(), "user", [&world, held] {
    int* const number = held->get();
    Stop(world);
    if (number != nullptr) *static_cast<volatile int*>(number) = 2;
  });
  world.Spawn(world.a(), "owner", [held] { held->reset(); });
}

constexpr Scenario kToys[] = {
    {"toy-crash", "a broken invariant after one deviation", Size::kSmall, Crash},
    {"toy-hang", "a loop without end after one deviation", Size::kSmall, Hang},
    {"toy-harmless", "nothing is wrong", Size::kSmall, Harmless},
    {"toy-race", "an expectation that two deviations break", Size::kSmall, Race},
    {"toy-use-after-free", "memory used after one deviation has freed it", Size::kSmall, UseAfterFree},
};

}  // namespace
}  // namespace nut::explore

int main(int argc, char** argv) {
  return nut::explorer::RunProgram({argv, argv + argc}, nut::explore::kToys);
}
