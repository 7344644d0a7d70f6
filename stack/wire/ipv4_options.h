// The options of an IPv4 header (RFC 791 3.1): a walk that never leaves them. Bytes with a meaning to this
// host are few: source routes are refused and Router Alert is seen; everything else is skipped by its length.
#pragma once

#include <array>

#include "stack/base/bytes.h"
#include "stack/base/drop_reason.h"

namespace nut::wire {

// Router Alert (RFC 2113), whole: what an IGMPv2 message carries (RFC 2236 section 2).
inline constexpr std::array<uint8_t, 4> kIpv4RouterAlert = {148, 4, 0, 0};

// kNone where the options may pass. kIpBadOptions: a length below 2 or past the end. kIpSourceRoute: a loose
// or strict source route, which this host neither follows nor forwards, nor hands to a transport.
DropReason CheckIpv4Options(ByteView options);

// Whether Router Alert is among the options; malformed ones end the search.
bool HasRouterAlert(ByteView options);

}  // namespace nut::wire
