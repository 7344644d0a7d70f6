// A connect to a host that does not answer: the caller's patience, the SYN's own limit, and the next attempt
// from the same port right after.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ConnectTimeout(World& world) {
  Site& a = world.a();
  world.b().PullCable();
  world.Spawn(a, "impatient", [&] {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto handle = a.Open(4000);
      if (!handle) return;
      const auto waited = a.WaitEstablished(*handle, 1s);
      world.Expect(!waited, "a connect to nobody does not succeed");
      a.Abort(*handle);
      a.Close(*handle);
    }
  });
  world.Spawn(a, "patient", [&] {
    const auto handle = a.Connect(4001);
    world.Expect(!handle, "a connect to nobody does not succeed, however long it takes");
  });
}

}  // namespace nut::explore
