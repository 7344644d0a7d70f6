// More clients than a listener has room for, and an acceptor that takes its time.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void BacklogOverflow(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen(/*backlog=*/1);
  world.Spawn(b, "acceptor", [&, listener] {
    world.Sleep(2s);
    while (const auto handle = b.Accept(listener, 5s)) b.Close(*handle);
    b.StopListening(listener);
  });
  for (int client = 0; client < 3; ++client) {
    world.Spawn(a, "client", [&] {
      const auto handle = a.Connect();
      if (!handle) return;
      static_cast<void>(a.ReceiveAll(*handle));
      a.Close(*handle);
    });
  }
}

}  // namespace nut::explore
