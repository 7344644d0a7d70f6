// Both sides close at the same time (RFC 9293 figure 13), with another thread of one of them at the same
// connection.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void SimultaneousClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    world.Sleep(Site::kLatency);
    b.Close(*handle);
  });
  world.Spawn(a, "client", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    world.Sleep(2 * Site::kLatency);
    a.Close(*handle);
  });
  world.Spawn(a, "other", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.Receive(handle, 1));
    a.Close(handle);
  });
}

}  // namespace nut::explore
