#include "apps/nutnode/config_file.h"

#include <fmt/format.h>

namespace nut::apps {
namespace {

constexpr size_t kLongestLine = 4096;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A '#' within a word is part of it: "pcap = run#7.pcapng".
std::string_view WithoutComment(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) return text.substr(0, i);
  }
  return text;
}

}  // namespace

tl::expected<std::vector<ConfigEntry>, std::string> ReadConfig(std::istream& input) {
  std::vector<ConfigEntry> entries;
  std::string raw;
  for (int line = 1; std::getline(input, raw); ++line) {
    if (raw.size() > kLongestLine || raw.find('\0') != std::string::npos) {
      return tl::unexpected(fmt::format("{}: this is no text file", line));
    }
    const std::string_view text = Trim(WithoutComment(raw));
    if (text.empty()) continue;
    const size_t equals = text.find('=');
    const std::string_view name = Trim(text.substr(0, equals));
    if (name.empty() || name.find_first_of(" \t-") == 0 ||
        name.find_first_of(" \t") != std::string_view::npos) {
      return tl::unexpected(fmt::format("{}: \"{}\" is not of the form: name = value", line, text));
    }
    if (equals == std::string_view::npos) {
      entries.push_back({fmt::format("--{}", name), line});
      continue;
    }
    const std::string_view value = Trim(text.substr(equals + 1));
    if (value.empty()) return tl::unexpected(fmt::format("{}: {} has no value", line, name));
    entries.push_back({fmt::format("--{}={}", name, value), line});
  }
  return entries;
}

}  // namespace nut::apps
