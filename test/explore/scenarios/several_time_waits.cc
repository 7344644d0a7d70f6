// Several connections come into TIME-WAIT at one instant, and all are gone when it is over (R11).
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void SeveralTimeWaits(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    for (int i = 0; i < 3; ++i) {
      if (const auto handle = b.Accept(listener, 5s)) b.Close(*handle);
    }
    b.StopListening(listener);
  });
  struct Count {
    int left = 3;
  };
  Count& clients = world.Make<Count>();
  for (int client = 0; client < 3; ++client) {
    world.Spawn(a, "client", [&] {
      if (const auto handle = a.Connect()) {
        static_cast<void>(a.ReceiveAll(*handle));
        a.Finish(*handle);
        a.Close(*handle);
      }
      --clients.left;
    });
  }
  world.SpawnOverall("witness", [&] {
    while (clients.left > 0) world.Sleep(1s);
    // Linger at its longest, TIME-WAIT, and something for the last segments.
    world.Sleep(10s + 4s + 1s);
    world.Expect(a.tcp().time_wait_count() + b.tcp().time_wait_count() == 0, "TIME-WAIT ends for everybody");
    world.Expect(a.tcp().connection_count() + b.tcp().connection_count() == 0, "everybody is gone then");
  });
}

}  // namespace nut::explore
