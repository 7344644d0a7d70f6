// The words of a call, one after the other.
#include <fmt/format.h>

#include <charconv>

#include "apps/nutnode/units.h"
#include "tools/packets/application.h"

namespace nut::packets {

bool Arguments::Take(std::string_view word) {
  if (empty() || event_.words[at_] != word) return false;
  ++at_;
  return true;
}

std::string Arguments::Word(std::string_view what) {
  if (empty()) Fail(fmt::format("here {} is missing", what));
  return event_.words[at_++];
}

uint32_t Arguments::Number(std::string_view what, uint32_t most) {
  const std::string word = Word(what);
  const auto number = apps::ParseInteger(word, 0, most);
  if (!number) Fail(number.error());
  return static_cast<uint32_t>(*number);
}

Duration Arguments::Time(std::string_view what) {
  const std::string word = Word(what);
  double seconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (error == std::errc() && end == word.data() + word.size()) {
    return std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6 + 0.5));
  }
  const auto length = apps::ParseDuration(word);
  if (!length) Fail(length.error());
  return *length;
}

wire::Ipv4Address Arguments::Address(std::string_view what) {
  const auto address = wire::Ipv4Address::FromText(Word(what));
  if (!address) Fail(fmt::format("{} is no address", event_.words[at_ - 1]));
  return *address;
}

bool Arguments::Switch() {
  const auto parsed = apps::ParseSwitch(Word("on or off"));
  if (!parsed) Fail(parsed.error());
  return *parsed;
}

Bytes Arguments::Text(uint32_t first) {
  const std::string word = Word("a text or a number of octets");
  if (word.starts_with('"')) return Bytes(word.begin() + 1, word.end());
  const auto number = apps::ParseInteger(word, 0, 16 << 20);
  if (!number) Fail(number.error());
  Bytes bytes(*number);
  for (size_t at = 0; at < bytes.size(); ++at) bytes[at] = PatternAt(first + static_cast<uint32_t>(at));
  return bytes;
}

void Arguments::End() const {
  if (!empty()) Fail(fmt::format("\"{}\" is too much", event_.words[at_]));
}

void Arguments::Fail(const std::string& message) const {
  throw ScriptError(event_.place, fmt::format("{}\n  {}", message, event_.text));
}

}  // namespace nut::packets
