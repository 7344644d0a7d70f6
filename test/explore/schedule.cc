#include "test/explore/schedule.h"

#include <algorithm>
#include <charconv>

namespace nut::explore {
namespace {

// Takes a number off the front of `text`. False: there is none, or one too large.
bool TakeNumber(std::string_view& text, uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// "17:1". Null if that is what it is, else what is wrong.
const char* ParseDeviation(std::string_view text, Deviation& result) {
  if (!TakeNumber(text, result.step)) return "does not begin with the number of a decision";
  if (!text.starts_with(':')) return "has no ':' between decision and choice";
  text.remove_prefix(1);
  if (!TakeNumber(text, result.choice)) return "does not end with the number of a choice";
  if (!text.empty()) return "has something after the number of the choice";
  if (result.choice == 0) return "is choice 0, which is no deviation";
  return nullptr;
}

}  // namespace

std::string Schedule::ToText() const {
  std::string text;
  for (const Deviation& deviation : deviations) {
    if (!text.empty()) text += ' ';
    text += std::to_string(deviation.step) + ':' + std::to_string(deviation.choice);
  }
  return text;
}

Result<Schedule> Schedule::Parse(std::string_view text, std::string* why) {
  Schedule schedule;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return schedule;
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    Deviation next;
    const char* wrong = ParseDeviation(word, next);
    if (wrong == nullptr && !schedule.deviations.empty() && schedule.deviations.back().step >= next.step)
      wrong = "does not come after the one before it";
    if (wrong != nullptr) {
      if (why != nullptr) *why = "'" + std::string(word) + "' " + wrong + " (expected: \"17:1 20:2\")";
      return Fail(Error::kInvalidArgument);
    }
    schedule.deviations.push_back(next);
  }
}

}  // namespace nut::explore
