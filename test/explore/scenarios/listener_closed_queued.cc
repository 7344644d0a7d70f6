// A listener is closed with connections in both of its queues, which nobody will ever accept.
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ListenerClosedQueued(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  b.MayLoseNext(1, IsBareAck);  // then one of them is still in the SYN queue
  world.Spawn(b, "closer", [&, listener] {
    world.Sleep(4 * Site::kLatency);
    b.StopListening(listener);
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
