// A node is shut down with everything in flight: a handshake, a blocked reader, a blocked acceptor, a connect
// to nobody, a sleeping UDP reader.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

void NodeShutdown(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto near = a.Listen(), far = b.Listen();
  world.Spawn(a, "acceptor", [&, near] { static_cast<void>(a.Accept(near)); });
  world.Spawn(a, "caller of nobody", [&] { static_cast<void>(a.OpenToNobody()); });
  world.Spawn(a, "reader", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 100));
    static_cast<void>(a.ReceiveAll(*handle));
    a.Close(*handle);
  });
  world.Spawn(a, "datagram reader", [&] {
    auto socket = socket::UdpSocket::Open(a.udp(), {{}, wire::Port(53)});
    if (socket) static_cast<void>(a.WaitDatagram(*socket, 50ms));
  });
  world.Spawn(b, "server", [&, far] {
    const auto handle = b.Accept(far);
    b.StopListening(far);
    if (!handle) return;
    static_cast<void>(b.ReceiveAll(*handle));
    b.Close(*handle);
  });
  world.Spawn(a, "operator", [&] {
    world.Sleep(2 * Site::kLatency);
    a.ShutDown(world.Choose({"at once", "with a grace of 2 s"}) * 2s);
  });
}

}  // namespace nut::explore
