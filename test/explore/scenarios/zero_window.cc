// A reader that is slow closes its window; the news that it is open again may be lost. Everything arrives.
#include "test/explore/matches.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void ZeroWindow(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.SpawnOverall("slow reader", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    world.Sleep(1s);
    a.MayLoseNext(1, IsBareAck);
    const auto received = b.ReceiveAll(*handle);
    world.Expect(!received || *received == 6000, "everything arrives");
    b.Close(*handle);
  });
  world.Spawn(a, "sender", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 6000));
    a.Close(*handle);
  });
}

}  // namespace nut::explore
