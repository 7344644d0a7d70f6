// Both sides connect to each other from known ports at the same time (RFC 9293 figure 8), and close.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void SimultaneousOpen(World& world) {
  for (Site* const site : {&world.a(), &world.b()}) {
    world.Spawn(*site, "opener", [site] {
      const uint16_t own = site->name() == 'a' ? 4000 : 5000;
      const auto handle = site->Connect(own, 9000 - own);
      if (!handle) return;  // the other one has not yet begun, or is gone already
      static_cast<void>(site->Send(*handle, 10));
      static_cast<void>(site->Receive(*handle, 10));
      site->Close(*handle);
    });
  }
}

}  // namespace nut::explore
