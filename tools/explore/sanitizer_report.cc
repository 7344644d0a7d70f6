#include "tools/explore/sanitizer_report.h"

#include <fmt/format.h>

#include <charconv>
#include <regex>

namespace nut::explorer {
namespace {

// Up to the matching bracket, from the one that `text` begins with.
size_t Bracketed(std::string_view text, char open, char close) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return i + 1;
  }
  return text.size();
}

// "int nut::tcp::Table<int>::Free(Connection&) const" to "tcp::Table::Free"; lambdas keep their place.
std::string Simplified(std::string_view name) {
  std::string simple;
  while (!name.empty()) {
    if (name.starts_with("{lambda(")) {
      simple += "a lambda";
      name.remove_prefix(Bracketed(name, '{', '}'));
    } else if (name.starts_with("(anonymous namespace)::")) {
      name.remove_prefix(23);
    } else if (name.starts_with("operator")) {
      const size_t end = name.find('(', name.starts_with("operator()") ? 10 : 0);
      simple += name.substr(0, end);
      name.remove_prefix(std::min(end, name.size()));
    } else if (name.front() == '<') {
      name.remove_prefix(Bracketed(name, '<', '>'));
    } else if (name.front() == '(') {
      name.remove_prefix(Bracketed(name, '(', ')'));
    } else if (name.front() == ' ') {
      // What precedes was a return type; what follows a parameter list is "const" and the like.
      if (name == " const" || name.starts_with(" const::") || name.starts_with(" [")) {
        name.remove_prefix(name.starts_with(" const") ? 6 : name.size());
      } else {
        simple.clear();
        name.remove_prefix(1);
      }
    } else {
      simple += name.front();
      name.remove_prefix(1);
    }
  }
  return simple.starts_with("nut::") ? simple.substr(5) : simple;
}

// Where the path of a file of ours begins in the path that the compiler noted; npos: not ours.
size_t OwnPath(std::string_view path) {
  for (const std::string_view top : {"stack/", "test/", "tools/", "apps/"}) {
    if (path.starts_with(top)) return 0;
    const size_t found = path.find(fmt::format("/{}", top));
    if (found != std::string_view::npos) return found + 1;
  }
  return std::string_view::npos;
}

// "    #1 0x55cd in nut::tcp::Touch(int) /w/stack/tcp/t.cc:6:3"
std::optional<Place> ParseFrame(const std::string& line) {
  static const std::regex kFrame(R"(^\s+#\d+ 0x[0-9a-f]+ in (.*) (\S+?):(\d+)(:\d+)?$)");
  std::smatch match;
  if (!std::regex_match(line, match, kFrame)) return std::nullopt;
  const std::string file = match[2];
  const size_t own = OwnPath(file);
  if (own == std::string::npos || file.starts_with("/usr/")) return std::nullopt;
  Place place{.function = Simplified(match[1].str()), .file = file.substr(own)};
  const std::string number = match[3];
  std::from_chars(number.data(), number.data() + number.size(), place.line);
  return place;
}

}  // namespace

std::optional<SanitizerReport> ParseSanitizerReport(std::string_view text) {
  static const std::regex kHead(R"(^==\d+==ERROR: AddressSanitizer: (\S+)(?:.*\bpc (0x[0-9a-f]+))?.*)");
  static const std::regex kAccess(R"(^(READ|WRITE) of size (\d+) at .*)");
  std::optional<SanitizerReport> report;
  std::vector<Place>* places = nullptr;
  while (!text.empty()) {
    const std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::smatch match;
    if (!report) {
      if (!std::regex_match(line, match, kHead)) continue;
      report.emplace().kind = match[1];
      report->pc = match[2];
      places = &report->used;
    } else if (report->access.empty() && std::regex_match(line, match, kAccess)) {
      report->access = fmt::format("{} of {} byte{}", match[1] == "READ" ? "read" : "write", match[2].str(),
                                   match[2] == "1" ? "" : "s");
    } else if (line.starts_with("freed by")) {
      places = &report->freed;
    } else if (line.starts_with("previously allocated by") || line.starts_with("allocated by")) {
      places = &report->allocated;
    } else if (line.starts_with("SUMMARY:")) {
      break;
    } else if (auto place = ParseFrame(line)) {
      if (places->empty() || places->back().function != place->function) places->push_back(*std::move(place));
    }
  }
  return report;
}

std::string Describe(const std::vector<Place>& places, size_t most) {
  std::string text;
  for (size_t i = 0; i < std::min(most, places.size()); ++i) {
    const Place& place = places[i];
    if (i == 0) {
      text = fmt::format("{} ({}:{})", place.function, place.file, place.line);
    } else {
      text += fmt::format("{}{}", i == 1 ? ", called by " : ", by ", place.function);
    }
  }
  return text;
}

}  // namespace nut::explorer
