#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/pro/http/http_request_parser.h"
#include "stack/pro/http/url_path.h"

namespace {

using nut::pro::HttpRequest;
using nut::pro::HttpRequestParser;
using State = HttpRequestParser::State;

struct Outcome {
  State state{};
  size_t used = 0;
  HttpRequest request;
};

Outcome Parse(nut::ByteView input, size_t piece) {
  HttpRequestParser parser({});
  Outcome outcome;
  size_t given = 0;
  while (parser.state() == State::kHeader || parser.state() == State::kBody) {
    const size_t used = parser.Put(input.subspan(outcome.used, given - outcome.used));
    NUT_INVARIANT(used <= given - outcome.used, "more was taken than there is");
    outcome.used += used;
    if (used > 0) continue;
    if (given == input.size()) break;
    given += std::min(piece, input.size() - given);
  }
  outcome.state = parser.state();
  outcome.request = parser.request();
  return outcome;
}

}  // namespace

// A request is understood the same however it is cut, and no accepted path leads upwards.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const ByteView input(data, size);
  const Outcome whole = Parse(input, SIZE_MAX);
  const Outcome cut = Parse(input, 7);
  // What is malformed may show later in pieces, while the end of the header is still awaited; never as complete.
  NUT_INVARIANT((whole.state == State::kComplete) == (cut.state == State::kComplete), "the cut decides");
  if (whole.state == State::kComplete) {
    NUT_INVARIANT(whole.used == cut.used && whole.request.target == cut.request.target, "the cut shows");
  }
  (void)pro::FaultOf(whole.request);
  for (const std::string_view text : {AsText(input), std::string_view(whole.request.target)}) {
    const auto path = pro::UrlPath::Parse(text);
    if (!path) continue;
    for (const std::string& segment : path->segments()) {
      NUT_INVARIANT(!segment.empty() && segment != "." && segment != "..",
                    "a segment that leads nowhere good");
      NUT_INVARIANT(segment.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos, "a separator");
    }
    NUT_INVARIANT(pro::UrlPath::Parse(path->Encoded())->segments() == path->segments(),
                  "a path does not round-trip");
  }
  return 0;
}
