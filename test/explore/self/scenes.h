// Scenes whose answers are known: races of depth 2 and 3, and threads that only go from point to point.
#pragma once

#include "test/explore/self/toy.h"

namespace nut::explore {

// Two threads add one to a number, each in two steps. Lost if one is stopped in between: one deviation, depth
// 2.
void LostUpdate(Toy& toy);

// A fault only if `a` is stopped between its two steps, `b` looks, and is stopped between its two looks while
// `a` goes on: two deviations, depth 3.
void SeenTwice(Toy& toy);

// Threads with so many points each, of nodes 1, 2, …; each goes through its own column of `outcome`.
Scene Walkers(std::vector<int> points, bool of_nodes = false);

}  // namespace nut::explore
