// One side aborts in the middle of a transfer, at a moment that is chosen, while a second thread of its own
// still sends.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void Abort(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "receiver", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "sender", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 6000));
    a.Close(*handle);
  });
  world.Spawn(a, "aborter", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.WaitEstablished(handle));
    a.Abort(handle);
    a.Close(handle);
  });
}

}  // namespace nut::explore
