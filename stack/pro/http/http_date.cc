#include "stack/pro/http/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nut::pro {
namespace {

using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes a date apart from left to right; after the first thing that is not as expected, everything fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void Literal(std::string_view expected) {
    good_ = good_ && rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
  }

  // Exactly `digits` digits; leading blanks count as zeroes where `padded`.
  int Number(size_t digits, bool padded = false) {
    good_ = good_ && rest_.size() >= digits;
    int value = 0;
    bool seen = false;
    for (size_t i = 0; good_ && i < digits; ++i) {
      const char c = rest_[i];
      if (padded && !seen && c == ' ' && i + 1 < digits) continue;
      good_ = c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
      seen = true;
    }
    if (good_) rest_.remove_prefix(digits);
    return good_ ? value : 0;
  }

  template <size_t kCount>
  unsigned OneOf(const std::array<std::string_view, kCount>& names) {
    for (unsigned i = 0; good_ && i < kCount; ++i) {
      if (!rest_.starts_with(names[i])) continue;
      rest_.remove_prefix(names[i].size());
      return i;
    }
    good_ = false;
    return 0;
  }

  bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Fields {
  int year = 0, day = 0, hour = 0, minute = 0, second = 0;
  unsigned month = 0;  // 0: January
};

void ScanTime(Scanner& scanner, Fields& fields) {
  fields.hour = scanner.Number(2);
  scanner.Literal(":");
  fields.minute = scanner.Number(2);
  scanner.Literal(":");
  fields.second = scanner.Number(2);
}

std::optional<Fields> ScanImfFixdate(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  scanner.OneOf(kDays);
  scanner.Literal(", ");
  fields.day = scanner.Number(2);
  scanner.Literal(" ");
  fields.month = scanner.OneOf(kMonths);
  scanner.Literal(" ");
  fields.year = scanner.Number(4);
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" GMT");
  return scanner.done() ? std::optional(fields) : std::nullopt;
}

// The year still has two digits then.
std::optional<Fields> ScanRfc850(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  scanner.OneOf(kLongDays);
  scanner.Literal(", ");
  fields.day = scanner.Number(2);
  scanner.Literal("-");
  fields.month = scanner.OneOf(kMonths);
  scanner.Literal("-");
  fields.year = scanner.Number(2);
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" GMT");
  return scanner.done() ? std::optional(fields) : std::nullopt;
}

std::optional<Fields> ScanAsctime(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  scanner.OneOf(kDays);
  scanner.Literal(" ");
  fields.month = scanner.OneOf(kMonths);
  scanner.Literal(" ");
  fields.day = scanner.Number(2, true);
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" ");
  fields.year = scanner.Number(4);
  return scanner.done() ? std::optional(fields) : std::nullopt;
}

std::optional<sys_seconds> ToTime(const Fields& fields) {
  const std::chrono::year_month_day date(std::chrono::year(fields.year), std::chrono::month(fields.month + 1),
                                         std::chrono::day(static_cast<unsigned>(fields.day)));
  // A leap second (60) is allowed by the grammar; here it is the second before.
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(fields.hour) + std::chrono::minutes(fields.minute) +
         std::chrono::seconds(std::min(fields.second, 59));
}

int YearOf(sys_seconds time) {
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
}

}  // namespace

std::string FormatHttpDate(sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<sys_seconds> ParseHttpDate(std::string_view text, sys_seconds now) {
  if (const auto fields = ScanImfFixdate(text)) return ToTime(*fields);
  if (const auto fields = ScanAsctime(text)) return ToTime(*fields);
  auto fields = ScanRfc850(text);
  if (!fields) return std::nullopt;
  const int this_year = YearOf(now);
  fields->year += this_year - this_year % 100;
  if (fields->year > this_year + 50) fields->year -= 100;
  return ToTime(*fields);
}

}  // namespace nut::pro
