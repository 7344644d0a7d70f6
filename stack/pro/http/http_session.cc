#include "stack/pro/http/http_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "stack/pro/http/error_page.h"
#include "stack/pro/http/http_date.h"

namespace nut::pro {
namespace {

constexpr size_t kWriteBuffer = 4096;  // a header with a small page is one write; larger pages are not copied
// RFC 9112 2.2: at least one empty line before a request should be ignored. Bytes.
constexpr size_t kMostLeadingLineEnds = 8;

}  // namespace

HttpSession::HttpSession(HttpSite& site, AnswerMemory& memory, const HttpOptions& options, const Clock& clock,
                         Log& log)
    : site_(site),
      memory_(memory),
      options_(options),
      clock_(clock),
      log_(log),
      buffered_({.read = options.maximum_request_header, .write = kWriteBuffer}),
      parser_(options) {}

Result<Next> HttpSession::Run(ServerStream& stream) {
  stream_ = &stream;
  buffered_.Rebind(stream);
  // Every wait here has an allowance of its own.
  stream.set_idle_timeout(kForever);
  while (true) {
    const auto input = AwaitRequest();
    if (!input) return Fail(input.error());
    if (*input != Input::kRequest) {
      if (auto written = buffered_.WriteOut(); !written) return Fail(written.error());
      return *input == Input::kEnd ? Next::kDone : Next::kWait;
    }
    const auto usable = Answer();
    if (!usable) return Fail(usable.error());
    if (*usable) continue;
    if (auto written = buffered_.WriteOut(); !written) return Fail(written.error());
    return Next::kDone;
  }
}

Result<HttpSession::Input> HttpSession::AwaitRequest() {
  stream_->AllowFor(options_.keep_alive_timeout);
  for (size_t skipped = 0;;) {
    const std::string_view text = AsText(buffered_.buffered());
    const size_t ends =
        std::min({text.find_first_not_of("\r\n"), text.size(), kMostLeadingLineEnds - skipped});
    buffered_.Consume(ends);
    skipped += ends;
    if (!buffered_.buffered().empty()) return Input::kRequest;
    // After an empty line the turn goes on: a client that says nothing else must not begin it anew each time.
    if (skipped == 0 && !stream_->readable()) return Input::kNothing;
    const auto filled = buffered_.Fill();
    // An idle client is no slow one.
    if (!filled && filled.error() == Error::kTimedOut) return Input::kEnd;
    if (!filled) return Fail(filled.error());
    if (*filled == 0) return Input::kEnd;
  }
}

Result<bool> HttpSession::Answer() {
  stream_->set_note(stream_->note() + 1);
  if (!is_last() && !wants_log()) {
    const auto known = memory_.Find(AsText(buffered_.buffered()), clock_.Now());
    if (known) return AnswerFromMemory(*known);
  }
  parser_.Reset();
  raw_.clear();
  if (auto read = ReadHeader(); !read)
    return Fail(read.error() == Error::kTimedOut ? GiveUp() : read.error());
  auto response = Respond();
  if (!response) return Fail(response.error());
  const HttpRequest& request = parser_.request();
  const bool keep_alive = request.keep_alive && !response->close && !is_last();
  if (auto written = Write(*response, request, keep_alive); !written) return Fail(written.error());
  if (wants_log()) [[unlikely]] {
    log_.Print(LogLevel::kDebug, "http", "{} {} {} {} {}", stream_->remote().ToText(), request.method,
               request.target, NumberOf(response->status), response->length);
  }
  return keep_alive;
}

Result<bool> HttpSession::AnswerFromMemory(const RememberedAnswer& answer) {
  buffered_.Consume(answer.request.size());
  stream_->AllowFor(options_.write_timeout);
  if (auto written = buffered_.Write(answer.header); !written) return Fail(written.error());
  if (answer.body) {
    if (auto written = buffered_.Write(*answer.body->in_memory()); !written) return Fail(written.error());
  }
  return answer.keep_alive;
}

Result<void> HttpSession::ReadHeader() {
  stream_->AllowFor(options_.header_timeout);
  for (bool in_one_piece = true;; in_one_piece = false) {
    const std::string_view input = AsText(buffered_.buffered());
    const size_t used = parser_.Put(buffered_.buffered());
    if (parser_.state() != HttpRequestParser::State::kHeader) {
      raw_ = in_one_piece ? input.substr(0, used) : std::string_view();
      buffered_.Consume(used);
      return {};
    }
    buffered_.Consume(used);
    const auto filled = buffered_.Fill();
    if (!filled) return Fail(filled.error());
    if (*filled == 0) return {};  // cut off: what is still in state kHeader is answered with 400
  }
}

Result<void> HttpSession::ReadBody() {
  stream_->AllowFor(options_.body_timeout);
  while (parser_.state() == HttpRequestParser::State::kBody) {
    const size_t used = buffered_.buffered().empty() ? 0 : parser_.Put(buffered_.buffered());
    buffered_.Consume(used);
    if (used > 0) continue;
    const auto filled = buffered_.Fill();
    if (!filled) return Fail(filled.error());
    if (*filled == 0) return {};
  }
  return {};
}

Result<HttpResponse> HttpSession::Respond() {
  const auto refuse = [](HttpStatus status) {
    HttpResponse response = ErrorResponse(status);
    response.close = true;
    return response;
  };
  using State = HttpRequestParser::State;
  if (parser_.state() == State::kFailed) return refuse(parser_.fault());
  if (parser_.state() == State::kHeader) return refuse(HttpStatus::kBadRequest);
  const HttpRequest& request = parser_.request();
  if (const auto fault = FaultOf(request)) return refuse(*fault);
  const bool served = request.is_get() || request.is_head();
  if (parser_.state() == State::kBody) {
    raw_.clear();  // it is not all of the request
    if (ExpectsContinue(request) && buffered_.buffered().empty()) {
      // RFC 9110 10.1.1: a final answer instead of 100, and then the body may come or not: the framing is
      // lost.
      if (!served) {
        HttpResponse response = site_.Respond(request);
        response.close = true;
        return response;
      }
      stream_->AllowFor(options_.write_timeout);
      if (auto told = buffered_.Write("HTTP/1.1 100 Continue\r\n\r\n"); !told) return Fail(told.error());
    }
    const auto read = ReadBody();
    if (!read && read.error() == Error::kTimedOut) return refuse(HttpStatus::kRequestTimeout);
    if (!read && read.error() == Error::kMessageTooLong) return refuse(HttpStatus::kBadRequest);
    if (!read) return Fail(read.error());
    if (parser_.state() == State::kFailed) return refuse(parser_.fault());
    if (parser_.state() != State::kComplete) return refuse(HttpStatus::kBadRequest);
  }
  return site_.Respond(request);
}

void HttpSession::MakeHeader(const HttpResponse& response, const HttpRequest& request, bool keep_alive) {
  const auto now =
      std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(clock_.UnixTime(clock_.Now())));
  if (date_.empty() || now != second_) {
    second_ = now;
    date_ = FormatHttpDate(now);
  }
  header_.clear();
  const auto append = [this]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(header_), format, std::forward<Args>(args)...);
  };
  append("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: {}\r\n", NumberOf(response.status), ReasonOf(response.status),
         date_, options_.server);
  for (const HttpField& field : response.fields) append("{}: {}\r\n", field.name, field.value);
  if (response.content) append("Content-Length: {}\r\n", response.length);
  header_ += "X-Content-Type-Options: nosniff\r\n";
  if (!keep_alive) {
    header_ += "Connection: close\r\n";
  } else if (request.minor_version == 0) {
    header_ += "Connection: keep-alive\r\n";
  }
  header_ += "\r\n";
}

Result<void> HttpSession::Write(const HttpResponse& response, const HttpRequest& request, bool keep_alive) {
  stream_->AllowFor(options_.write_timeout);
  MakeHeader(response, request, keep_alive);
  const bool has_body = response.content && !request.is_head();
  if (response.same_until && !raw_.empty() && !is_last()) {
    const bool whole = !has_body || response.length == response.content->size();
    if (whole) Remember(response, has_body, keep_alive);
  }
  if (auto written = buffered_.Write(header_); !written) return written;
  return has_body ? WriteContent(response) : Result<void>();
}

// For as long as the Date field is right, and no longer than the site says.
void HttpSession::Remember(const HttpResponse& response, bool has_body, bool keep_alive) {
  if (has_body && !response.content->in_memory()) return;
  const Instant now = clock_.Now();
  const Duration of_second = clock_.UnixTime(now) - second_.time_since_epoch();
  memory_.Remember({.request = raw_,
                    .header = header_,
                    .body = has_body ? response.content : nullptr,
                    .keep_alive = keep_alive,
                    .until = std::min(*response.same_until, now + (1s - of_second))},
                   now);
}

Result<void> HttpSession::WriteContent(const HttpResponse& response) {
  if (const auto bytes = response.content->in_memory()) {
    return buffered_.Write(bytes->subspan(response.offset, response.length));
  }
  std::vector<uint8_t> chunk(std::min<uint64_t>(options_.file_chunk, response.length));
  for (uint64_t done = 0; done < response.length;) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(chunk.size(), response.length - done));
    const auto count = response.content->Read(response.offset + done, MutableByteView(chunk).first(wanted));
    // The length has been promised: the client must see that the rest is missing.
    if (!count) return Fail(count.error());
    stream_->AllowFor(options_.write_timeout);
    if (auto written = buffered_.Write(ByteView(chunk).first(*count)); !written) return written;
    done += *count;
  }
  return {};
}

Error HttpSession::GiveUp() {
  const auto written = Write(ErrorResponse(HttpStatus::kRequestTimeout), HttpRequest{}, false);
  if (!written) return written.error();
  const auto handed_on = buffered_.WriteOut();
  return handed_on ? Error::kTimedOut : handed_on.error();
}

}  // namespace nut::pro
