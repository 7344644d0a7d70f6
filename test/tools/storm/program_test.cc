#include "tools/storm/program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "test/tools/storm/lying_server.h"

namespace nut::storm {
namespace {

const char* NoEnvironment(const char*) { return nullptr; }

std::string JsonPath() { return std::string(std::getenv("TEST_TMPDIR")) + "/storm.json"; }

nlohmann::json JsonAt(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

// What the program prints, and how it ends.
struct Ended {
  ExitCode code;
  std::string output;
};

Ended RunWith(std::vector<std::string> arguments, const ServerMaker& make_server = {}) {
  testing::internal::CaptureStdout();
  const ExitCode code = RunProgram(arguments, NoEnvironment, make_server);
  return {code, testing::internal::GetCapturedStdout()};
}

TEST(Program, AStormPassesAndIsReported) {
  const Ended run = RunWith({"--connections", "3000", "--seed", "5", "--json", JsonPath()});
  EXPECT_EQ(run.code, ExitCode::kPassed) << run.output;
  EXPECT_NE(run.output.find("3,000 connections in"), std::string::npos) << run.output;
  EXPECT_NE(run.output.find("passed"), std::string::npos);
  const auto json = JsonAt(JsonPath());
  EXPECT_EQ(json["program"], "nutstorm");
  EXPECT_EQ(json["seed"], "5");
  EXPECT_EQ(json["shard"], 0);
  EXPECT_EQ(json["shards"], 1);
  EXPECT_EQ(json["result"], "passed");
  EXPECT_EQ(json["totals"]["connections"], 3000);
  EXPECT_TRUE(json["by_kind"]["normal"]["in-order"].is_number_unsigned());
  EXPECT_EQ(json["faults"], nlohmann::json::array());
}

TEST(Program, JobsTogetherDoWhatIsAskedFor) {
  const Ended run = RunWith({"--connections", "3001", "--seed", "5", "--jobs", "3", "--json", JsonPath()});
  EXPECT_EQ(run.code, ExitCode::kPassed) << run.output;
  EXPECT_EQ(JsonAt(JsonPath())["totals"]["connections"], 3001);
}

TEST(Program, SharesTogetherDoWhatOneDoes) {
  RunWith({"--connections", "3001", "--seed", "5", "--json", JsonPath()});
  const auto whole = JsonAt(JsonPath())["by_kind"];
  std::map<std::string, uint64_t> kinds;
  for (const char* share : {"1/2", "2/2"}) {
    const Ended run = RunWith({"--connections", "3001", "--seed", "5", "--share", share, "--json", JsonPath()});
    EXPECT_EQ(run.code, ExitCode::kPassed) << run.output;
    const auto by_kind = JsonAt(JsonPath())["by_kind"];
    for (const auto& [kind, outcomes] : by_kind.items()) {
      for (const auto& count : outcomes) kinds[kind] += count.get<uint64_t>();
    }
  }
  for (const auto& [kind, outcomes] : whole.items()) {
    uint64_t sum = 0;
    for (const auto& count : outcomes) sum += count.get<uint64_t>();
    EXPECT_EQ(kinds[kind], sum) << kind;
  }
}

TEST(Program, AServerThatSendsAWrongOctetIsFound) {
  const Ended run = RunWith({"--connections", "500", "--seed", "5", "--mix", "normal=1", "--json", JsonPath()},
                          MakeLiar([](const Request& request, Conversation& talk) {
                            const bool lies = request.connection == 400;
                            const auto sent = talk.SendContent(request.connection + (lies ? 1 : 0), 0, request.answer_size);
                            return sent.has_value();
                          }));
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_NE(run.output.find("FAULT: client: 1 faults; the first: connection 400, normal: wrong octets in the "
                            "answer"),
            std::string::npos)
      << run.output;
  EXPECT_NE(run.output.find("again: nutstorm --connections 500 --mix normal=1 --seed 5\n"), std::string::npos)
      << run.output;
  const auto json = JsonAt(JsonPath());
  EXPECT_EQ(json["result"], "failed");
  EXPECT_EQ(json["faults"][0]["replay"], "nutstorm --connections 500 --mix normal=1 --seed 5");
}

TEST(Program, AServerThatSaysLessThanItShouldIsFound) {
  const Ended run = RunWith({"--connections", "500", "--seed", "5", "--mix", "normal=1"},
                          MakeLiar([](const Request& request, Conversation& talk) {
                            const uint64_t missing = request.connection == 400 ? 1 : 0;
                            return talk.SendContent(request.connection, 0, request.answer_size - missing).has_value();
                          }));
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_NE(run.output.find("connection 400, normal: the answer ends too early"), std::string::npos) << run.output;
}

TEST(Program, AServerThatForgetsAConnectionIsFound) {
  const Ended run = RunWith({"--connections", "500", "--seed", "5", "--mix", "normal=1"},
                          MakeLiar([](const Request& request, Conversation& talk) {
                            const auto sent = talk.SendContent(request.connection, 0, request.answer_size);
                            return sent.has_value() && request.connection != 400;
                          }));
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_NE(run.output.find("FAULT: normal connections in-order, client and server: 500 against 499"),
            std::string::npos)
      << run.output;
}

TEST(Program, AJobThatDiesIsAFaultOfTheStorm) {
  const Ended run = RunWith({"--connections", "500", "--seed", "5", "--jobs", "2", "--mix", "normal=1"},
                          [](tcp::Engine&, Vanisher&, const ServerOptions&) -> std::unique_ptr<AnyServer> {
                            std::raise(SIGKILL);
                            return nullptr;
                          });
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_NE(run.output.find("FAULT: the process was ended by signal 9"), std::string::npos) << run.output;
  EXPECT_NE(run.output.find("--seed 5 --share 2/2\n"), std::string::npos) << run.output;
}

TEST(Program, MistakesOnTheCommandLineHaveTheirOwnStatus) {
  EXPECT_EQ(RunWith({"--mixx"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunWith({"--help"}).code, ExitCode::kPassed);
}

}  // namespace
}  // namespace nut::storm
