#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "stack/pro/inspect/json.h"
#include "stack/pro/inspect/tables.h"
#include "stack/pro/inspect/text_table.h"
#include "stack/pro/inspect/units.h"
#include "test/pro/fake_inspector.h"

namespace nut::pro {
namespace {

TEST(FormatDuration, KeepsThreeDigits) {
  EXPECT_EQ(FormatDuration(0ns), "0ns");
  EXPECT_EQ(FormatDuration(999ns), "999ns");
  EXPECT_EQ(FormatDuration(1us), "1.00us");
  EXPECT_EQ(FormatDuration(12345us), "12.3ms");
  EXPECT_EQ(FormatDuration(999'499us), "999ms");
  EXPECT_EQ(FormatDuration(4500ms), "4.50s");
  EXPECT_EQ(FormatDuration(59s), "59.0s");
  EXPECT_EQ(FormatDuration(187s), "3min 07s");
  EXPECT_EQ(FormatDuration(7500s), "2h 05min");
  EXPECT_EQ(FormatDuration(std::chrono::hours(99)), "4d 03h");
  EXPECT_EQ(FormatDuration(-5s), "0ns");
  EXPECT_EQ(FormatDuration(kForever), "never");
}

TEST(FormatBytes, UsesBinaryMultiples) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(1023), "1023 B");
  EXPECT_EQ(FormatBytes(1024), "1.0 KiB");
  EXPECT_EQ(FormatBytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(FormatBytes(3ull << 30), "3.0 GiB");
  EXPECT_EQ(FormatBytes(UINT64_MAX), "16.0 EiB");
}

TEST(TextTable, AlignsColumnsAndLeavesNoBlanksAtLineEnds) {
  TextTable table({{"Name"}, {"N", Align::kRight}, {"Last"}});
  table.AddRow({"a", "1000", "x"});
  table.AddRow({"longer", "5"});
  EXPECT_EQ(table.Render(),
            "Name       N  Last\n"
            "a       1000  x\n"
            "longer     5\n");
}

TEST(TextTable, ShowsControlCharactersAsDots) { EXPECT_EQ(Printable("a\x1b[1m\n\x7f"), "a.[1m.."); }

TEST(SocketTable, SaysWhatWasLeftOut) {
  FakeInspector inspector;
  EXPECT_EQ(SocketTable(inspector.Sockets(2)).find("shown"), std::string::npos);
  EXPECT_NE(SocketTable(inspector.Sockets(1)).find("1 of 2 sockets shown"), std::string::npos);
}

TEST(RouteTable, NamesTheDefaultRoute) {
  EXPECT_EQ(PrefixText(wire::Ipv4Address(), 0), "default");
  EXPECT_EQ(PrefixText(wire::Ipv4Address(10, 0, 0, 0), 8), "10.0.0.0/8");
}

TEST(FilterTable, SaysThatThereAreNoRules) {
  EXPECT_EQ(FilterTable({}), "no rules: everything passes\n");
}

TEST(StatusJson, HoldsEverySnapshot) {
  FakeInspector inspector;
  inspector.counters.counters = {{"BytesIn", 84}, {"BytesOut", 21}, {"FramesIn", 6}, {"FramesOut", 2}};
  const auto status = nlohmann::json::parse(StatusJson(inspector, {}));
  EXPECT_EQ(status["node"]["address"], "198.19.0.10/24");
  EXPECT_EQ(status["node"]["mac"], "02:4e:75:74:1a:0c");
  EXPECT_EQ(status["node"]["gateway"], "");
  EXPECT_EQ(
      status["traffic"],
      nlohmann::json::parse(R"({"bytes_in":84,"bytes_out":21,"frames_in":6,"frames_out":2,"dropped":3})"));
  EXPECT_EQ(status["threads"][0]["stack_high_water"], 11800);
  EXPECT_EQ(status["sockets"]["total"], 2);
  EXPECT_EQ(status["sockets"]["list"][1]["remote"], "198.19.0.1:51234");
  EXPECT_DOUBLE_EQ(status["sockets"]["list"][1]["srtt"], 0.0004);
  EXPECT_DOUBLE_EQ(status["timers"][0]["left"], 4.2);
  EXPECT_EQ(status["neighbors"][0]["state"], "REACHABLE");
  EXPECT_EQ(status["routes"][1]["destination"], "default");
  EXPECT_EQ(status["filter"][0]["rule"], "drop in tcp to any port 23");
  EXPECT_EQ(status["filter"][0]["packets"], 7);
  EXPECT_EQ(status["counters"].size(), 4u);
  EXPECT_EQ(status["drops"][0]["name"], "impair: loss");
  EXPECT_EQ(status["memory"]["pools"][0]["peak"], 80);
  EXPECT_EQ(status["log"][0]["level"], "info");
}

TEST(StatusJson, KeepsItsLimits) {
  FakeInspector inspector;
  const auto status = nlohmann::json::parse(StatusJson(inspector, {.sockets = 1}));
  EXPECT_EQ(status["sockets"]["list"].size(), 1u);
  EXPECT_EQ(status["sockets"]["total"], 2);
  inspector.threads.resize(5000, inspector.threads[0]);
  const auto many = nlohmann::json::parse(StatusJson(inspector, {.threads = 10}));
  EXPECT_EQ(many["threads"].size(), 10u);
  EXPECT_EQ(many["thread_count"], 5000);
  EXPECT_NE(ThreadTable(inspector.threads, 10).find("10 of 5000 threads shown"), std::string::npos);
}

TEST(StatusJson, IsValidWhateverTheWirePutIntoALogLine) {
  FakeInspector inspector;
  inspector.log[0].text = "bad \xff\xfe \xc3 \"quoted\" \x01 \n </script>";
  inspector.node.name = "\xed\xa0\x80";
  const auto status = nlohmann::json::parse(StatusJson(inspector, {}));
  EXPECT_NE(status["log"][0]["text"].get<std::string>().find("\"quoted\""), std::string::npos);
}

}  // namespace
}  // namespace nut::pro
