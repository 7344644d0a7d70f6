// The natural trigger of the race of 2001: connects to hosts that are not there, whose address nobody tells,
// with more or less patience; and ordinary connections beside them.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void DeadHost(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    while (const auto handle = b.Accept(listener, 6s)) b.Close(*handle);
    b.StopListening(listener);
  });
  for (const Duration patience : {20ms, 1000ms, 3000ms}) {
    world.Spawn(a, "caller of nobody", [&, patience] {
      const auto handle = a.OpenToNobody();
      if (!handle) return;
      static_cast<void>(a.WaitEstablished(*handle, patience));
      a.Close(*handle);
      if (const auto other = a.Connect()) a.Close(*other);
    });
  }
}

}  // namespace nut::explore
