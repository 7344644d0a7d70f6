#include "test/explore/self/scenes.h"

namespace nut::explore {

void LostUpdate(Toy& toy) {
  for (const char* name : {"first", "second"}) {
    toy.Spawn(1, name, [&toy] {
      toy.Stand();
      const int seen = toy.outcome[0];
      toy.Stand();
      toy.outcome[0] = seen + 1;
      if (++toy.outcome[1] == 2) toy.fault = toy.outcome[0] != 2;
    });
  }
}

void SeenTwice(Toy& toy) {
  toy.Spawn(1, "a", [&toy] {
    toy.Stand();
    toy.outcome[0] = 1;
    toy.Stand();
    toy.outcome[0] = 2;
    toy.Stand();
  });
  toy.Spawn(1, "b", [&toy] {
    toy.Stand();
    const int first = toy.outcome[0];
    toy.Stand();
    const int second = toy.outcome[0];
    if (first == 1 && second == 2) toy.fault = true;
  });
}

Scene Walkers(std::vector<int> points, bool of_nodes) {
  return [points, of_nodes](Toy& toy) {
    for (size_t i = 0; i < points.size(); ++i) {
      toy.Spawn(of_nodes ? static_cast<unsigned>(i + 1) : 1, "walker " + std::to_string(i),
                [&toy, points, i] {
                  for (int n = 0; n < points[i]; ++n) {
                    ++toy.outcome[i];
                    toy.Stand();
                  }
                  ++toy.outcome[i];
                });
    }
  };
}

}  // namespace nut::explore
