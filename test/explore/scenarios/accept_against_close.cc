// One thread accepts while another closes the listener, and a client connects.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void AcceptAgainstClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "acceptor", [&, listener] {
    const auto handle = b.Accept(listener);
    if (handle) b.Close(*handle);
  });
  world.Spawn(b, "closer", [&, listener] {
    world.Sleep(2 * Site::kLatency);
    b.StopListening(listener);
  });
  world.Spawn(a, "client", [&] {
    const auto handle = a.Connect();
    if (handle) a.Close(*handle);
  });
}

}  // namespace nut::explore
