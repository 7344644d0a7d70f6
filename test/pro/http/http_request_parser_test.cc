#include "stack/pro/http/http_request_parser.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nut::pro {
namespace {

using State = HttpRequestParser::State;

struct Outcome {
  State state{};
  HttpStatus fault{};
  size_t used = 0;
  HttpRequest request;
};

// Feeds `text` in pieces of `piece` bytes, as a session does: what was not taken comes again with more behind
// it.
Outcome Parse(std::string_view text, size_t piece = SIZE_MAX, const HttpOptions& options = {}) {
  HttpRequestParser parser(options);
  std::string pending;
  Outcome outcome;
  size_t given = 0;
  const auto going_on = [&] { return parser.state() == State::kHeader || parser.state() == State::kBody; };
  while (going_on()) {
    const size_t used = pending.empty() ? 0 : parser.Put(AsBytes(pending));
    pending.erase(0, used);
    outcome.used += used;
    if (used > 0) continue;
    if (given == text.size() || !going_on()) break;
    const size_t count = std::min(piece, text.size() - given);
    pending += text.substr(given, count);
    given += count;
  }
  outcome.state = parser.state();
  outcome.fault = parser.fault();
  outcome.request = parser.request();
  return outcome;
}

// The status that answers a request's header, or nothing when it is sound.
std::optional<HttpStatus> Refusal(std::string_view text, size_t piece = SIZE_MAX) {
  const Outcome outcome = Parse(text, piece);
  if (outcome.state == State::kFailed) return outcome.fault;
  if (outcome.state == State::kHeader) return HttpStatus::kBadRequest;  // cut off
  return FaultOf(outcome.request);
}

TEST(HttpRequestParser, TakesARequestApart) {
  const std::string text = "GET /a?b HTTP/1.1\r\nHost: n1\r\nX-Test:  some text \r\nEmpty:\r\n\r\n";
  const Outcome outcome = Parse(text);
  ASSERT_EQ(outcome.state, State::kComplete);
  EXPECT_EQ(outcome.used, text.size());
  EXPECT_EQ(outcome.request.method, "GET");
  EXPECT_EQ(outcome.request.target, "/a?b");
  EXPECT_EQ(outcome.request.minor_version, 1u);
  EXPECT_TRUE(outcome.request.keep_alive);
  EXPECT_FALSE(outcome.request.has_body());
  EXPECT_EQ(outcome.request.Find("HOST"), "n1");
  EXPECT_EQ(outcome.request.Find("x-test"), "some text");
  EXPECT_EQ(outcome.request.Find("empty"), "");
  EXPECT_EQ(outcome.request.Find("none"), std::nullopt);
}

TEST(HttpRequestParser, LeavesWhatBelongsToTheNextRequest) {
  const std::string first = "GET / HTTP/1.1\r\nHost: n1\r\n\r\n";
  const Outcome outcome = Parse(first + "GET /next HTTP/1.1\r\n");
  EXPECT_EQ(outcome.state, State::kComplete);
  EXPECT_EQ(outcome.used, first.size());
}

TEST(HttpRequestParser, CountsBodiesAndThrowsThemAway) {
  const std::string length = "POST / HTTP/1.1\r\nHost: n1\r\nContent-Length: 5\r\n\r\nhello";
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: n1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: "
      "t\r\n\r\n";
  for (const std::string& text : {length, chunked}) {
    const Outcome outcome = Parse(text + "GET /");
    EXPECT_EQ(outcome.state, State::kComplete);
    EXPECT_EQ(outcome.used, text.size());
    EXPECT_TRUE(outcome.request.has_body());
  }
}

TEST(HttpRequestParser, KnowsWhetherTheConnectionGoesOn) {
  const auto keep_alive = [](std::string_view version, std::string_view connection) {
    std::string text = "GET / HTTP/" + std::string(version) + "\r\nHost: n1\r\n";
    if (!connection.empty()) text += "Connection: " + std::string(connection) + "\r\n";
    return Parse(text + "\r\n").request.keep_alive;
  };
  EXPECT_TRUE(keep_alive("1.1", ""));
  EXPECT_FALSE(keep_alive("1.1", "close"));
  EXPECT_FALSE(keep_alive("1.1", "foo, Close"));
  EXPECT_FALSE(keep_alive("1.0", ""));
  EXPECT_TRUE(keep_alive("1.0", "Keep-Alive"));
}

struct Refused {
  const char* why;
  std::string text;
  HttpStatus status;
};

std::vector<Refused> RefusedRequests() {
  using namespace std::string_literals;
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string host = line + "Host: n1\r\n";
  constexpr HttpStatus kBad = HttpStatus::kBadRequest;
  return {
      {"no target", "GET\r\n\r\n", kBad},
      {"no version", "GET /\r\n\r\n", kBad},
      {"two blanks", "GET  / HTTP/1.1\r\nHost: n1\r\n\r\n", kBad},
      {"blank in target", "GET /a b HTTP/1.1\r\nHost: n1\r\n\r\n", kBad},
      {"no method", " / HTTP/1.1\r\nHost: n1\r\n\r\n", kBad},
      {"method is no token", "G\x01T / HTTP/1.1\r\nHost: n1\r\n\r\n", kBad},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, kBad},
      {"malformed version", "GET / HTTP/1\r\nHost: n1\r\n\r\n", kBad},
      {"not HTTP", "GET / FTP/1.1\r\nHost: n1\r\n\r\n", kBad},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HttpStatus::kVersionNotSupported},
      {"HTTP/9.9", "GET / HTTP/9.9\r\n\r\n", HttpStatus::kVersionNotSupported},
      {"HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", HttpStatus::kVersionNotSupported},
      {"LF alone", "GET / HTTP/1.1\nHost: n1\n\n", kBad},
      {"CR alone", "GET / HTTP/1.1\rHost: n1\r\r", kBad},
      {"NUL in target", "GET /\0 HTTP/1.1\r\nHost: n1\r\n\r\n"s, kBad},
      {"no host", line + "\r\n", kBad},
      {"two hosts", host + "Host: n2\r\n\r\n", kBad},
      {"host with a path", line + "Host: n1/x\r\n\r\n", kBad},
      {"host with a user", line + "Host: me@n1\r\n\r\n", kBad},
      {"host with a blank", line + "Host: n1 n2\r\n\r\n", kBad},
      {"field without colon", host + "Nonsense\r\n\r\n", kBad},
      {"blank before colon", host + "X : y\r\n\r\n", kBad},
      {"empty name", host + ": y\r\n\r\n", kBad},
      {"NUL in value", host + "X: a\0b\r\n\r\n"s, kBad},
      {"CR in value", host + "X: a\rb\r\n\r\n", kBad},
      {"LF in value", host + "X: a\nY: b\r\n\r\n", kBad},
      {"first line folded", line + " Host: n1\r\n\r\n", kBad},
      // Framing (request smuggling)
      {"negative length", host + "Content-Length: -1\r\n\r\n", kBad},
      {"signed length", host + "Content-Length: +1\r\n\r\nx", kBad},
      {"hexadecimal length", host + "Content-Length: 0x1\r\n\r\nx", kBad},
      {"empty length", host + "Content-Length: \r\n\r\n", kBad},
      {"length with a tail", host + "Content-Length: 1 2\r\n\r\nx", kBad},
      {"list of lengths", host + "Content-Length: 1, 1\r\n\r\nx", kBad},
      {"two lengths", host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", kBad},
      {"two equal lengths", host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", kBad},
      {"length beyond 64 bits", host + "Content-Length: 99999999999999999999999\r\n\r\n", kBad},
      {"large length", host + "Content-Length: 18446744073709551615\r\n\r\n", HttpStatus::kContentTooLarge},
      {"length and chunked", host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", kBad},
      {"chunked and length", host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", kBad},
      {"chunked twice", host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       kBad},
      {"chunked not last", host + "Transfer-Encoding: chunked, gzip\r\n\r\n", HttpStatus::kNotImplemented},
      {"chunked inside", host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       HttpStatus::kNotImplemented},
      {"other coding", host + "Transfer-Encoding: gzip\r\n\r\n", HttpStatus::kNotImplemented},
      {"other coding with length", host + "Transfer-Encoding: xchunked\r\nContent-Length: 1\r\n\r\nx", kBad},
      {"chunked in 1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", kBad},
      {"chunk size malformed", host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", kBad},
      {"chunk size negative", host + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", kBad},
      {"chunk size too large", host + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
       HttpStatus::kContentTooLarge},
      {"chunk without its end", host + "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", kBad},
      {"unknown expectation", host + "Expect: 200-ok\r\n\r\n", HttpStatus::kExpectationFailed},
      // Limits
      {"long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: n1\r\n\r\n",
       HttpStatus::kUriTooLong},
      {"long method", std::string(9000, 'A'), HttpStatus::kUriTooLong},
      {"long field", host + "X: " + std::string(9000, 'a') + "\r\n\r\n", HttpStatus::kHeaderFieldsTooLarge},
      {"long name", host + std::string(9000, 'a'), HttpStatus::kHeaderFieldsTooLarge},
      {"many long fields",
       host +
           [] {
             std::string fields;
             for (int i = 0; i < 20; ++i) fields += "X: " + std::string(500, 'a') + "\r\n";
             return fields;
           }() +
           "\r\n",
       HttpStatus::kHeaderFieldsTooLarge},
      {"many fields",
       host +
           [] {
             std::string fields;
             for (int i = 0; i < 101; ++i) fields += "X: y\r\n";
             return fields;
           }() +
           "\r\n",
       HttpStatus::kHeaderFieldsTooLarge},
      {"body too large", host + "Content-Length: 65537\r\n\r\n", HttpStatus::kContentTooLarge},
  };
}

TEST(HttpRequestParser, RefusesWhatIsMalformedOrAmbiguous) {
  for (const Refused& c : RefusedRequests()) EXPECT_EQ(Refusal(c.text), c.status) << c.why;
}

TEST(HttpRequestParser, RefusesTheSameHoweverTheRequestIsCut) {
  for (const Refused& c : RefusedRequests()) {
    for (const size_t piece : {1, 2, 7, 1000})
      EXPECT_EQ(Refusal(c.text, piece), c.status) << c.why << " by " << piece;
  }
}

TEST(HttpRequestParser, AcceptsTheSameHoweverTheRequestIsCut) {
  const std::string texts[] = {
      "GET /index.html?x HTTP/1.1\r\nHost: 198.19.0.10:80\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: n1\r\nContent-Length: 12\r\n\r\nhello, world",
      "POST /a HTTP/1.1\r\nHost: n1\r\nTransfer-Encoding: Chunked\r\n\r\nc\r\nhello, world\r\n0\r\n\r\n",
      "GET / HTTP/1.0\r\n\r\n",
  };
  for (const std::string& text : texts) {
    const Outcome whole = Parse(text);
    ASSERT_EQ(whole.state, State::kComplete) << text;
    EXPECT_EQ(FaultOf(whole.request), std::nullopt);
    for (size_t piece = 1; piece < text.size(); ++piece) {
      const Outcome cut = Parse(text, piece);
      EXPECT_EQ(cut.state, State::kComplete) << text << " by " << piece;
      EXPECT_EQ(cut.used, text.size());
      EXPECT_EQ(cut.request.fields.size(), whole.request.fields.size());
      EXPECT_EQ(cut.request.target, whole.request.target);
    }
  }
}

TEST(HttpRequestParser, IsNeverCompleteBeforeTheEnd) {
  const std::string text = "POST /a HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\n\r\nabc";
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_NE(Parse(text.substr(0, length)).state, State::kComplete) << length;
    EXPECT_NE(Parse(text.substr(0, length)).state, State::kFailed) << length;
  }
}

TEST(HttpRequestParser, TakesAHeaderUpToItsLimit) {
  HttpOptions options;
  const std::string head = "GET / HTTP/1.1\r\nHost: n1\r\nX: ";
  for (const size_t piece : {size_t{1}, size_t{100}, SIZE_MAX}) {
    const std::string fits =
        head + std::string(options.maximum_request_header - head.size() - 4, 'a') + "\r\n\r\n";
    ASSERT_EQ(fits.size(), options.maximum_request_header);
    EXPECT_EQ(Parse(fits, piece).state, State::kComplete) << piece;
    const std::string over =
        head + std::string(options.maximum_request_header - head.size() - 3, 'a') + "\r\n\r\n";
    EXPECT_EQ(Parse(over, piece).state, State::kFailed) << piece;
  }
}

TEST(HttpRequest, ExpectsContinueOnlySinceVersion1_1) {
  EXPECT_TRUE(ExpectsContinue(Parse("PUT / HTTP/1.1\r\nHost: n1\r\nExpect: 100-Continue\r\n\r\n").request));
  EXPECT_FALSE(ExpectsContinue(Parse("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").request));
  EXPECT_FALSE(ExpectsContinue(Parse("PUT / HTTP/1.1\r\nHost: n1\r\n\r\n").request));
}

}  // namespace
}  // namespace nut::pro
