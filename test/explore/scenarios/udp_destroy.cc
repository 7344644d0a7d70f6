// A UDP endpoint is closed while a reader sleeps in it and datagrams arrive; another one takes its port.
#include "test/explore/scenarios/scenarios.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {
namespace {

constexpr wire::Port kUdpPort(53);

}  // namespace

void UdpDestroy(World& world) {
  Site &a = world.a(), &b = world.b();
  struct Sockets {
    socket::UdpSocket first;
  };
  Sockets& shared = world.Make<Sockets>();
  if (auto socket = socket::UdpSocket::Open(b.udp(), {{}, kUdpPort})) shared.first = std::move(*socket);
  world.Spawn(b, "reader", [&] {
    uint8_t bytes[64];
    while (b.WaitDatagram(shared.first).has_value()) static_cast<void>(shared.first.ReceiveFrom(bytes, 0s));
  });
  world.Spawn(b, "closer", [&] {
    world.Sleep(Site::kLatency);
    shared.first.Close();
    auto second = socket::UdpSocket::Open(b.udp(), {{}, kUdpPort});
    if (!second) return;
    static_cast<void>(b.WaitDatagram(*second, 10ms));
  });
  world.Spawn(a, "sender", [&] {
    auto socket = socket::UdpSocket::Open(a.udp(), {});
    if (!socket) return;
    const uint8_t bytes[] = {1, 2, 3};
    for (int i = 0; i < 3; ++i) {
      static_cast<void>(socket->SendTo(bytes, {b.address(), kUdpPort}));
      world.Sleep(Site::kLatency / 2);
    }
  });
}

}  // namespace nut::explore
