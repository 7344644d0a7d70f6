// The peer is gone in the middle of a transfer: retransmissions go on until there have been enough; the
// sender waits for that, and another thread closes when it happens.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void RetransmissionLimit(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    b.PullCable();
    b.Close(*handle);
  });
  world.Spawn(a, "sender", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 6000));  // more than there is room for without an ACK
    a.Close(*handle);
  });
  world.Spawn(a, "closer", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.Wait(handle, tcp::Interest::kReadable));
    a.Close(handle);
  });
}

}  // namespace nut::explore
