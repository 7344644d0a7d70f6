#include "tools/tracecheck/link_header.h"

namespace nut::tracecheck {
namespace {

constexpr uint16_t kIpv4Type = 0x0800;
constexpr uint16_t kIpv6Type = 0x86dd;
constexpr uint16_t kVlanType = 0x8100;
constexpr uint16_t kServiceVlanType = 0x88a8;

uint16_t TypeAt(const Record& record, size_t place) {
  if (place + 2 > record.bytes.size()) return 0;
  return static_cast<uint16_t>(record.bytes[place] << 8 | record.bytes[place + 1]);
}

std::optional<LinkHeader> ByType(uint16_t type, size_t size) {
  if (type == kIpv4Type) return LinkHeader{size, 4};
  if (type == kIpv6Type) return LinkHeader{size, 6};
  return std::nullopt;
}

}  // namespace

std::optional<LinkHeader> LinkHeader::Of(const Record& record) {
  switch (record.link) {
    case LinkType::kEthernet: {
      size_t place = 12;
      while (TypeAt(record, place) == kVlanType || TypeAt(record, place) == kServiceVlanType) place += 4;
      return ByType(TypeAt(record, place), place + 2);
    }
    case LinkType::kLinuxCooked: return ByType(TypeAt(record, 14), 16);
    case LinkType::kLinuxCooked2: return ByType(TypeAt(record, 0), 20);
    case LinkType::kNull:
    case LinkType::kRaw:
    case LinkType::kIpv4:
    case LinkType::kIpv6: {
      const size_t size = record.link == LinkType::kNull ? 4 : 0;
      if (record.bytes.size() <= size) return std::nullopt;
      const int version = record.bytes[size] >> 4;
      if (version != 4 && version != 6) return std::nullopt;
      return LinkHeader{size, version};
    }
  }
  return std::nullopt;
}

}  // namespace nut::tracecheck
