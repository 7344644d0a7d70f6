#include <sstream>

#include "apps/nutnode/config_file.h"
#include "apps/nutnode/log_levels.h"
#include "apps/nutnode/units.h"
#include "stack/base/invariant.h"
#include "stack/net/filter_rule.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace {

using namespace nut;

// What is read as an address is written as an address that is read as the same.
template <typename Address>
void CheckAddress(std::string_view text) {
  const auto address = Address::FromText(text);
  NUT_INVARIANT(!address || Address::FromText(address->ToText()) == address, "an address does not round-trip");
}

// A rule that is read says the same when it is written; and what is wrong with another one is said with its place.
void CheckRule(std::string_view text) {
  const auto rule = net::FilterRule::FromText(text);
  if (!rule) return NUT_INVARIANT(rule.error().starts_with("at ") && rule.error().size() < 200, "a fault without a place");
  const auto again = net::FilterRule::FromText(rule->ToText());
  NUT_INVARIANT(again && *again == *rule, "a rule does not round-trip");
}

void CheckUnits(std::string_view text) {
  constexpr Duration kYear = std::chrono::hours(365 * 24);
  const auto length = apps::ParseDuration(text);
  NUT_INVARIANT(!length || (*length >= Duration::zero() && *length <= kYear), "a length of time beyond its limits");
  const auto probability = apps::ParseProbability(text);
  NUT_INVARIANT(!probability || (*probability >= 0 && *probability <= 1), "a probability that is none");
  const auto bytes = apps::ParseBytes(text);
  NUT_INVARIANT(!bytes || *bytes <= uint64_t{1} << 40, "more bytes than allowed");
  const auto rate = apps::ParseBitRate(text);
  NUT_INVARIANT(!rate || *rate <= 1'000'000'000'000, "a rate beyond its limit");
  const auto integer = apps::ParseInteger(text, 5, 500);
  NUT_INVARIANT(!integer || (*integer >= 5 && *integer <= 500), "a number beyond its limits");
  const auto delay = apps::ParseDelay(text);
  NUT_INVARIANT(!delay || (delay->middle >= Duration::zero() && delay->jitter >= Duration::zero()), "a delay into the past");
  const auto pair = apps::ParseProbabilityPair(text);
  NUT_INVARIANT(!pair || (pair->first >= 0 && pair->first <= 1 && pair->second >= 0 && pair->second <= 1),
                "a pair of probabilities that are none");
}

void CheckConfig(std::string_view text) {
  std::istringstream file{std::string(text)};
  const auto entries = apps::ReadConfig(file);
  if (!entries) return NUT_INVARIANT(!entries.error().empty(), "a mistake that nobody can find");
  int line = 0;
  for (const apps::ConfigEntry& entry : *entries) {
    NUT_INVARIANT(entry.argument.starts_with("--") && entry.argument.size() > 2, "an entry that is no option");
    NUT_INVARIANT(entry.line > line, "entries out of order");
    line = entry.line;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = AsText({data, size});
  CheckConfig(text);
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    CheckUnits(line);
    CheckRule(line);
    CheckAddress<wire::Ipv4Address>(line);
    CheckAddress<wire::Ipv4Prefix>(line);
    CheckAddress<wire::MacAddress>(line);
    static_cast<void>(apps::ParseSwitch(line));
    static_cast<void>(apps::ParseLogLevels(line));
    start = end + 1;
  }
  return 0;
}
