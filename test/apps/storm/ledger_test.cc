#include "apps/storm/ledger.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace nut::storm {
namespace {

// Two sides of a storm in which all was well.
struct Books {
  Books() {
    client.opened = 7;
    client.Count(Kind::kNormal, Outcome::kInOrder);
    client.Count(Kind::kNormal, Outcome::kInOrder);
    client.Count(Kind::kRefused, Outcome::kRefused);
    client.Count(Kind::kTimeout, Outcome::kTimedOut);
    client.Count(Kind::kAbort, Outcome::kAborted);
    client.Count(Kind::kCloseEarly, Outcome::kClosedEarly);
    client.Count(Kind::kCloseEarly, Outcome::kClosedEarly);
    client.established_early = 1;
    client.octets_sent = server.octets_received = 100;
    server.octets_sent = client.octets_received = 200;
    server.opened = 4;
    server.Count(Kind::kNormal, Outcome::kInOrder);
    server.Count(Kind::kNormal, Outcome::kInOrder);
    server.Count(Kind::kAbort, Outcome::kAborted);
    server.Count(Kind::kCloseEarly, Outcome::kEmpty);
  }

  // What the balance says; one line each.
  std::string Findings() const {
    std::string text;
    for (const std::string& finding : Balance(client, server)) text += finding + "\n";
    return text;
  }

  Ledger client;
  Ledger server;
};

TEST(Balance, IsSilentWhenBothSidesAgree) { EXPECT_EQ(Books().Findings(), ""); }

TEST(Balance, NoticesAConnectionThatNeverEnded) {
  Books books;
  ++books.client.opened;
  EXPECT_EQ(books.Findings(), "client: connections opened and ended: 8 against 7\n");
}

TEST(Balance, NoticesAConnectionCountedTwice) {
  Books books;
  books.server.Count(Kind::kNormal, Outcome::kInOrder);
  EXPECT_EQ(books.Findings(),
            "server: connections opened and ended: 4 against 5\n"
            "normal connections in-order, client and server: 2 against 3\n");
}

TEST(Balance, NoticesSidesThatDisagreeAboutAnEnd) {
  Books books;
  ++books.client.opened;
  books.client.Count(Kind::kVanish, Outcome::kVanished);
  EXPECT_EQ(books.Findings(), "vanish connections vanished, client and server: 1 against 0\n");
}

TEST(Balance, NoticesAConnectionThatTheServerCannotHaveSeen) {
  Books books;
  ++books.server.opened;
  books.server.Count(Kind::kRefused, Outcome::kInOrder);
  EXPECT_EQ(books.Findings(), "refused connections at the server: 1 against 0\n");
}

TEST(Balance, NoticesAnEmptyConnectionThatNobodyOpened) {
  Books books;
  ++books.server.opened;
  books.server.Count(Kind::kCloseEarly, Outcome::kEmpty);
  EXPECT_NE(books.Findings().find("accepted without a request: 1 against 2"), std::string::npos);
}

TEST(Balance, NoticesOctetsThatWereLost) {
  Books books;
  --books.server.octets_received;
  EXPECT_EQ(books.Findings(), "octets sent by clients and received by servers: 100 against 99\n");
}

TEST(Balance, NamesTheFirstFault) {
  Books books;
  ++books.client.opened;
  books.client.Fail(Kind::kNormal, 17, "wrong octets in the answer");
  EXPECT_EQ(books.Findings(),
            "client: connections that failed: 1 against 0\n"
            "client: 1 faults; the first: connection 17, normal: wrong octets in the answer\n");
}

TEST(Ledger, KeepsTheFirstFaultsAndCountsAll) {
  Ledger ledger;
  for (uint64_t i = 0; i < 100; ++i) ledger.Fail(Kind::kNormal, i, "text");
  EXPECT_EQ(ledger.fault_count, 100u);
  EXPECT_EQ(ledger.faults.size(), Ledger::kFaultsKept);
  EXPECT_EQ(ledger.ended(Kind::kNormal, Outcome::kFailed), 100u);
}

TEST(Ledger, MergingAddsEverything) {
  const Books books;
  Ledger sum = books.client;
  sum.Merge(books.client);
  EXPECT_EQ(sum.opened, 14u);
  EXPECT_EQ(sum.ended(), 14u);
  EXPECT_EQ(sum.under_way(), 0u);
  EXPECT_EQ(sum.ended(Outcome::kClosedEarly), 4u);
  EXPECT_EQ(sum.ended(Kind::kNormal), 4u);
  EXPECT_EQ(sum.octets_received, 400u);
}

TEST(Ledger, JsonIsReadBack) {
  Ledger ledger = Books().client;
  ledger.Fail(Kind::kReuse, 3, "text");
  ledger.port_waits = 5;
  const auto again = Ledger::FromJson(nlohmann::json::parse(ledger.ToJson().dump()));
  ASSERT_TRUE(again.has_value()) << again.error();
  EXPECT_EQ(again->ToJson(), ledger.ToJson());
  EXPECT_EQ(again->faults[0].text, "reuse: text");
  EXPECT_EQ(again->faults[0].connection, 3u);
}

TEST(Ledger, BadJsonIsRefused) {
  EXPECT_FALSE(Ledger::FromJson(nlohmann::json::parse("{}")).has_value());
  nlohmann::json json = Ledger().ToJson();
  json["by_kind"]["nothing"]["in-order"] = 1;
  EXPECT_EQ(Ledger::FromJson(json).error(), "\"nothing\" is no kind of connection");
  json = Ledger().ToJson();
  json["opened"] = "many";
  EXPECT_FALSE(Ledger::FromJson(json).has_value());
}

}  // namespace
}  // namespace nut::storm
