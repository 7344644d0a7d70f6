#include "apps/storm/mix.h"

#include <fmt/format.h>

#include <charconv>

#include "stack/base/invariant.h"
#include "stack/pro/server/nearest_name.h"

namespace nut::storm {
namespace {

template <typename... Args>
tl::unexpected<std::string> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

std::string_view NearestKind(std::string_view name) {
  std::string_view nearest = kKindNames[0];
  for (const std::string_view candidate : kKindNames) {
    if (pro::EditDistance(name, candidate) < pro::EditDistance(name, nearest)) nearest = candidate;
  }
  return nearest;
}

}  // namespace

Mix Mix::Default() {
  Mix mix;
  mix.Set(Kind::kNormal, 56);
  mix.Set(Kind::kRefused, 10);
  mix.Set(Kind::kTimeout, 4);
  mix.Set(Kind::kCloseEarly, 8);
  mix.Set(Kind::kAbort, 8);
  mix.Set(Kind::kHalfClose, 6);
  mix.Set(Kind::kVanish, 2);
  mix.Set(Kind::kReuse, 6);
  return mix;
}

Mix Mix::Only(Kind kind) {
  Mix mix;
  mix.Set(kind, 1);
  return mix;
}

void Mix::Set(Kind kind, uint32_t weight) {
  uint32_t& place = weights_[static_cast<size_t>(kind)];
  total_ += weight - place;
  place = weight;
}

tl::expected<Mix, std::string> Mix::FromText(std::string_view text) {
  Mix mix;
  std::array<bool, kKindCount> named{};
  while (true) {
    const std::string_view part = text.substr(0, text.find(','));
    const std::string_view name = part.substr(0, part.find('='));
    const auto kind = KindFromName(name);
    if (!kind) return Wrong("\"{}\" is no kind of connection; did you mean {}?", name, NearestKind(name));
    if (name.size() == part.size()) return Wrong("\"{}\" has no weight; write {}=10", name, name);
    const std::string_view number = part.substr(name.size() + 1);
    uint32_t weight = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
    if (error != std::errc() || end != number.data() + number.size() || weight > kLargestWeight) {
      return Wrong("\"{}\" is no weight; it is a whole number up to {}", number, kLargestWeight);
    }
    if (std::exchange(named[static_cast<size_t>(*kind)], true)) return Wrong("{} is named twice", name);
    mix.Set(*kind, weight);
    if (part.size() == text.size()) break;
    text.remove_prefix(part.size() + 1);
  }
  if (mix.total_ == 0) return Wrong("every weight is 0");
  return mix;
}

std::string Mix::ToText() const {
  std::string text;
  for (size_t i = 0; i < kKindCount; ++i) {
    if (weights_[i] == 0) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", kKindNames[i], weights_[i]);
  }
  return text;
}

Kind Mix::At(uint32_t place) const {
  NUT_INVARIANT(place < total_, "a place outside of the mix");
  size_t kind = 0;
  while (place >= weights_[kind]) place -= weights_[kind++];
  return static_cast<Kind>(kind);
}

}  // namespace nut::storm
