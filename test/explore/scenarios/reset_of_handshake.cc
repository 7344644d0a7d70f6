// A handshake is reset by its client while the listener that it belongs to closes.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ResetOfHandshake(World& world) {
  Site& a = world.a();
  Site& b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "acceptor", [&b, listener] {
    const auto handle = b.Accept(listener);
    if (handle) b.Close(*handle);
  });
  world.Spawn(b, "closer", [&world, &b, listener] {
    static_cast<void>(b.AwaitState(tcp::State::kSynReceived));
    // Until its SYN-ACK has been there and the RST is back.
    world.Sleep(2 * Site::kLatency - (world.Choose({"at once", "a moment earlier"}) * Site::kLatency / 4));
    b.StopListening(listener);
  });
  world.Spawn(a, "client", [&a] {
    // Gone before the SYN-ACK comes, which is answered with RST.
    const auto handle = a.Open();
    if (handle) a.Reset(*handle);
  });
}

}  // namespace nut::explore
