// A FIN comes together with the last octets, and the reader that they wake closes at once (R5).
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void FinWithData(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(
      b, "reader",
      [&, listener] {
        const auto handle = b.Accept(listener);
        b.StopListening(listener);
        if (!handle) return;
        static_cast<void>(b.Receive(*handle, 10));
        b.Close(*handle);
      },
      world.ChoosePriority());
  world.Spawn(a, "sender", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 10));
    a.Close(*handle);
  });
}

}  // namespace nut::explore
