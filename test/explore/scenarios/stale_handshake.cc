// A handshake that nobody finishes is given up by the listener; another one follows from the same port (R8).
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void StaleHandshake(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    if (const auto handle = b.Accept(listener)) {
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    }
    b.StopListening(listener);
  });
  a.LoseNext(8, IsSynAck);  // for longer than the listener has patience
  world.Spawn(a, "client", [&] {
    if (const auto first = a.Open(4000)) {
      static_cast<void>(a.WaitEstablished(*first, 1500ms));
      a.Close(*first);
    }
    world.Sleep(9s);
    if (const auto second = a.Connect(4000)) {
      static_cast<void>(a.Send(*second, 50));
      a.Close(*second);
    }
  });
}

}  // namespace nut::explore
