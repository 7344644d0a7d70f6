// A connect to a port where nobody listens, which the one who opened it and another thread learn of at the
// same time; both close.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ConnectRefused(World& world) {
  Site& a = world.a();
  world.Spawn(a, "client", [&] {
    const auto handle = a.Connect();
    world.Expect(!handle, "a connect to a port without listener does not succeed");
  });
  world.Spawn(a, "other", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.Wait(handle, tcp::Interest::kReadable));
    a.Close(handle);
  });
}

}  // namespace nut::explore
