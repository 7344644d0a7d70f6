// Whole conversations of the HTTP server over streams in memory.
#include "stack/pro/http/http_session.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "stack/pro/http/embedded_site.h"
#include "stack/pro/http/http_date.h"
#include "test/pro/fake_inspector.h"
#include "test/pro/scripted_stream.h"

namespace nut::pro {
namespace {

using Then = ScriptedStream::Then;

// A tree of three files.
class FakeTree final : public FileTree {
 public:
  Result<FileNode> Open(std::span<const std::string> path) const override {
    if (opens != nullptr) ++*opens;
    FileNode node;
    if (path.empty() || (path.size() == 1 && path[0] == "sub")) {
      node.is_directory = true;
      return node;
    }
    const auto found = files.find(path.back());
    if (found == files.end()) return Fail(Error::kNotFound);
    if (path.back() == "secret") return Fail(Error::kPermissionDenied);
    node.content = std::make_unique<Slow>(found->second, broken);
    node.etag = "\"tag-" + path.back() + "\"";
    node.modified = std::chrono::sys_seconds(std::chrono::seconds(784111777));
    return node;
  }

  Result<std::vector<DirectoryEntry>> List(std::span<const std::string>, size_t) const override {
    return std::vector<DirectoryEntry>{{"b<i>.txt", false, 5, {}}, {"a", true, 0, {}}};
  }

  std::map<std::string, std::string> files = {
      {"hello.txt", "Hello"}, {"big.bin", std::string(100'000, 'x')}, {"empty", ""}, {"secret", "s"}};
  bool broken = false;  // reading fails past the first chunk
  size_t* opens = nullptr;  // counted here

 private:
  // As a host's file: not in memory, a piece at a time.
  class Slow final : public Content {
   public:
    Slow(std::string_view bytes, bool fails) : bytes_(bytes), fails_(fails) {}
    uint64_t size() const override { return bytes_.size(); }
    Result<size_t> Read(uint64_t offset, MutableByteView out) const override {
      if (fails_ && offset > 0) return Fail(Error::kIo);
      return StaticContent(bytes_).Read(offset, out.first(std::min<size_t>(out.size(), 30'000)));
    }

   private:
    const std::string_view bytes_;
    const bool fails_;
  };
};

struct Reply {
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
};

// Takes the replies off a stream of bytes; `heads`: none of them has a body.
std::vector<Reply> Replies(std::string_view text, bool heads = false) {
  std::vector<Reply> replies;
  while (!text.empty()) {
    Reply reply;
    const size_t end = text.find("\r\n\r\n");
    EXPECT_NE(end, std::string_view::npos) << text;
    if (end == std::string_view::npos) break;
    std::string_view head = text.substr(0, end + 2);
    text.remove_prefix(end + 4);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 ")) << head;
    reply.status = std::stoi(std::string(head.substr(9, 3)));
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
      const size_t colon = head.find(": ");
      const size_t line_end = head.find("\r\n");
      std::string name(head.substr(0, colon));
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      EXPECT_FALSE(reply.fields.contains(name)) << name;
      reply.fields[name] = head.substr(colon + 2, line_end - colon - 2);
      head.remove_prefix(line_end + 2);
    }
    if (!heads && reply.fields.contains("content-length")) {
      const size_t length = std::stoul(reply.fields["content-length"]);
      EXPECT_LE(length, text.size());
      reply.body = text.substr(0, length);
      text.remove_prefix(std::min(length, text.size()));
    }
    replies.push_back(std::move(reply));
  }
  return replies;
}

class HttpSessionTest : public testing::Test {
 protected:
  // Runs a conversation to its end.
  Result<Next> Talk(ScriptedStream& stream) {
    HttpSite site(clock, inspector, options, with_files ? std::move(tree_holder) : nullptr);
    AnswerMemory memory(options.remembered_answers, options.longest_remembered_request);
    HttpSession session(site, memory, options, clock, log);
    return Converse(stream, [&](ServerStream& s) { return session.Run(s); });
  }

  std::vector<Reply> Ask(std::vector<std::string> pieces, bool heads = false) {
    ScriptedStream stream(clock, std::move(pieces));
    EXPECT_EQ(Talk(stream), Next::kDone);
    return Replies(stream.written(), heads);
  }

  Reply AskOne(const std::string& target, const std::string& fields = "", const std::string& method = "GET") {
    auto replies =
        Ask({method + " " + target + " HTTP/1.1\r\nHost: n1\r\n" + fields + "\r\n"}, method == "HEAD");
    EXPECT_EQ(replies.size(), 1u);
    return replies.empty() ? Reply{} : replies.front();
  }

  FakeTree& UseFiles() {
    with_files = true;
    tree_holder = std::make_unique<FakeTree>();
    return static_cast<FakeTree&>(*tree_holder);
  }

  VirtualClock clock;
  NullLog log;
  FakeInspector inspector;
  HttpOptions options;
  bool with_files = false;
  std::unique_ptr<FileTree> tree_holder;
};

const std::string kGet = "GET /hello.txt HTTP/1.1\r\nHost: n1\r\n\r\n";

TEST_F(HttpSessionTest, ServesAFile) {
  UseFiles();
  const Reply reply = AskOne("/hello.txt");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "Hello");
  EXPECT_EQ(reply.fields.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.fields.at("content-length"), "5");
  EXPECT_EQ(reply.fields.at("date"), "Fri, 10 Jan 2014 00:00:00 GMT");
  EXPECT_EQ(reply.fields.at("server"), "Ethernut/5.2.4.0 (Linux)");
  EXPECT_EQ(reply.fields.at("last-modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(reply.fields.at("etag"), "\"tag-hello.txt\"");
  EXPECT_EQ(reply.fields.at("accept-ranges"), "bytes");
  EXPECT_EQ(reply.fields.at("x-content-type-options"), "nosniff");
  EXPECT_FALSE(reply.fields.contains("connection"));
}

TEST_F(HttpSessionTest, HeadIsGetWithoutTheBody) {
  UseFiles();
  const Reply head = AskOne("/hello.txt", "", "HEAD");
  UseFiles();
  Reply get = AskOne("/hello.txt");
  EXPECT_EQ(head.status, get.status);
  EXPECT_EQ(head.fields, get.fields);
  EXPECT_EQ(head.body, "");
}

TEST_F(HttpSessionTest, StreamsALargeFileInPieces) {
  FakeTree& tree = UseFiles();
  tree.files["big.bin"] = [] {
    std::string bytes;
    for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
    return bytes;
  }();
  const std::string expected = tree.files["big.bin"];
  const Reply reply = AskOne("/big.bin");
  EXPECT_EQ(reply.body, expected);
  EXPECT_EQ(reply.fields.at("content-type"), "application/octet-stream");
}

TEST_F(HttpSessionTest, ServesAnEmptyFile) {
  UseFiles();
  const Reply reply = AskOne("/empty");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.fields.at("content-length"), "0");
}

TEST_F(HttpSessionTest, BreaksOffWhenAFileBecomesShorterWhileItIsSent) {
  FakeTree& tree = UseFiles();
  tree.broken = true;
  ScriptedStream stream(clock, {"GET /big.bin HTTP/1.1\r\nHost: n1\r\n\r\n", kGet});
  const auto result = Talk(stream);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Error::kIo);
  EXPECT_FALSE(stream.finished());  // no orderly end: the client must not take the part for the whole
  EXPECT_LT(stream.written().size(), 100'000u);
}

TEST_F(HttpSessionTest, ServesOneRange) {
  UseFiles();
  const Reply reply = AskOne("/hello.txt", "Range: bytes=1-3\r\n");
  EXPECT_EQ(reply.status, 206);
  EXPECT_EQ(reply.body, "ell");
  EXPECT_EQ(reply.fields.at("content-range"), "bytes 1-3/5");
  EXPECT_EQ(reply.fields.at("content-length"), "3");
}

TEST_F(HttpSessionTest, ServesARangeOfALargeFile) {
  FakeTree& tree = UseFiles();
  tree.files["big.bin"].replace(70'000, 3, "abc");
  const Reply reply = AskOne("/big.bin", "Range: bytes=69999-70003\r\n");
  EXPECT_EQ(reply.body, "xabcx");
}

TEST_F(HttpSessionTest, AnswersARangeOutsideWith416) {
  UseFiles();
  const Reply reply = AskOne("/hello.txt", "Range: bytes=5-\r\n");
  EXPECT_EQ(reply.status, 416);
  EXPECT_EQ(reply.fields.at("content-range"), "bytes */5");
}

TEST_F(HttpSessionTest, IgnoresRangesWhereTheyDoNotApply) {
  for (const char* fields : {"Range: bytes=0-0,2-2\r\n", "Range: bytes=0-0\r\nRange: bytes=1-1\r\n",
                             "Range: bytes=0-0\r\nIf-Range: \"old\"\r\n", "Range: lines=1-2\r\n"}) {
    UseFiles();
    const Reply reply = AskOne("/hello.txt", fields);
    EXPECT_EQ(reply.status, 200) << fields;
    EXPECT_EQ(reply.body, "Hello");
  }
  UseFiles();
  EXPECT_EQ(AskOne("/hello.txt", "Range: bytes=0-0\r\n", "HEAD").status, 200);
  UseFiles();
  EXPECT_EQ(AskOne("/hello.txt", "Range: bytes=0-0\r\nIf-Range: \"tag-hello.txt\"\r\n").status, 206);
}

TEST_F(HttpSessionTest, AnswersConditionalRequests) {
  UseFiles();
  const Reply same = AskOne("/hello.txt", "If-None-Match: \"tag-hello.txt\"\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_FALSE(same.fields.contains("content-length"));
  EXPECT_FALSE(same.fields.contains("content-type"));
  EXPECT_EQ(same.fields.at("etag"), "\"tag-hello.txt\"");
  UseFiles();
  EXPECT_EQ(AskOne("/hello.txt", "If-Match: \"other\"\r\n").status, 412);
  // 304 wins over 206.
  UseFiles();
  EXPECT_EQ(AskOne("/hello.txt", "Range: bytes=0-0\r\nIf-None-Match: \"tag-hello.txt\"\r\n").status, 304);
}

TEST_F(HttpSessionTest, GivesNoLastModifiedFromTheFuture) {
  // RFC 9110 8.8.2.1. The fake files are of 1994; this clock stands before.
  class Old final : public Clock {
   public:
    Old() : Clock(std::chrono::seconds(100)) {}
    Instant Now() const override { return {}; }
    bool is_virtual() const override { return true; }
  } old;
  UseFiles();
  HttpSite site(old, inspector, options, std::move(tree_holder));
  ScriptedStream stream(clock, {kGet});
  AnswerMemory memory(0, 0);
  EXPECT_TRUE(HttpSession(site, memory, options, old, log).Run(stream));
  EXPECT_FALSE(Replies(stream.written())[0].fields.contains("last-modified"));
}

TEST_F(HttpSessionTest, RefusesOtherMethods) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"}) {
    const Reply reply = AskOne("/", "", method);
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(reply.fields.at("allow"), "GET, HEAD");
  }
  for (const char* method : {"BREW", "get", "Get"}) EXPECT_EQ(AskOne("/", "", method).status, 501) << method;
  EXPECT_EQ(AskOne("*", "", "OPTIONS").status, 405);
  EXPECT_EQ(AskOne("*").status, 400);
}

TEST_F(HttpSessionTest, AnswersMissingAndForbiddenThings) {
  UseFiles();
  EXPECT_EQ(AskOne("/nothing").status, 404);
  UseFiles();
  EXPECT_EQ(AskOne("/secret").status, 403);
  UseFiles();
  EXPECT_EQ(AskOne("/hello.txt/").status, 404);
  UseFiles();
  EXPECT_EQ(AskOne("/../hello.txt").status, 400);
  UseFiles();
  EXPECT_EQ(AskOne("/%").status, 400);
}

TEST_F(HttpSessionTest, SendsDirectoriesToTheirSlash) {
  UseFiles();
  const Reply reply = AskOne("//sub?q=1");
  EXPECT_EQ(reply.status, 301);
  EXPECT_EQ(reply.fields.at("location"), "/sub/?q=1");
}

TEST_F(HttpSessionTest, ListsADirectoryWithoutIndex) {
  UseFiles();
  const Reply reply = AskOne("/sub/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(reply.body.find("href=\"./b%3Ci%3E.txt\">b&lt;i&gt;.txt</a>"), std::string::npos) << reply.body;
  EXPECT_LT(reply.body.find("./a/"), reply.body.find("./b%3C"));  // directories first
  EXPECT_NE(reply.body.find("href=\"../\""), std::string::npos);
}

TEST_F(HttpSessionTest, PrefersTheIndexOfADirectory) {
  FakeTree& tree = UseFiles();
  tree.files["index.html"] = "<title>index</title>";
  const Reply reply = AskOne("/");
  EXPECT_EQ(reply.body, "<title>index</title>");
  EXPECT_EQ(reply.fields.at("content-type"), "text/html; charset=utf-8");
}

TEST_F(HttpSessionTest, EscapesWhatItQuotes) {
  UseFiles();
  const Reply reply = AskOne("/sub/..%3Cscript%3E");
  EXPECT_EQ(reply.body.find("<script>"), std::string::npos);
}

TEST_F(HttpSessionTest, ServesTheStatusPageAndItsParts) {
  const Reply page = AskOne("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.fields.at("content-security-policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(AskOne("/status/").body, page.body);
  EXPECT_EQ(AskOne("/status").fields.at("location"), "/status/");
  EXPECT_EQ(AskOne("/status.css").fields.at("content-type"), "text/css; charset=utf-8");
  EXPECT_EQ(AskOne("/status/status.js").fields.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(AskOne("/icon.svg").fields.at("content-type"), "image/svg+xml");
  EXPECT_EQ(AskOne("/none.css").status, 404);
  EXPECT_EQ(AskOne("/", "If-None-Match: " + page.fields.at("etag") + "\r\n").status, 304);
}

TEST_F(HttpSessionTest, EveryPartOfThePageIsThereAndNoneIsElsewhere) {
  const std::string page = AskOne("/").body;
  EXPECT_EQ(page.find("//"), std::string::npos) << "an address of another host";
  for (const char* name : {"status.css", "status.js", "icon.svg"}) {
    EXPECT_NE(page.find(name), std::string::npos);
    EXPECT_NE(FindEmbedded(name), nullptr);
  }
  for (const EmbeddedFile& file : EmbeddedSite()) EXPECT_FALSE(file.bytes.empty()) << file.name;
}

TEST_F(HttpSessionTest, WithFilesTheStatusPageMoves) {
  FakeTree& tree = UseFiles();
  tree.files["index.html"] = "mine";
  EXPECT_EQ(AskOne("/").body, "mine");
  UseFiles();
  EXPECT_NE(AskOne("/status/").body.find("Nut/Net"), std::string::npos);
}

TEST_F(HttpSessionTest, ServesTheStatusAsJson) {
  const Reply reply = AskOne("/api/status.json");
  EXPECT_EQ(reply.fields.at("content-type"), "application/json");
  EXPECT_EQ(reply.fields.at("cache-control"), "no-store");
  const auto status = nlohmann::json::parse(reply.body);
  EXPECT_EQ(status["node"]["name"], "n1");
  EXPECT_EQ(status["sockets"]["total"], 2);
  EXPECT_EQ(AskOne("/api/").status, 404);
  EXPECT_EQ(AskOne("/api/status.json/").status, 404);
  EXPECT_EQ(AskOne("/api/other").status, 404);
}

TEST_F(HttpSessionTest, MakesOneStatusForManyRequests) {
  const std::string get = "GET /api/status.json HTTP/1.1\r\nHost: n1\r\n\r\n";
  Ask({get + get + get});
  EXPECT_EQ(inspector.socket_calls, 1u);
  ScriptedStream stream(clock, {get, get});
  stream.set_pace(options.status_lifetime);
  EXPECT_TRUE(Talk(stream));
  EXPECT_EQ(inspector.socket_calls, 3u);
}

TEST_F(HttpSessionTest, AnswersPipelinedRequestsInOrderWithOneWrite) {
  UseFiles();
  ScriptedStream stream(clock, {kGet + "HEAD /empty HTTP/1.1\r\nHost: n1\r\n\r\n" + kGet});
  EXPECT_TRUE(Talk(stream));
  EXPECT_EQ(stream.writes(), 1u);
  EXPECT_EQ(std::ranges::count(stream.written(), 'H'), 5);  // three status lines, two bodies
}

TEST_F(HttpSessionTest, AnswersTheSameHoweverRequestsAreCut) {
  const std::string requests =
      kGet + "\r\n" + "POST /hello.txt HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\n\r\nabc" +
      "GET /hello.txt HTTP/1.1\r\nHost: n1\r\nRange: bytes=-2\r\nConnection: close\r\n\r\n";
  UseFiles();
  ScriptedStream whole(clock, {requests});
  ASSERT_TRUE(Talk(whole));
  ASSERT_EQ(Replies(whole.written()).size(), 3u);
  for (size_t cut = 1; cut < requests.size(); ++cut) {
    UseFiles();
    ScriptedStream stream(clock, {requests.substr(0, cut), requests.substr(cut)});
    EXPECT_TRUE(Talk(stream));
    EXPECT_EQ(stream.written(), whole.written()) << cut;
  }
  UseFiles();
  std::vector<std::string> bytes;
  for (const char c : requests) bytes.emplace_back(1, c);
  ScriptedStream stream(clock, bytes);
  EXPECT_TRUE(Talk(stream));
  EXPECT_EQ(stream.written(), whole.written());
}

TEST_F(HttpSessionTest, KeepsOrClosesAsTheClientWants) {
  UseFiles();
  const auto one = Ask({"GET /hello.txt HTTP/1.1\r\nHost: n1\r\nConnection: close\r\n\r\n" + kGet});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].fields.at("connection"), "close");
  UseFiles();
  EXPECT_EQ(Ask({"GET /hello.txt HTTP/1.0\r\n\r\n" + kGet}).size(), 1u);
  UseFiles();
  const auto two = Ask({"GET /hello.txt HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + kGet});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].fields.at("connection"), "keep-alive");
}

TEST_F(HttpSessionTest, ClosesAfterTheLargestNumberOfRequests) {
  options.maximum_requests = 2;
  UseFiles();
  const auto replies = Ask({kGet + kGet + kGet});
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[1].fields.at("connection"), "close");
}

TEST_F(HttpSessionTest, ClosesAfterAnythingMalformed) {
  UseFiles();
  const auto replies =
      Ask({"GET / HTTP/1.1\r\nHost: n1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
           kGet});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].status, 400);
  EXPECT_EQ(replies[0].fields.at("connection"), "close");
}

TEST_F(HttpSessionTest, ReadsAndForgetsBodies) {
  UseFiles();
  const auto replies =
      Ask({"GET /hello.txt HTTP/1.1\r\nHost: n1\r\nContent-Length: 7\r\n\r\n1234567" + kGet});
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[1].status, 200);
  UseFiles();
  EXPECT_EQ(
      Ask({"GET / HTTP/1.1\r\nHost: n1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nzz\r\n"})[0].status,
      400);
  UseFiles();
  const std::string extension(9000, 'e');
  EXPECT_EQ(Ask({"GET / HTTP/1.1\r\nHost: n1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + extension})[0].status,
            400);
}

TEST_F(HttpSessionTest, SaysContinueWhereTheBodyIsWanted) {
  UseFiles();
  ScriptedStream stream(
      clock, {"GET /hello.txt HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
              "abc", kGet});
  EXPECT_TRUE(Talk(stream));
  const auto replies = Replies(stream.written());
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].status, 100);
  EXPECT_EQ(replies[1].status, 200);
  EXPECT_EQ(replies[2].status, 200);
}

TEST_F(HttpSessionTest, RefusesInsteadOfContinue) {
  UseFiles();
  const auto replies =
      Ask({"PUT /hello.txt HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].status, 405);
  EXPECT_EQ(replies[0].fields.at("connection"), "close");
}

TEST_F(HttpSessionTest, RestsBetweenRequests) {
  UseFiles();
  ScriptedStream stream(clock, {kGet}, Then::kSilence);
  EXPECT_EQ(Talk(stream), Next::kWait);
  EXPECT_EQ(Replies(stream.written()).size(), 1u);
  EXPECT_EQ(clock.Now().time_since_epoch(), 0s);
  EXPECT_EQ(stream.note(), 1u);  // requests so far
}

TEST_F(HttpSessionTest, EmptyLinesDoNotProlongAClientsPatience) {
  ScriptedStream stream(clock, {"\r\n"}, Then::kSilence);
  EXPECT_EQ(Talk(stream), Next::kDone);
  EXPECT_EQ(clock.Now().time_since_epoch(), options.keep_alive_timeout);
}

TEST_F(HttpSessionTest, ASlowHeaderEndsWith408) {
  // Slowloris: a byte now and then keeps no connection open.
  std::vector<std::string> drops;
  for (int i = 0; i < 1000; ++i) drops.emplace_back(i == 0 ? "G" : "E");
  ScriptedStream stream(clock, drops, Then::kSilence);
  stream.set_pace(5s);
  const auto result = Talk(stream);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Error::kTimedOut);
  EXPECT_EQ(Replies(stream.written())[0].status, 408);
  EXPECT_LE(clock.Now().time_since_epoch(), 5s + options.header_timeout);
}

TEST_F(HttpSessionTest, ASlowBodyEndsWith408) {
  ScriptedStream stream(clock, {"GET / HTTP/1.1\r\nHost: n1\r\nContent-Length: 9\r\n\r\n"}, Then::kSilence);
  EXPECT_TRUE(Talk(stream));
  const auto replies = Replies(stream.written());
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].status, 408);
  EXPECT_EQ(replies[0].fields.at("connection"), "close");
}

TEST_F(HttpSessionTest, ARequestThatIsCutOffIsMalformed) {
  for (const char* text : {"GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: n1\r\n",
                           "GET / HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\n\r\nab"}) {
    const auto replies = Ask({text});
    ASSERT_EQ(replies.size(), 1u) << text;
    EXPECT_EQ(replies[0].status, 400) << text;
  }
}

TEST_F(HttpSessionTest, NothingIsAnsweredWithNothing) {
  EXPECT_TRUE(Ask({}).empty());
  EXPECT_TRUE(Ask({"\r\n\r\n"}).empty());
  // Empty lines before a request are skipped, but not for ever.
  EXPECT_EQ(Ask({"\r\n" + kGet})[0].status, 404);
  EXPECT_EQ(Ask({std::string(100, '\n') + kGet})[0].status, 400);
}

TEST_F(HttpSessionTest, AnswersTheSameFromMemory) {
  const std::string get = "GET /icon.svg HTTP/1.1\r\nHost: n1\r\n\r\n";
  const std::string head = "HEAD /icon.svg HTTP/1.1\r\nHost: n1\r\n\r\n";
  const std::string part = "GET /icon.svg HTTP/1.1\r\nHost: n1\r\nRange: bytes=1-3\r\n\r\n";
  const std::string last = "GET / HTTP/1.1\r\nHost: n1\r\nConnection: close\r\n\r\n";
  for (const bool by_pieces : {false, true}) {
    const std::vector<std::string> requests = {get, head, part, get, head, part, get, last};
    std::string all;
    for (const std::string& request : requests) all += request;
    const auto said = [&](size_t remembered) {
      options.remembered_answers = remembered;
      ScriptedStream stream(clock, by_pieces ? requests : std::vector{all});
      EXPECT_EQ(Talk(stream), Next::kDone);
      return stream.written();
    };
    EXPECT_EQ(said(16), said(0));
  }
}

TEST_F(HttpSessionTest, RemembersUntilTheSecondIsOver) {
  const std::string get = "GET /icon.svg HTTP/1.1\r\nHost: n1\r\n\r\n";
  ScriptedStream stream(clock, {get, get, get});
  stream.set_pace(400ms);
  EXPECT_TRUE(Talk(stream));
  const auto replies = Replies(stream.written());
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].fields.at("date"), "Fri, 10 Jan 2014 00:00:00 GMT");
  EXPECT_EQ(replies[1].fields.at("date"), "Fri, 10 Jan 2014 00:00:00 GMT");
  EXPECT_EQ(replies[2].fields.at("date"), "Fri, 10 Jan 2014 00:00:01 GMT");
  EXPECT_EQ(replies[2].body, replies[0].body);
}

TEST_F(HttpSessionTest, RemembersSmallFilesForAMomentAndOthersNot) {
  const std::string big = "GET /big.bin HTTP/1.1\r\nHost: n1\r\n\r\n";
  size_t opens = 0;
  UseFiles().opens = &opens;
  ScriptedStream stream(clock, {kGet, kGet, kGet, big, big});
  stream.set_pace(options.file_lifetime * 2 / 3);
  EXPECT_EQ(Talk(stream), Next::kDone);
  EXPECT_EQ(Replies(stream.written()).size(), 5u);
  EXPECT_EQ(opens, 2u + 2u);

  options.remembered_answers = 0;
  UseFiles();
  EXPECT_EQ(Ask({kGet + kGet}).size(), 2u);
}

TEST_F(HttpSessionTest, AFileThatCannotBeReadIsAFault) {
  FakeTree& tree = UseFiles();
  tree.broken = true;
  tree.files["middle.bin"] = std::string(options.small_file, 'x');
  EXPECT_EQ(AskOne("/middle.bin").status, 500);
}

TEST_F(HttpSessionTest, ClosesAfterTheLargestNumberOfRememberedRequests) {
  options.maximum_requests = 3;
  const std::string get = "GET /icon.svg HTTP/1.1\r\nHost: n1\r\n\r\n";
  const auto replies = Ask({get, get, get, get});
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[2].fields.at("connection"), "close");
}

TEST_F(HttpSessionTest, EndsWhenTheClientIsGone) {
  FakeTree& tree = UseFiles();
  tree.files["big.bin"] = std::string(1'000'000, 'x');
  ScriptedStream stream(clock, {"GET /big.bin HTTP/1.1\r\nHost: n1\r\n\r\n", kGet});
  stream.set_write_limit(100'000);
  const auto result = Talk(stream);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Error::kConnectionReset);
}

}  // namespace
}  // namespace nut::pro
