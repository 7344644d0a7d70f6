#include "stack/pro/http/http_request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

namespace nut::pro {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

// Beast gives one error for a version that is malformed and for one that is not served. Only the latter is
// 505.
bool AsksForOtherVersion(std::string_view line) {
  line = line.substr(0, line.find("\r\n"));
  constexpr std::string_view kLike = " HTTP/1.1";
  if (line.size() < kLike.size()) return false;
  const std::string_view version = line.substr(line.size() - kLike.size());
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool well_formed =
      version.starts_with(" HTTP/") && digit(version[6]) && version[7] == '.' && digit(version[8]);
  return well_formed && version != " HTTP/1.1" && version != " HTTP/1.0";
}

}  // namespace

class HttpRequestParser::Parser final : public http::basic_parser<true> {
 public:
  // `request` and `spare` may have been used before.
  Parser(const HttpOptions& options, HttpRequest& request, std::vector<HttpField>& spare)
      : maximum_header_(options.maximum_request_header),
        maximum_fields_(options.maximum_fields),
        request_(request),
        spare_(spare) {
    header_limit(static_cast<uint32_t>(options.maximum_request_header));
    body_limit(options.maximum_request_body);
    eager(false);
  }

  size_t Put(ByteView input) {
    if (is_done() || fault_) return 0;
    const bool in_header = !is_header_done();
    error_code error;
    const size_t used = put(boost::asio::const_buffer(input.data(), input.size()), error);
    if (error && error != http::error::need_more) fault_ = FaultFor(error, input);
    if (in_header && !fault_) CheckHeaderSize(used, input);
    return used;
  }

  State state() const {
    if (fault_) return State::kFailed;
    if (is_done()) return State::kComplete;
    return is_header_done() ? State::kBody : State::kHeader;
  }

  HttpStatus fault() const { return fault_.value_or(HttpStatus::kBadRequest); }
  const HttpRequest& request() const { return request_; }

 private:
  // Beast holds its limit against each piece that it is given; the header has it as a whole.
  void CheckHeaderSize(size_t used, ByteView input) {
    header_bytes_ += used;
    const size_t needed = is_header_done() ? header_bytes_ : header_bytes_ + (input.size() - used);
    if (needed > maximum_header_ || (needed == maximum_header_ && !is_header_done())) fault_ = TooLong(input);
  }

  // Beast may hold back a complete request line until the fields are there, too.
  HttpStatus TooLong(ByteView input) const {
    const bool in_line = request_.method.empty() &&
                         AsText(input).substr(0, maximum_header_).find("\r\n") == std::string_view::npos;
    return in_line ? HttpStatus::kUriTooLong : HttpStatus::kHeaderFieldsTooLarge;
  }

  HttpStatus FaultFor(const error_code& error, ByteView input) const {
    if (error == http::error::header_limit) return TooLong(input);
    if (error == http::error::body_limit) return HttpStatus::kContentTooLarge;
    if (error == http::error::bad_version && AsksForOtherVersion(AsText(input))) {
      return HttpStatus::kVersionNotSupported;
    }
    return HttpStatus::kBadRequest;
  }

  void on_request_impl(http::verb verb, string_view method, string_view target, int version,
                       error_code& error) override {
    request_.method.assign(method.data(), method.size());
    request_.method_is_known = verb != http::verb::unknown;
    request_.target.assign(target.data(), target.size());
    request_.minor_version = static_cast<unsigned>(version % 10);
    error = {};
  }

  void on_response_impl(int, string_view, int, error_code& error) override { error = {}; }

  void on_field_impl(http::field, string_view name, string_view value, error_code& error) override {
    error = {};
    if (request_.fields.size() == maximum_fields_) {
      error = http::error::header_limit;
      return;
    }
    if (spare_.empty()) {
      request_.fields.emplace_back();
    } else {
      request_.fields.push_back(std::move(spare_.back()));
      spare_.pop_back();
    }
    request_.fields.back().name.assign(name.data(), name.size());
    request_.fields.back().value.assign(value.data(), value.size());
  }

  void on_header_impl(error_code& error) override {
    request_.keep_alive = keep_alive();
    request_.chunked = chunked();
    request_.content_length = content_length().value_or(0);
    error = {};
  }

  void on_body_init_impl(const boost::optional<uint64_t>&, error_code& error) override { error = {}; }

  size_t on_body_impl(string_view body, error_code& error) override {
    error = {};
    return body.size();
  }

  void on_chunk_header_impl(uint64_t, string_view, error_code& error) override { error = {}; }

  size_t on_chunk_body_impl(uint64_t, string_view body, error_code& error) override {
    error = {};
    return body.size();
  }

  void on_finish_impl(error_code& error) override { error = {}; }

  const size_t maximum_header_;
  const size_t maximum_fields_;
  size_t header_bytes_ = 0;
  HttpRequest& request_;
  std::vector<HttpField>& spare_;
  std::optional<HttpStatus> fault_;
};

// One object in memory for all requests: Beast's parser cannot be used twice, but be made in the same place.
struct HttpRequestParser::Storage {
  explicit Storage(const HttpOptions& o) : options(o) { Reset(); }

  void Reset() {
    parser.reset();
    for (HttpField& field : request.fields) spare.push_back(std::move(field));
    request.fields.clear();
    request.method.clear();
    request.target.clear();
    request.method_is_known = request.keep_alive = request.chunked = false;
    request.content_length = 0;
    request.minor_version = 1;
    parser.emplace(options, request, spare);
  }

  const HttpOptions options;
  HttpRequest request;
  std::vector<HttpField> spare;  // their strings have memory already
  std::optional<Parser> parser;
};

HttpRequestParser::HttpRequestParser(const HttpOptions& options)
    : storage_(std::make_unique<Storage>(options)) {}
HttpRequestParser::~HttpRequestParser() = default;

void HttpRequestParser::Reset() { storage_->Reset(); }
size_t HttpRequestParser::Put(ByteView input) { return storage_->parser->Put(input); }
HttpRequestParser::State HttpRequestParser::state() const { return storage_->parser->state(); }
HttpStatus HttpRequestParser::fault() const { return storage_->parser->fault(); }
const HttpRequest& HttpRequestParser::request() const { return storage_->request; }

}  // namespace nut::pro
