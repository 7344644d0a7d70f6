#include "stack/pro/http/error_page.h"

#include <fmt/format.h>

#include "stack/pro/http/html.h"

namespace nut::pro {
namespace {

std::string_view Explanation(HttpStatus status) {
  switch (status) {
    case HttpStatus::kBadRequest:
      return "The request is not one that HTTP allows, or its path is not acceptable.";
    case HttpStatus::kForbidden:
      return "What this address names may not be read.";
    case HttpStatus::kNotFound:
      return "There is nothing at this address.";
    case HttpStatus::kMethodNotAllowed:
      return "This server answers GET and HEAD only.";
    case HttpStatus::kRequestTimeout:
      return "The request took too long to arrive.";
    case HttpStatus::kPreconditionFailed:
      return "The page has changed, or is not the one that was expected.";
    case HttpStatus::kContentTooLarge:
      return "The request carries more than this server takes.";
    case HttpStatus::kUriTooLong:
      return "The address is longer than this server reads.";
    case HttpStatus::kRangeNotSatisfiable:
      return "The file has no such part.";
    case HttpStatus::kExpectationFailed:
      return "The request expects what this server does not do.";
    case HttpStatus::kHeaderFieldsTooLarge:
      return "The request's header is longer than this server reads.";
    case HttpStatus::kNotImplemented:
      return "This server does not know the method or the coding of the request.";
    case HttpStatus::kServiceUnavailable:
      return "The server has too much to do. Try again in a moment.";
    case HttpStatus::kVersionNotSupported:
      return "This server speaks HTTP/1.1.";
    default:
      return "The server could not do what it was asked.";
  }
}

}  // namespace

HttpResponse ErrorResponse(HttpStatus status) {
  const std::string title = fmt::format("{} {}", NumberOf(status), ReasonOf(status));
  return TextResponse(status, "text/html; charset=utf-8",
                      HtmlPage(title, fmt::format("<p>{}</p>", EscapeHtml(Explanation(status)))));
}

HttpResponse RedirectResponse(std::string location) {
  const std::string link = EscapeHtml(location);
  HttpResponse response = TextResponse(
      HttpStatus::kMovedPermanently, "text/html; charset=utf-8",
      HtmlPage("301 Moved Permanently", fmt::format("<p>This is at <a href=\"{0}\">{0}</a>.</p>", link)));
  response.fields.push_back({"Location", std::move(location)});
  return response;
}

}  // namespace nut::pro
