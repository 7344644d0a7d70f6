// A listener is closed and another one opened at the same port, while clients come and a thread waits in
// accept on the old one.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void Relisten(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto first = b.Listen();
  world.Spawn(b, "acceptor", [&, first] {
    if (const auto handle = b.Accept(first)) b.Close(*handle);
  });
  world.Spawn(b, "changer", [&, first] {
    world.Sleep(Site::kLatency);
    b.StopListening(first);
    const auto second = b.Listen();
    if (const auto handle = b.Accept(second, 3s)) b.Close(*handle);
    b.StopListening(second);
  });
  for (int client = 0; client < 2; ++client) {
    world.Spawn(a, "client", [&] {
      const auto handle = a.Connect();
      if (!handle) return;
      static_cast<void>(a.ReceiveAll(*handle));
      a.Close(*handle);
    });
  }
}

}  // namespace nut::explore
