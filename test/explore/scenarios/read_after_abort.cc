// A connection is aborted with octets in its buffer that nobody has read; readers come afterwards (R9).
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ReadAfterAbort(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    static_cast<void>(b.Send(*handle, 2000));
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "aborter", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Receive(*handle, 10));
    a.Abort(*handle);
    static_cast<void>(a.ReceiveAll(*handle));
    a.Close(*handle);
  });
  world.Spawn(a, "reader", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.WaitEstablished(handle));
    world.Sleep(3 * Site::kLatency);
    static_cast<void>(a.ReceiveAll(handle));
  });
}

}  // namespace nut::explore
