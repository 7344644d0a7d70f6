// The race of 2001 in its plainest form: a connect whose SYN nobody answers, so that the state machine
// retransmits it; meanwhile the thread that opened it, or another one, closes it.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void CloseDuringRetransmit(World& world) {
  Site& a = world.a();
  world.b().PullCable();
  world.Spawn(a, "client", [&] {
    const auto handle = a.Open();
    if (!handle) return;
    // The first retransmission is due after a second.
    static_cast<void>(a.WaitEstablished(*handle, 1s));
    a.Close(*handle);
  });
  world.Spawn(a, "other", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.WaitEstablished(handle));
    a.Close(handle);
  });
}

}  // namespace nut::explore
