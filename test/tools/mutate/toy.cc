// What the test of tools/mutate changes: small functions, some with tests that see everything (toy_test.cc), some without.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "toy/toy.h"

namespace toy {

constexpr int kLimit = 10;

// Seen to the last change.
int Clamp(int value) {
  if (value > kLimit) return kLimit;
  return value;
}

// Tested far from the edges only, so that changes of the edges survive.
bool IsOpen(int hour) {
  return hour >= 9 &&  // in the morning
         hour < 17;
}

// Nobody comes here.
int Forgotten(int value) {
  ++value;
  return value * 2;
}

// Ends for ever where its step is dropped.
int Halvings(unsigned value) {
  int count = 0;
  while (value > 1) {
    value /= 2;
    count++;
  }
  return count;
}

// Of every sort that the compiler knows better, nothing is touched: labels, sizes, template arguments, constants.
template <int step>
int Walk(std::vector<int>& places) {
  static_assert(step > 0);
  constexpr int kTwice = step * 2;
  std::array<int, 2> visited = {0, 0};
  for (size_t at = 0; at < places.size(); ++at) {
    switch (places[at]) {
      case 3: visited[0] += step; break;
      default: visited[1] = std::max<int>(visited[1], kTwice); break;
    }
  }
  return visited[0] + visited[1];
}

int WalkTwice(std::vector<int> places) { return Walk<1>(places) + Walk<2>(places); }

std::chrono::milliseconds Patience(bool hurried) {
  using namespace std::chrono_literals;
  const auto found = [&](int times) { return hurried ? 5ms : 10ms * times; };
  return found(2);
}

}  // namespace toy
