// A pair of endpoints that is in TIME-WAIT on one side is used again by the other (RFC 9293 MAY-2).
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void TimeWaitReuse(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    for (int i = 0; i < 2; ++i) {
      const auto handle = b.Accept(listener);
      if (!handle) break;
      static_cast<void>(b.Send(*handle, 20));
      b.Close(*handle);  // first, so that TIME-WAIT is here
    }
    b.StopListening(listener);
  });
  world.Spawn(a, "client", [&] {
    for (int i = 0; i < 2; ++i) {
      const auto handle = a.Connect(4000);
      if (!handle) continue;
      static_cast<void>(a.ReceiveAll(*handle));
      a.Close(*handle);
      world.Sleep(10ms);
    }
  });
}

}  // namespace nut::explore
