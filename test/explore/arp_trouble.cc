#include "test/explore/arp_trouble.h"

#include "test/explore/scenario.h"
#include "test/explore/site.h"

namespace nut::explore {
namespace {

// A frame takes 1 ms: at once, with the first SYN on its way, with the handshake over, in the middle of the
// first retransmission time-out.
constexpr Duration kMoments[] = {0ms, 1ms, 3ms, 500ms};
// Long enough for frames to wait and for the question to be repeated, not for giving up.
constexpr Duration kSilence = 1500ms;

}  // namespace

void StartArpTrouble(World& world) {
  world.SpawnOverall("arp", [&world] {
    const Duration moment = kMoments[world.Choose(
        {"ARP fails at once", "ARP fails after 1 ms", "ARP fails after 3 ms", "ARP fails after 500 ms"})];
    world.Sleep(moment);
    world.a().ArpFails();
    world.b().ArpFails();
    world.Sleep(kSilence);
    world.a().ArpWorks();
    world.b().ArpWorks();
  });
}

void Start(const Scenario& scenario, World& world) {
  if (scenario.arp_fails) StartArpTrouble(world);
  scenario.start(world);
}

}  // namespace nut::explore
