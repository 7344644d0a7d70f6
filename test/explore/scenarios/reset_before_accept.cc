// A RST comes in SYN-RECEIVED while a thread waits in accept; the next connection is its (R10).
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ResetBeforeAccept(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  b.LoseNext(1, IsBareAck);  // so that SYN-RECEIVED lasts
  world.Spawn(b, "acceptor", [&, listener] {
    if (const auto handle = b.Accept(listener, 10s)) {
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    }
    b.StopListening(listener);
  });
  world.SpawnOverall("resetter", [&] {
    const auto ends = b.AwaitState(tcp::State::kSynReceived);
    if (ends) world.InjectReset(b, *ends);
  });
  world.Spawn(a, "client", [&] {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto handle = a.Connect();
      if (!handle) continue;
      static_cast<void>(a.Send(*handle, 10));
      a.Finish(*handle);
      static_cast<void>(a.ReceiveAll(*handle));
      a.Close(*handle);
    }
  });
}

}  // namespace nut::explore
