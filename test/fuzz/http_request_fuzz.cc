#include <optional>

#include "stack/base/invariant.h"
#include "stack/pro/http/http_request_parser.h"
#include "stack/pro/http/http_service.h"
#include "test/fuzz/pieces.h"
#include "test/pro/fake_inspector.h"
#include "test/pro/scripted_stream.h"

namespace {

using namespace nut;
using State = pro::HttpRequestParser::State;

// What the parser makes of one request, fed as a session feeds it.
struct Outcome {
  State state = State::kHeader;
  std::string method;
  std::string target;
  size_t fields = 0;
  size_t used = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome ParseOne(const std::vector<std::string>& pieces) {
  const pro::HttpOptions options;
  pro::HttpRequestParser parser(options);
  Outcome outcome;
  std::string rest;
  for (const std::string& piece : pieces) {
    rest += piece;
    for (size_t used = 1; used > 0 && !rest.empty();) {
      used = parser.Put(AsBytes(rest));
      NUT_INVARIANT(used <= rest.size(), "the parser takes more than there is");
      rest.erase(0, used);
      outcome.used += used;
    }
    // A session's buffer is as large as a header may be.
    NUT_INVARIANT(rest.size() <= options.maximum_request_header + piece.size() || parser.state() >= State::kComplete,
                  "the parser leaves more than a header");
  }
  outcome.state = parser.state();
  if (outcome.state == State::kFailed) return {State::kFailed, {}, {}, 0, 0};
  if (outcome.state == State::kHeader) return {State::kHeader, {}, {}, 0, 0};
  const pro::HttpRequest& request = parser.request();
  NUT_INVARIANT(request.fields.size() <= options.maximum_fields, "more fields than allowed");
  NUT_INVARIANT(!request.method.empty() && !request.target.empty(), "a request without a method or a target");
  for (const pro::HttpField& field : request.fields) {
    NUT_INVARIANT((field.name + field.value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                  "a field that holds the end of its line");
  }
  outcome.method = request.method;
  outcome.target = request.target;
  outcome.fields = request.fields.size();
  return outcome;
}

std::string Converse(std::vector<std::string> pieces) {
  static const pro::FakeInspector inspector;
  VirtualClock clock;
  NullLog log;
  pro::ScriptedStream stream(clock, std::move(pieces));
  pro::HttpService service(clock, log, inspector, {});
  NUT_INVARIANT(service.Prepare().has_value(), "the site is not there");
  static_cast<void>(pro::Converse(stream, service));
  return stream.written();
}

// The answers begin as answers do, and promise no more than follows.
void CheckAnswers(std::string_view answers, bool bodies_may_miss) {
  while (!answers.empty()) {
    NUT_INVARIANT(answers.starts_with("HTTP/1.1 "), "what is sent is no answer");
    const size_t end = answers.find("\r\n\r\n");
    NUT_INVARIANT(end != std::string_view::npos, "an answer's header has no end");
    const std::string_view header = answers.substr(0, end + 2);
    answers.remove_prefix(end + 4);
    if (bodies_may_miss) return;
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const size_t place = header.find(kLength);
    if (place == std::string_view::npos) continue;
    const size_t length = std::stoul(std::string(header.substr(place + kLength.size())));
    NUT_INVARIANT(length <= answers.size(), "an answer is shorter than it says");
    answers.remove_prefix(length);
  }
}

}  // namespace

// However a request is cut, it means the same; and every answer is a whole one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const fuzz::Pieces input({data, size});
  const auto whole = ParseOne({input.whole});
  const auto pieces = ParseOne(input.pieces);
  // A header that comes in pieces is judged when its end is there: until then a fault in it only shows in one piece.
  const bool not_judged_yet = whole.state == State::kFailed && pieces.state == State::kHeader;
  NUT_INVARIANT(whole == pieces || not_judged_yet, "a request depends on how it is cut");
  // HEAD, and what only looks like it, is answered without a body.
  const bool bodies_may_miss = input.whole.find("HEAD") != std::string::npos;
  CheckAnswers(Converse({input.whole}), bodies_may_miss);
  CheckAnswers(Converse(input.pieces), bodies_may_miss);
  return 0;
}
