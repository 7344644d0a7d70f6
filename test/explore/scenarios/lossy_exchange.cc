// A question and an answer over a wire that may lose any of the first segments each way, the handshake
// included.
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void LossyExchange(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  a.MayLoseNext(3, IsTcp);
  b.MayLoseNext(3, IsTcp);
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    if (b.Receive(*handle, 100)) static_cast<void>(b.Send(*handle, 100));
    b.Close(*handle);
  });
  world.Spawn(a, "client", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 100));
    const auto answer = a.ReceiveAll(*handle);
    world.Expect(!answer || *answer == 100, "the answer arrives");
    a.Close(*handle);
  });
}

}  // namespace nut::explore
