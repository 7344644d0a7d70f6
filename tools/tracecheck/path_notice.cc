#include "tools/tracecheck/path_notice.h"

#include <tins/icmp.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>

#include "tools/tracecheck/link_header.h"

namespace nut::tracecheck {
namespace {

constexpr uint8_t kFragmentationNeeded = 4;
constexpr uint8_t kTcp = 6;

uint16_t Get16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]); }

}  // namespace

std::optional<PathNotice> PathNotice::Of(const Record& record) {
  const auto link = LinkHeader::Of(record);
  if (!link || link->version != 4 || record.bytes.size() <= link->size) return std::nullopt;
  try {
    const Tins::IP ip(record.bytes.data() + link->size,
                      static_cast<uint32_t>(record.bytes.size() - link->size));
    const auto* const icmp = ip.find_pdu<Tins::ICMP>();
    const auto* const raw = ip.find_pdu<Tins::RawPDU>();
    if (icmp == nullptr || raw == nullptr || icmp->type() != Tins::ICMP::DEST_UNREACHABLE ||
        icmp->code() != kFragmentationNeeded) {
      return std::nullopt;
    }
    const auto& quoted = raw->payload();
    if (quoted.size() < 20 || quoted[9] != kTcp) return std::nullopt;
    const size_t header = size_t{quoted[0] & 0xfu} * 4;
    if (quoted.size() < header + 4) return std::nullopt;
    const uint8_t* const ports = quoted.data() + header;
    return PathNotice{{Address::FromIpv4(quoted.data() + 12), Get16(ports)},
                      {Address::FromIpv4(quoted.data() + 16), Get16(ports + 2)}};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace nut::tracecheck
