// The first of five small segments is lost, so that three duplicate ACKs ask for it; the sender closes behind
// the last.
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void FastRetransmit(World& world) {
  Site& a = world.a();
  Site& b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&b, listener] {
    const auto handle = b.Accept(listener);
    if (handle) {
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    }
    b.StopListening(listener);
  });
  world.Spawn(a, "client", [&a, &b] {
    const auto handle = a.Connect();
    if (!handle) return;
    // Each goes out by itself.
    auto parameters = a.tcp().GetParameters(*handle);
    if (parameters) {
      parameters->nagle = false;
      static_cast<void>(a.tcp().SetParameters(*handle, *parameters));
    }
    b.LoseNext(1, IsData);
    for (int i = 0; i < 5; ++i) static_cast<void>(a.Send(*handle, 100));
    a.Close(*handle);
  });
}

}  // namespace nut::explore
