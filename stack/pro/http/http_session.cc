#include "stack/pro/http/http_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "stack/pro/http/error_page.h"
#include "stack/pro/http/http_date.h"

namespace nut::pro {
namespace {

constexpr size_t kWriteBuffer = 16384;  // a header with a small page is one write
// RFC 9112 2.2: at least one empty line before a request should be ignored. Bytes.
constexpr size_t kMostLeadingLineEnds = 8;

}  // namespace

HttpSession::HttpSession(ServerStream& stream, HttpSite& site, const HttpOptions& options, const Clock& clock,
                         Log& log)
    : stream_(stream),
      site_(site),
      options_(options),
      clock_(clock),
      log_(log),
      buffered_(stream, {.read = options.maximum_request_header, .write = kWriteBuffer}) {
  // Every wait here has a deadline of its own.
  stream_.set_idle_timeout(kForever);
}

Result<void> HttpSession::Run() {
  for (size_t number = 1;; ++number) {
    HttpRequestParser parser(options_);
    const auto has_request = ReadHeader(parser);
    if (!has_request && has_request.error() == Error::kTimedOut) return GiveUp();
    if (!has_request) return Fail(has_request.error());
    if (!*has_request) break;
    const auto usable = Serve(parser, number >= options_.maximum_requests);
    if (!usable) return Fail(usable.error());
    if (!*usable) break;
  }
  return Finish();
}

Result<bool> HttpSession::ReadHeader(HttpRequestParser& parser) {
  AllowFor(options_.keep_alive_timeout);
  for (size_t skipped = 0;;) {
    const std::string_view text = AsText(buffered_.buffered());
    const size_t ends =
        std::min({text.find_first_not_of("\r\n"), text.size(), kMostLeadingLineEnds - skipped});
    buffered_.Consume(ends);
    skipped += ends;
    if (!buffered_.buffered().empty()) break;
    const auto filled = buffered_.Fill();
    // An idle client is no slow one.
    if (!filled && filled.error() == Error::kTimedOut) return false;
    if (!filled) return Fail(filled.error());
    if (*filled == 0) {
      input_ended_ = true;
      return false;
    }
  }
  AllowFor(options_.header_timeout);
  while (true) {
    buffered_.Consume(parser.Put(buffered_.buffered()));
    if (parser.state() != HttpRequestParser::State::kHeader) return true;
    const auto filled = buffered_.Fill();
    if (!filled) return Fail(filled.error());
    if (*filled == 0) {
      input_ended_ = true;
      return true;  // cut off: Serve answers what is still in state kHeader with 400
    }
  }
}

Result<void> HttpSession::ReadBody(HttpRequestParser& parser) {
  AllowFor(options_.body_timeout);
  while (parser.state() == HttpRequestParser::State::kBody) {
    const size_t used = buffered_.buffered().empty() ? 0 : parser.Put(buffered_.buffered());
    buffered_.Consume(used);
    if (used > 0) continue;
    const auto filled = buffered_.Fill();
    if (!filled) return Fail(filled.error());
    if (*filled == 0) {
      input_ended_ = true;
      return {};
    }
  }
  return {};
}

Result<bool> HttpSession::Serve(HttpRequestParser& parser, bool is_last) {
  auto response = ResponseTo(parser);
  if (!response) return Fail(response.error());
  const HttpRequest& request = parser.request();
  const bool keep_alive = request.keep_alive && !response->close && !is_last;
  if (auto written = Write(*response, request, keep_alive); !written) return Fail(written.error());
  log_.Print(LogLevel::kDebug, "http", "{} {} {} {} {}", stream_.remote().ToText(), request.method,
             request.target, NumberOf(response->status), response->length);
  return keep_alive;
}

Result<HttpResponse> HttpSession::ResponseTo(HttpRequestParser& parser) {
  const auto refuse = [](HttpStatus status) {
    HttpResponse response = ErrorResponse(status);
    response.close = true;
    return response;
  };
  using State = HttpRequestParser::State;
  if (parser.state() == State::kFailed) return refuse(parser.fault());
  if (parser.state() == State::kHeader) return refuse(HttpStatus::kBadRequest);
  const HttpRequest& request = parser.request();
  if (const auto fault = FaultOf(request)) return refuse(*fault);
  const bool served = request.is_get() || request.is_head();
  if (parser.state() == State::kBody) {
    if (ExpectsContinue(request) && buffered_.buffered().empty()) {
      // RFC 9110 10.1.1: a final answer instead of 100, and then the body may come or not: the framing is
      // lost.
      if (!served) {
        HttpResponse response = site_.Respond(request);
        response.close = true;
        return response;
      }
      AllowFor(options_.write_timeout);
      if (auto told = buffered_.Write("HTTP/1.1 100 Continue\r\n\r\n"); !told) return Fail(told.error());
    }
    const auto read = ReadBody(parser);
    if (!read && read.error() == Error::kTimedOut) return refuse(HttpStatus::kRequestTimeout);
    if (!read && read.error() == Error::kMessageTooLong) return refuse(HttpStatus::kBadRequest);
    if (!read) return Fail(read.error());
    if (parser.state() == State::kFailed) return refuse(parser.fault());
    if (parser.state() != State::kComplete) return refuse(HttpStatus::kBadRequest);
  }
  return site_.Respond(request);
}

std::string HttpSession::HeaderOf(const HttpResponse& response, const HttpRequest& request,
                                  bool keep_alive) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.UnixTime(clock_.Now()));
  std::string header =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: {}\r\n", NumberOf(response.status),
                  ReasonOf(response.status), FormatHttpDate(std::chrono::sys_seconds(now)), options_.server);
  for (const HttpField& field : response.fields) header += fmt::format("{}: {}\r\n", field.name, field.value);
  if (response.content) header += fmt::format("Content-Length: {}\r\n", response.length);
  header += "X-Content-Type-Options: nosniff\r\n";
  if (!keep_alive) {
    header += "Connection: close\r\n";
  } else if (request.minor_version == 0) {
    header += "Connection: keep-alive\r\n";
  }
  header += "\r\n";
  return header;
}

Result<void> HttpSession::Write(const HttpResponse& response, const HttpRequest& request, bool keep_alive) {
  AllowFor(options_.write_timeout);
  if (auto written = buffered_.Write(HeaderOf(response, request, keep_alive)); !written) return written;
  if (!response.content || request.is_head()) return {};
  return WriteContent(response);
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
    AllowFor(options_.write_timeout);
    if (auto written = buffered_.Write(ByteView(chunk).first(*count)); !written) return written;
    done += *count;
  }
  return {};
}

Result<void> HttpSession::GiveUp() {
  if (auto written = Write(ErrorResponse(HttpStatus::kRequestTimeout), HttpRequest{}, false); !written)
    return written;
  if (auto finished = Finish(); !finished) return finished;
  return Fail(Error::kTimedOut);
}

Result<void> HttpSession::Finish() {
  AllowFor(options_.write_timeout);
  if (auto finished = buffered_.FinishWriting(); !finished) return finished;
  // RFC 9112 9.6: closing while the client still sends would reset the connection, and take the answer with
  // it.
  AllowFor(options_.linger_timeout);
  std::vector<uint8_t> scrap(4096);
  for (size_t read = 0; !input_ended_ && read < options_.linger_bytes;) {
    const auto count = stream_.Read(scrap);
    if (!count || *count == 0) break;
    read += *count;
  }
  return {};
}

}  // namespace nut::pro
