// A thread is blocked in receive while another one closes the connection.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ReceiveBlockedClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "reader", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    const auto received = a.Receive(*handle, 1);
    world.Expect(!received, "nothing is received that nobody sent");
  });
  world.Spawn(a, "closer", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.WaitEstablished(handle));
    a.Close(handle);
  });
}

}  // namespace nut::explore
