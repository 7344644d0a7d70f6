#include "stack/wire/ipv4_options.h"

namespace nut::wire {
namespace {

constexpr uint8_t kEndOfList = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kLooseSourceRoute = 131;
constexpr uint8_t kStrictSourceRoute = 137;
constexpr uint8_t kRouterAlertType = kIpv4RouterAlert[0];

// Calls `visit(option)` for each option with a length, until it gives something other than kNone. Each turn
// takes at least one byte off, so the walk ends.
template <typename Visitor>
DropReason Walk(ByteView rest, Visitor visit) {
  while (!rest.empty() && rest[0] != kEndOfList) {
    if (rest[0] == kNoOperation) {
      rest = rest.subspan(1);
      continue;
    }
    // RFC 1122 3.2.1.8: whatever an option says, nothing is read past the end of the options.
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return DropReason::kIpBadOptions;
    if (const DropReason reason = visit(rest.first(rest[1])); reason != DropReason::kNone) return reason;
    rest = rest.subspan(rest[1]);
  }
  return DropReason::kNone;
}

}  // namespace

DropReason CheckIpv4Options(ByteView options) {
  return Walk(options, [](ByteView option) {
    const bool source_route = option[0] == kLooseSourceRoute || option[0] == kStrictSourceRoute;
    return source_route ? DropReason::kIpSourceRoute : DropReason::kNone;
  });
}

bool HasRouterAlert(ByteView options) {
  bool found = false;
  Walk(options, [&found](ByteView option) {
    found |= option[0] == kRouterAlertType && option.size() == kIpv4RouterAlert.size();
    return DropReason::kNone;
  });
  return found;
}

}  // namespace nut::wire
