// One side finishes sending and goes on receiving: the answer comes after the FIN. Everything arrives,
// whatever the order.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void HalfClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(
      b, "server",
      [&, listener] {
        const auto handle = b.Accept(listener);
        b.StopListening(listener);
        if (!handle) return;
        const auto asked = b.ReceiveAll(*handle);
        if (asked) static_cast<void>(b.Send(*handle, *asked));
        b.Close(*handle);
      },
      world.ChoosePriority());
  world.Spawn(
      a, "client",
      [&] {
        const auto handle = a.Connect();
        if (!handle) return;
        static_cast<void>(a.Send(*handle, 3000));
        a.Finish(*handle);
        const auto answer = a.ReceiveAll(*handle);
        world.Expect(!answer || *answer == 3000, "the answer is as long as the question");
        a.Close(*handle);
      },
      world.ChoosePriority());
}

}  // namespace nut::explore
