#include "apps/storm_service/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nut::storm {
namespace {

using testing::HasSubstr;

constexpr wire::Ipv4Address kServer(198, 19, 0, 20);

// What is wrong with the line; "" if nothing is.
std::string ErrorOf(std::string_view line) {
  const auto command = ParseCommand(line);
  return command ? "" : command.error();
}

TEST(CommandTest, ServeHasDefaults) {
  const auto command = ParseCommand("serve");
  ASSERT_TRUE(command) << command.error();
  EXPECT_EQ(std::get<ServeCommand>(*command).options.port, ServerOptions().port);
}

TEST(CommandTest, ServeTakesItsFieldsInAnyOrder) {
  const auto command = ParseCommand("  serve backlog=9\tport=7401  threads=12 patience=20s ");
  ASSERT_TRUE(command) << command.error();
  const ServerOptions& options = std::get<ServeCommand>(*command).options;
  EXPECT_EQ(options.port.number(), 7401);
  EXPECT_EQ(options.threads, 12u);
  EXPECT_EQ(options.backlog, 9u);
  EXPECT_EQ(options.patience, 20s);
}

TEST(CommandTest, ClientTakesTargetsQuotaSeedMixAndSizes) {
  const auto command = ParseCommand(
      "client server=198.19.0.20:5000 refusing=198.19.0.20:5001 silent=198.19.0.250:1 connections=1000000 "
      "first=7 threads=500 seed=blue mix=normal=3,refused=1 least=2 most=77 connect-timeout=20ms");
  ASSERT_TRUE(command) << command.error();
  const auto& client = std::get<ClientCommand>(*command);
  EXPECT_EQ(client.targets.server, (wire::Endpoint{kServer, wire::Port(5000)}));
  EXPECT_EQ(client.targets.refusing.port.number(), 5001);
  EXPECT_EQ(client.targets.silent.address, wire::IpAddress(wire::Ipv4Address(198, 19, 0, 250)));
  EXPECT_EQ(client.options.connections, 1'000'000u);
  EXPECT_EQ(client.options.first, 7u);
  EXPECT_EQ(client.options.threads, 500u);
  EXPECT_EQ(client.options.connect_timeout, 20ms);
  EXPECT_EQ(client.seed, "blue");
  EXPECT_EQ(client.mix.ToText(), "normal=3,refused=1");
  EXPECT_EQ(client.sizes.least, 2u);
  EXPECT_EQ(client.sizes.most, 77u);
}

TEST(CommandTest, StatusAndStopStandAlone) {
  EXPECT_TRUE(std::holds_alternative<StatusCommand>(ParseCommand("status").value()));
  EXPECT_TRUE(std::holds_alternative<StopCommand>(ParseCommand("stop").value()));
  EXPECT_THAT(ErrorOf("stop now=yes"), HasSubstr("takes no field \"now\""));
}

TEST(CommandTest, SaysWhatIsWrong) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("serv"), HasSubstr("\"serv\" is none of serve, client, status, stop"));
  EXPECT_THAT(ErrorOf("serve threds=3"), HasSubstr("\"threds\" is no field; did you mean threads?"));
  EXPECT_THAT(ErrorOf("serve threads"), HasSubstr("key=value"));
  EXPECT_THAT(ErrorOf("serve threads=0"), HasSubstr("threads: "));
  EXPECT_THAT(ErrorOf("serve port=65536"), HasSubstr("port: "));
  EXPECT_THAT(ErrorOf("serve port=1 port=2"), HasSubstr("port is given twice"));
  EXPECT_THAT(ErrorOf("serve patience=0"), HasSubstr("no time to wait"));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20"), HasSubstr("no endpoint"));
  EXPECT_THAT(ErrorOf("client server=:5000"), HasSubstr("no endpoint"));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:x"), HasSubstr("server: "));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:1 mix=norml=1"), HasSubstr("normal"));
}

TEST(CommandTest, ClientNeedsTheTargetsOfItsMix) {
  EXPECT_THAT(ErrorOf("client"), HasSubstr("server=IP:PORT is missing"));
  EXPECT_EQ(ErrorOf("client server=198.19.0.20:1 mix=normal=1"), "");
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:1 mix=refused=1"), HasSubstr("refusing=IP:PORT is needed"));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:1 mix=close-early=1"),
              HasSubstr("silent=IP:PORT is needed"));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:1 mix=timeout=1"), HasSubstr("silent=IP:PORT is needed"));
  EXPECT_THAT(ErrorOf("client server=198.19.0.20:1 mix=normal=1 least=9 most=3"),
              HasSubstr("least=9 is more than most=3"));
}

}  // namespace
}  // namespace nut::storm
