// A thread waits for several sockets at once while another one closes one of them, and the peer sends on the
// other.
#include "stack/socket/poll_set.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void PollAgainstClose(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    for (int i = 0; i < 2; ++i) {
      if (const auto handle = b.Accept(listener, 3s)) {
        static_cast<void>(b.Send(*handle, 10));
        b.Close(*handle);
      }
    }
    b.StopListening(listener);
  });
  world.Spawn(a, "poller", [&] {
    const auto first = a.Connect(), second = a.Connect();
    if (!first || !second) {
      if (first) a.Close(*first);
      if (second) a.Close(*second);
      return;
    }
    {
      socket::TcpStream streams[] = {{a.tcp(), *first}, {a.tcp(), *second}};
      socket::PollSet poll(world.executor());
      for (const socket::TcpStream& stream : streams) poll.Add(stream);
      static_cast<void>(poll.Wait(3s));
    }  // closes them
  });
  world.Spawn(a, "closer", [&] {
    const Handle handle = a.Held();
    static_cast<void>(a.WaitEstablished(handle));
    world.Sleep(2 * Site::kLatency);
    a.Close(handle);
  });
}

}  // namespace nut::explore
