#include "test/netsim/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace nut::netsim {
namespace {

// A column as it stands in the table: a whole number with so many digits behind the point.
struct Column {
  uint64_t Outcome::*value;
  unsigned digits;
};

constexpr Column kColumns[] = {
    {&Outcome::goodput, 0}, {&Outcome::used, 1},     {&Outcome::fairness, 3},
    {&Outcome::resent, 2},  {&Outcome::timeouts, 0}, {&Outcome::queue_delay, 1},
};

std::string Decimal(uint64_t value, unsigned digits) {
  uint64_t unit = 1;
  for (unsigned i = 0; i < digits; ++i) unit *= 10;
  if (digits == 0) return fmt::format("{}", value);
  return fmt::format("{}.{:0{}}", value / unit, value % unit, digits);
}

std::optional<uint64_t> FromDecimal(std::string_view text, unsigned digits) {
  const size_t point = text.find('.');
  std::string plain(text.substr(0, point));
  const std::string_view behind = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (behind.size() != digits) return std::nullopt;
  plain += behind;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    const size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

}  // namespace

std::string_view Outcome::Header() { return "goodput  used  Jain resent  RTOs queue"; }
std::string_view Outcome::Units() { return " kbit/s     %            %          ms"; }

std::string Outcome::Text() const {
  return fmt::format("{:7} {:>5} {:>5} {:>6} {:5} {:>5}", goodput, Decimal(used, 1), Decimal(fairness, 3),
                     Decimal(resent, 2), timeouts, Decimal(queue_delay, 1));
}

std::optional<Outcome> Outcome::FromText(std::string_view text) {
  const std::vector<std::string_view> words = Words(text);
  if (words.size() != std::size(kColumns)) return std::nullopt;
  Outcome outcome;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto value = FromDecimal(words[i], kColumns[i].digits);
    if (!value) return std::nullopt;
    outcome.*kColumns[i].value = *value;
  }
  return outcome;
}

uint64_t JainIndex(std::span<const uint64_t> shares) {
  unsigned __int128 sum = 0;
  unsigned __int128 squares = 0;
  for (const uint64_t share : shares) {
    sum += share;
    squares += static_cast<unsigned __int128>(share) * share;
  }
  if (squares == 0) return 1000;
  return static_cast<uint64_t>(sum * sum * 1000 / (squares * shares.size()));
}

}  // namespace nut::netsim
