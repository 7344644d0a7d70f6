// Duplicate ACKs make the sender retransmit inside its processing of ACKs, while another thread aborts, and
// while there may be no buffer (R6).
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void FastRetransmitAbort(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  b.LoseNext(1, IsData);
  world.Spawn(b, "receiver", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "sender", [&] {
    tcp::Parameters parameters = a.tcp().parameters();
    parameters.nagle = false;
    const auto handle = a.Open(0, Site::kPort, &parameters);
    if (!handle) return;
    static_cast<void>(a.WaitEstablished(*handle));
    for (int piece = 0; piece < 5; ++piece) static_cast<void>(a.Send(*handle, 500));
    a.Finish(*handle);
    static_cast<void>(a.ReceiveAll(*handle));
    a.Close(*handle);
  });
  world.Spawn(a, "aborter", [&] {
    const Handle handle = a.Held();
    world.Sleep(4 * Site::kLatency);  // when the duplicate ACKs come
    a.Abort(handle);
  });
}

}  // namespace nut::explore
