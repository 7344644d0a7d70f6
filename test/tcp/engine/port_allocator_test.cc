#include "stack/tcp/port_allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace nut::tcp {
namespace {

TEST(PortAllocator, Rfc6056_3_2_WholeRangeIsUsed) {
  PortAllocator ports(50000, 50099, Rng("ports"));
  std::set<uint16_t> seen;
  for (int i = 0; i < 2000; ++i) seen.insert(ports.Choose([](wire::Port) { return false; })->number());
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(*seen.begin(), 50000);
  EXPECT_EQ(*seen.rbegin(), 50099);
}

// The original took the last port plus 1 to 15.
TEST(PortAllocator, Rfc6056_3_3_NextPortIsNotNearTheLast) {
  PortAllocator ports(32768, 65535, Rng("ports"));
  int near = 0;
  int last = 0;
  for (int i = 0; i < 1000; ++i) {
    const int port = ports.Choose([](wire::Port) { return false; })->number();
    near += port > last && port - last <= 15;
    last = port;
  }
  EXPECT_LT(near, 10);  // chance gives 0.5
}

// A connection closed in SYN-SENT left its port free at once; chance gave it to the next one, whose SYN the
// peer took for a broken handshake and reset.
TEST(PortAllocator, APortDoesNotComeBackBeforeHalfOfTheRangeWasUsed) {
  PortAllocator ports(50000, 50999, Rng("ports"));
  std::vector<int> last_use(1000, -1000);
  int shortest = 1000;
  for (int use = 0; use < 20'000; ++use) {
    int& last = last_use[ports.Choose([](wire::Port) { return false; })->number() - 50000];
    if (last >= 0) shortest = std::min(shortest, use - last);
    last = use;
  }
  EXPECT_GT(shortest, 500);
}

// A client that keeps many connections to one server: the search stays short, and it is no scan over those in use.
TEST(PortAllocator, AsksAboutFewPortsWith28000InUse) {
  PortAllocator ports(32768, 65535, Rng("ports"));
  std::set<uint16_t> used;
  size_t asked = 0;
  const auto choose = [&] {
    return ports.Choose([&](wire::Port port) { return ++asked, used.contains(port.number()); })->number();
  };
  std::vector<uint16_t> oldest;
  while (used.size() < 28'000) used.insert(oldest.emplace_back(choose()));
  asked = 0;
  for (size_t i = 0; i < 10'000; ++i) {
    used.erase(oldest[i]);
    used.insert(oldest.emplace_back(choose()));
  }
  EXPECT_LT(asked, 60'000u);
}

TEST(PortAllocator, FindsTheLastFreePort) {
  PortAllocator ports(32768, 65535, Rng("ports"));
  for (const uint16_t free : {32768, 40000, 65535}) {
    EXPECT_EQ(ports.Choose([&](wire::Port port) { return port.number() != free; })->number(), free);
  }
}

TEST(PortAllocator, SaysWhenAllAreTaken) {
  PortAllocator ports(1, 1000, Rng("ports"));
  size_t asked = 0;
  EXPECT_FALSE(ports.Choose([&](wire::Port) { return ++asked, true; }).has_value());
  EXPECT_GE(asked, 1000u);
  EXPECT_LT(asked, 1100u);
}

TEST(PortAllocator, NeverGivesPortNone) {
  PortAllocator ports(0, 1, Rng("ports"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ports.Choose([](wire::Port) { return false; })->number(), 1);
}

TEST(PortAllocator, RangeOfOneAndRangeTheWrongWayRound) {
  EXPECT_EQ(PortAllocator(7, 7, Rng("ports")).Choose([](wire::Port) { return false; })->number(), 7);
  const auto port = PortAllocator(20, 10, Rng("ports")).Choose([](wire::Port) { return false; })->number();
  EXPECT_GE(port, 10);
  EXPECT_LE(port, 20);
}

}  // namespace
}  // namespace nut::tcp
