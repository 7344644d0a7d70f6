// The peer is gone, and nothing is sent that could show it: keep-alive does (RFC 9293 3.8.4), while a reader
// is blocked and another thread closes.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void VanishingPeer(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    b.PullCable();
    if (handle) b.Close(*handle);
  });
  world.Spawn(a, "reader", [&] {
    tcp::Parameters parameters = a.tcp().parameters();
    parameters.keep_alive = true;
    parameters.keep_alive_idle = 2s;
    parameters.keep_alive_interval = 1s;
    parameters.keep_alive_probes = 2;
    const auto handle = a.Open(0, Site::kPort, &parameters);
    if (!handle) return;
    if (a.WaitEstablished(*handle)) {
      const auto received = a.Receive(*handle, 1);
      world.Expect(!received || *received == 0, "nothing is received that nobody sent");
    }
    a.Close(*handle);
  });
  world.Spawn(a, "closer", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.Wait(handle, tcp::Interest::kReadable));
    a.Close(handle);
  });
}

}  // namespace nut::explore
