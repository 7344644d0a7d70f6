// A thread is blocked in send, because its peer reads nothing, while another one closes the connection.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void SendBlockedClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    world.Sleep(3s);  // reads nothing
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "sender", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    const auto sent = a.Send(*handle, 16'384);  // more than both buffers hold
    world.Expect(!sent, "a send of more than there is room for does not succeed");
    a.Close(*handle);
  });
  world.Spawn(a, "closer", [&] {
    const Handle handle = a.Held();
    world.Sleep(500ms);
    a.Close(handle);
  });
}

}  // namespace nut::explore
