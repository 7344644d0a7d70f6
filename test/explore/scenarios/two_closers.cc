// Two threads close the same connection at the same time, while its peer does so too.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void TwoClosers(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (handle) b.Close(*handle);
  });
  for (const char* const name : {"first", "second"}) {
    world.Spawn(a, name, [&, opens = name[0] == 'f'] {
      const Handle handle = opens ? a.Open().value_or(Handle{}) : a.Held();
      static_cast<void>(a.WaitEstablished(handle));
      a.Close(handle);
    });
  }
}

}  // namespace nut::explore
