#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "stack/wire/endpoint.h"
#include "stack/wire/mac_address.h"

namespace nut::wire {
namespace {

// Decimal, no sign, no leading zero (which some readers take for octal), at most `limit`.
std::optional<unsigned> ParseDecimal(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > limit) return std::nullopt;
  return value;
}

}  // namespace

MacAddress MacAddress::Load(const uint8_t* bytes) {
  MacAddress address;
  std::memcpy(address.octets_.data(), bytes, kSize);
  return address;
}

void MacAddress::Store(uint8_t* bytes) const { std::memcpy(bytes, octets_.data(), kSize); }

std::optional<MacAddress> MacAddress::FromText(std::string_view text) {
  if (text.size() != 3 * kSize - 1) return std::nullopt;
  MacAddress address;
  for (size_t i = 0; i < kSize; ++i) {
    const char* start = text.data() + 3 * i;
    if (i > 0 && start[-1] != ':') return std::nullopt;
    const auto [end, error] = std::from_chars(start, start + 2, address.octets_[i], 16);
    if (error != std::errc() || end != start + 2) return std::nullopt;
  }
  return address;
}

std::string MacAddress::ToText() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", octets_[0], octets_[1], octets_[2],
                     octets_[3], octets_[4], octets_[5]);
}

std::optional<Ipv4Address> Ipv4Address::FromText(std::string_view text) {
  uint32_t number = 0;
  for (int part = 0; part < 4; ++part) {
    const size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto octet = ParseDecimal(text.substr(0, dot), 255);
    if (!octet) return std::nullopt;
    number = number << 8 | *octet;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return Ipv4Address(number);
}

std::string Ipv4Address::ToText() const {
  return fmt::format("{}.{}.{}.{}", number_ >> 24, number_ >> 16 & 255, number_ >> 8 & 255, number_ & 255);
}

std::optional<Ipv4Prefix> Ipv4Prefix::FromText(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = Ipv4Address::FromText(text.substr(0, slash));
  const auto length = ParseDecimal(text.substr(slash + 1), 32);
  if (!address || !length) return std::nullopt;
  return Ipv4Prefix(*address, *length);
}

std::string Ipv4Prefix::ToText() const { return fmt::format("{}/{}", address_.ToText(), length_); }

std::optional<IpAddress> IpAddress::FromText(std::string_view text) {
  if (const auto v4 = Ipv4Address::FromText(text)) return IpAddress(*v4);
  return std::nullopt;
}

std::string IpAddress::ToText() const { return is_ipv4() ? v4().ToText() : "*"; }

std::string Endpoint::ToText() const { return fmt::format("{}:{}", address.ToText(), port.number()); }

}  // namespace nut::wire
