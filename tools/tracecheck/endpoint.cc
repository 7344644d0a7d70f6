#include "tools/tracecheck/endpoint.h"

#include <fmt/format.h>
#include <tins/ip_address.h>
#include <tins/ipv6_address.h>

#include <algorithm>

namespace nut::tracecheck {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

Address Address::FromIpv4(const uint8_t* four) {
  Address address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::copy(four, four + 4, address.bytes.begin() + kMappedPrefix.size());
  return address;
}

std::optional<Address> Address::Parse(std::string_view text) {
  try {
    if (text.find(':') == std::string_view::npos) {
      const uint32_t value = Tins::IPv4Address(std::string(text));  // in network byte order
      return FromIpv4(reinterpret_cast<const uint8_t*>(&value));
    }
    const Tins::IPv6Address parsed{std::string(text)};
    Address address;
    std::copy(parsed.begin(), parsed.end(), address.bytes.begin());
    return address;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool Address::is_ipv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

bool Address::is_multicast_or_broadcast() const {
  if (!is_ipv4()) return bytes[0] == 0xff;
  return bytes[12] >= 224;  // 224/4 multicast; 240/4 reserved, with the limited broadcast
}

std::string Address::ToText() const {
  if (is_ipv4()) return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  return Tins::IPv6Address(bytes.data()).to_string();
}

std::string Endpoint::ToText() const {
  return address.is_ipv4() ? fmt::format("{}:{}", address.ToText(), port)
                           : fmt::format("[{}]:{}", address.ToText(), port);
}

}  // namespace nut::tracecheck
