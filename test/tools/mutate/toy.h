// The interface of toy.cc.
#pragma once

#include <chrono>
#include <vector>

namespace toy {

int Clamp(int value);
bool IsOpen(int hour);
int Forgotten(int value);
int Halvings(unsigned value);
int WalkTwice(std::vector<int> places);
std::chrono::milliseconds Patience(bool hurried);

// Constant expressions stay what they are: this one is an array's size.
constexpr int Small(int factor) { return factor < 3 ? 2 * factor : 7; }
struct Sizes {
  char places[Small(2)];
  bool ready = true;
};
static_assert(sizeof(Sizes) == 5);

}  // namespace toy
