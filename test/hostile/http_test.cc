// HTTP that is cut, over-long, contradictory or slow, over the wire.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileHttp : public HostileTest {
 protected:
  // What the server says to `request`, sent in segments of at most `piece` bytes, after which the client has
  // finished.
  std::string Ask(const std::string& request, size_t piece = 1400) {
    Conversation with = Open(kHttp, next_port_++);
    for (size_t at = 0; at < request.size(); at += piece) Say(with, request.substr(at, piece));
    std::string answer = Hear(with);
    Send(with, Segment(with, kFin | kAck));
    ++with.sequence;
    answer += Hear(with);
    Send(with, Segment(with, kRst));
    return answer;
  }
  std::string Hear(Conversation& with) {
    std::string all;
    for (std::string more = "?"; !more.empty(); all += more) {
      RunFor(50ms);
      more = Listen(with);
    }
    return all;
  }
  static std::string Status(const std::string& answer) { return answer.substr(0, 12); }

  uint16_t next_port_ = 51000;
};

TEST_F(HostileHttp, RequestLinesCutAnywhereAreRefused) {
  const std::string whole = "GET /api/status.json HTTP/1.1\r\nHost: n\r\n";
  for (size_t size = 1; size <= whole.size(); ++size) {
    const std::string answer = Ask(whole.substr(0, size));
    EXPECT_EQ(Status(answer), "HTTP/1.1 400") << whole.substr(0, size);
  }
}

TEST_F(HostileHttp, LinesAndHeadersWithoutEndAreRefusedInTime) {
  EXPECT_EQ(Status(Ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n")), "HTTP/1.1 414");
  EXPECT_EQ(Status(Ask(std::string(20'000, 'G'))), "HTTP/1.1 414");
  EXPECT_EQ(Status(Ask("GET / HTTP/1.1\r\nHost: n\r\nX: " + std::string(9000, 'x') + "\r\n\r\n")),
            "HTTP/1.1 431");
  std::string many = "GET / HTTP/1.1\r\nHost: n\r\n";
  for (int i = 0; i < 500; ++i) many += "a: b\r\n";
  EXPECT_EQ(Status(Ask(many + "\r\n")), "HTTP/1.1 431");
}

// The original decoded a trailing '%' past the end of its buffer (S23).
TEST_F(HostileHttp, EscapesThatAreCutOrHideSomethingAreRefused) {
  for (const char* path : {"/%", "/%4", "/a%", "/%zz", "/%00", "/a%00.html", "/%2e%2e/etc/passwd",
                           "/../../etc/passwd", "/%2fetc", "/a\\..\\b", "/..%2f"}) {
    const std::string status =
        Status(Ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n"));
    EXPECT_TRUE(status == "HTTP/1.1 400" || status == "HTTP/1.1 404") << path << ": " << status;
  }
}

// INFRA:HALT (CVE-2020-25927 and its kin, 31226/7): lengths that are negative, huge, or two.
TEST_F(HostileHttp, Cve2021_31226_LengthsOfBodiesThatCannotBeAreRefused) {
  for (const char* length : {"-1", "18446744073709551615", "18446744073709551616", "99999999999999999999",
                             "0x10", "1e9", "", "5, 5", "2147483648"}) {
    const std::string status =
        Status(Ask("GET / HTTP/1.1\r\nHost: n\r\nContent-Length: " + std::string(length) + "\r\n\r\nabc"));
    EXPECT_TRUE(status == "HTTP/1.1 400" || status == "HTTP/1.1 413") << length << ": " << status;
  }
  const std::string start = "POST / HTTP/1.1\r\nHost: n\r\n";
  EXPECT_EQ(Status(Ask(start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde")), "HTTP/1.1 400");
  // Request smuggling: both kinds of framing at once.
  EXPECT_EQ(Status(Ask(start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
            "HTTP/1.1 400");
  for (const char* chunk : {"-1\r\n", "ffffffffffffffff\r\n", "10000000000000000\r\n", "zz\r\n"}) {
    const std::string status = Status(Ask(start + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "abc"));
    EXPECT_TRUE(status == "HTTP/1.1 400" || status == "HTTP/1.1 413") << chunk << ": " << status;
  }
}

TEST_F(HostileHttp, Cve2021_31228_NamesAndValuesWithControlCharactersAreRefused) {
  for (const std::string& field :
       {std::string("Host : n"), std::string("Ho st: n"), std::string("Host: a\0b", 9),
        std::string("Host: n\r\n folded"), std::string(": n"), std::string("Host: n\rX: y")}) {
    EXPECT_EQ(Status(Ask("GET / HTTP/1.1\r\n" + field + "\r\n\r\n")), "HTTP/1.1 400") << field;
  }
}

TEST_F(HostileHttp, ThousandRangesAreOneFile) {
  std::string ranges = "bytes=0-1";
  for (int i = 0; i < 500; ++i) ranges += ",0-";
  const std::string answer =
      Ask("GET /status.css HTTP/1.1\r\nHost: n\r\nConnection: close\r\nRange: " + ranges + "\r\n\r\n");
  EXPECT_EQ(Status(answer), "HTTP/1.1 200");
  EXPECT_LT(answer.size(), 100'000u);
}

// Slowloris: a byte now and then keeps no thread for ever.
TEST_F(HostileHttp, RequestsThatArriveByteByByteAreGivenUp) {
  constexpr uint16_t kClients = 50;
  std::vector<Conversation> clients;
  for (uint16_t i = 0; i < kClients; ++i) {
    clients.push_back(Open(kHttp, static_cast<uint16_t>(52000 + i)));
    Say(clients.back(), "GET / HTTP/1.1\r\n");
  }
  for (int second = 0; second < 15; ++second) {
    RunFor(1s);
    for (Conversation& with : clients) Say(with, "X");
  }
  EXPECT_EQ(Count(Counter::kServerTimeouts), kClients);
  EXPECT_EQ(Status(Ask("GET / HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n")), "HTTP/1.1 200");
}

TEST_F(HostileHttp, RandomBytesGetAnAnswerOrNothing) {
  Rng chance("http");
  for (int i = 0; i < 200; ++i) {
    Bytes bytes(1 + chance.Below(300));
    chance.Fill(bytes);
    const std::string answer = Ask(std::string(bytes.begin(), bytes.end()), 1 + chance.Below(100));
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << answer;
  }
}

}  // namespace
}  // namespace nut::hostile
