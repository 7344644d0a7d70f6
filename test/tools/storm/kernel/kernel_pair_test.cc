// The kernel's client against the kernel's server, on loopback: what is left when no node takes part must
// balance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "tap/host_system_calls.h"
#include "tools/storm/kernel/kernel_client.h"
#include "tools/storm/kernel/kernel_server.h"

namespace nut::storm {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr wire::Ipv4Address kLoopback(127, 0, 0, 1);
constexpr wire::Port kPort(5000);
constexpr wire::Port kClosedPort(5001);

class KernelPairTest : public testing::Test {
 protected:
  // Silence is short here, for peers that wait for a second.
  static constexpr SilenceOptions kSilence{.idle_seconds = 1, .probes = 1, .own = std::chrono::seconds(4)};

  void Start(std::string_view mix, uint64_t connections) {
    planner_.emplace("pair", Mix::FromText(mix).value(), SizeRange{.least = 1, .most = 40'000});
    auto server = KernelServer::Listen(system_, {.local = {kLoopback, kPort}, .silence = kSilence});
    ASSERT_TRUE(server) << server.error();
    server_ = *std::move(server);
    auto client = KernelClient::Make(system_,
                                     {.targets = {.server = {kLoopback, kPort},
                                                  .refusing = {kLoopback, kClosedPort},
                                                  .silent = {kLoopback, kClosedPort}},
                                      .addresses = {kLoopback, wire::Ipv4Address(127, 0, 0, 2)},
                                      .connections = connections,
                                      .at_once = 30,
                                      .silence = kSilence},
                                     *planner_);
    ASSERT_TRUE(client) << client.error();
    client_ = *std::move(client);
  }

  // Both in turns, until everything has ended.
  void Finish(std::chrono::seconds limit = 30s) {
    const HostTime deadline = steady_clock::now() + limit;
    while ((!client_->done() || server_->open_sessions() > 0) && steady_clock::now() < deadline) {
      client_->Wait(steady_clock::now() + 1ms);
      server_->Wait(steady_clock::now() + 1ms);
    }
    EXPECT_TRUE(client_->done());
    EXPECT_EQ(server_->open_sessions(), 0u);
  }

  tap::HostSystemCalls system_;
  std::optional<Planner> planner_;
  std::unique_ptr<KernelServer> server_;
  std::unique_ptr<KernelClient> client_;
};

TEST_F(KernelPairTest, EveryKindEndsAsItShouldAndTheBooksBalance) {
  ASSERT_NO_FATAL_FAILURE(
      Start("normal=6,refused=2,close-early=2,abort=2,half-close=2,reuse=2,vanish=1", 400));
  Finish();
  EXPECT_THAT(Balance(client_->ledger(), server_->ledger()), testing::IsEmpty());
  EXPECT_EQ(client_->ledger().ended(), 400u);
  for (const Outcome outcome :
       {Outcome::kInOrder, Outcome::kRefused, Outcome::kClosedEarly, Outcome::kAborted, Outcome::kVanished}) {
    EXPECT_GT(client_->ledger().ended(outcome), 0u) << NameOf(outcome);
  }
}

TEST_F(KernelPairTest, StopLeavesTheRestOfTheQuotaUnopened) {
  ASSERT_NO_FATAL_FAILURE(Start("normal=1", 1'000'000));
  client_->Wait(steady_clock::now() + 20ms);
  client_->Stop();
  Finish();
  EXPECT_LT(client_->ledger().opened, 1'000'000u);
  EXPECT_EQ(client_->ledger().opened, client_->ledger().ended());
}

TEST_F(KernelPairTest, TheServerTellsNoiseFromRequests) {
  ASSERT_NO_FATAL_FAILURE(Start("normal=1", 1));
  KernelSocket noise = KernelSocket::Make(system_);
  ASSERT_THAT(noise.Connect({kLoopback, kPort}), testing::AnyOf(0, EINPROGRESS));
  size_t moved = 0;
  const std::vector<uint8_t> octets(100, 'x');
  while (noise.Send(octets, moved) == Step::kBlocked) server_->Wait(steady_clock::now() + 1ms);
  server_->Wait(steady_clock::now() + 50ms);
  EXPECT_EQ(server_->ledger().fault_count, 1u);
  EXPECT_EQ(server_->ledger().ended(Outcome::kFailed), 1u);
}

TEST_F(KernelPairTest, APortThatIsTakenIsNamed) {
  ASSERT_NO_FATAL_FAILURE(Start("normal=1", 1));
  const auto second = KernelServer::Listen(system_, {.local = {kLoopback, kPort}});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), testing::HasSubstr("127.0.0.1:5000"));
}

TEST(LocalEndsTest, GivesEveryEndOnceBeforeOneComesUpAgain) {
  LocalEnds ends({kLoopback, wire::Ipv4Address(127, 0, 0, 2)}, 4);
  const wire::Endpoint first = ends.Next();
  wire::Endpoint last = first;
  for (uint32_t i = 1; i < 2 * LocalEnds::kCount; ++i) {
    last = ends.Next();
    ASSERT_NE(last, first);
  }
  EXPECT_EQ(last.port.number(), 65535);
  EXPECT_EQ(ends.Next(), first);
}

TEST(LocalEndsTest, WhatWasGivenBackLastIsUsedFirst) {
  LocalEnds ends({kLoopback}, 2);
  const auto one = ends.TakeUsed();
  const auto other = ends.TakeUsed();
  ASSERT_TRUE(one && other);
  EXPECT_FALSE(ends.TakeUsed());
  ends.GiveBack(*other);
  ends.GiveBack(*one);
  EXPECT_EQ(ends.TakeUsed(), one);
}

}  // namespace
}  // namespace nut::storm
