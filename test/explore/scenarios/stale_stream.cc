// A stream outlives its connection: another thread closes it, a new connection comes in its place, and the
// old stream is used on (R13).
#include "stack/socket/tcp_stream.h"
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void StaleStream(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    for (int i = 0; i < 2; ++i) {
      const auto handle = b.Accept(listener, 10s);
      if (!handle) break;
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    }
    b.StopListening(listener);
  });
  world.Spawn(a, "owner of a stream", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    socket::TcpStream stream(a.tcp(), *handle);
    world.Sleep(5s);  // meanwhile it is closed, gone, and another one is there
    const uint8_t stale[] = {0xde, 0xad};
    world.Expect(!stream.Send(stale, 0s), "a stream whose connection is gone sends nothing");
    uint8_t bytes[2];
    world.Expect(!stream.Receive(bytes, 0s), "a stream whose connection is gone receives nothing");
  });
  world.Spawn(a, "other", [&] {
    const Handle first = a.Held();
    static_cast<void>(a.WaitEstablished(first));
    a.Reset(first);
    world.Sleep(1s);
    const auto second = a.Connect();
    if (!second) return;
    static_cast<void>(a.Send(*second, 50));
    world.Sleep(6s);
    a.Close(*second);
  });
}

}  // namespace nut::explore
