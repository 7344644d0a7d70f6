// Two connections whose TIME-WAIT ends at the same moment; others look on at short intervals.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void TimeWaitsTogether(World& world) {
  Site& a = world.a();
  Site& b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&b, listener] {
    const auto first = b.Accept(listener);
    const auto second = b.Accept(listener);
    for (const auto& handle : {first, second}) {
      if (!handle) continue;
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    }
    b.StopListening(listener);
  });
  world.Spawn(a, "client", [&a] {
    const auto first = a.Connect();
    const auto second = a.Connect();
    for (const auto& handle : {first, second})
      if (handle) a.Close(*handle);
  });
  for (const std::string_view name : {"clock", "other clock"}) {
    world.Spawn(a, name, [&world] {
      for (int i = 0; i < 50; ++i) world.Sleep(100ms);
    });
  }
}

}  // namespace nut::explore
