#include "stack/pro/http/media_type.h"

#include <array>
#include <utility>

#include "stack/pro/http/http_request.h"

namespace nut::pro {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array kTypes{
    Entry{"html", "text/html; charset=utf-8"},
    Entry{"htm", "text/html; charset=utf-8"},
    Entry{"css", "text/css; charset=utf-8"},
    Entry{"js", "text/javascript; charset=utf-8"},
    Entry{"mjs", "text/javascript; charset=utf-8"},
    Entry{"txt", "text/plain; charset=utf-8"},
    Entry{"log", "text/plain; charset=utf-8"},
    Entry{"md", "text/markdown; charset=utf-8"},
    Entry{"csv", "text/csv; charset=utf-8"},
    Entry{"c", "text/plain; charset=utf-8"},
    Entry{"h", "text/plain; charset=utf-8"},
    Entry{"xml", "application/xml"},
    Entry{"json", "application/json"},
    Entry{"pdf", "application/pdf"},
    Entry{"zip", "application/zip"},
    Entry{"gz", "application/gzip"},
    Entry{"tar", "application/x-tar"},
    Entry{"wasm", "application/wasm"},
    Entry{"pcap", "application/vnd.tcpdump.pcap"},
    Entry{"pcapng", "application/x-pcapng"},
    Entry{"png", "image/png"},
    Entry{"jpg", "image/jpeg"},
    Entry{"jpeg", "image/jpeg"},
    Entry{"gif", "image/gif"},
    Entry{"webp", "image/webp"},
    Entry{"avif", "image/avif"},
    Entry{"svg", "image/svg+xml"},
    Entry{"ico", "image/vnd.microsoft.icon"},
    Entry{"bmp", "image/bmp"},
    Entry{"mp3", "audio/mpeg"},
    Entry{"wav", "audio/wav"},
    Entry{"ogg", "audio/ogg"},
    Entry{"mp4", "video/mp4"},
    Entry{"webm", "video/webm"},
    Entry{"woff", "font/woff"},
    Entry{"woff2", "font/woff2"},
};

}  // namespace

std::string_view MediaTypeOf(std::string_view file_name) {
  const size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [ending, type] : kTypes) {
      if (EqualIgnoringCase(file_name.substr(dot + 1), ending)) return type;
    }
  }
  return "application/octet-stream";
}

}  // namespace nut::pro
