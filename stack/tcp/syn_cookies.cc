#include "stack/tcp/syn_cookies.h"

#include <algorithm>
#include <array>

#include "stack/tcp/pair_hash.h"

namespace nut::tcp {
namespace {

// What an offer is rounded down to: the smallest that we send at all, the default, and what comes of links of
// 1280, 1460 (tunnels), 1480 (PPPoE) and 1500 octets, and of jumbo frames.
constexpr std::array<uint16_t, 8> kMss = {48, 256, 536, 1220, 1400, 1440, 1460, 8960};
constexpr uint32_t kMssMask = kMss.size() - 1;

// The low bits of a stamp: the window scale, or kNoScale; SACK-permitted.
constexpr uint32_t kNoScale = 15;
constexpr uint32_t kScaleMask = 15;
constexpr uint32_t kSackBit = 16;
constexpr uint32_t kStampMask = 31;

uint32_t MssIndex(const wire::TcpOptions& options) {
  const uint16_t mss = std::max(options.mss.value_or(kMss[2]), kMss[0]);  // MUST-15
  return static_cast<uint32_t>(std::upper_bound(kMss.begin(), kMss.end(), mss) - kMss.begin()) - 1;
}

uint64_t SlotOf(Instant now) { return static_cast<uint64_t>(now.time_since_epoch() / SynCookies::kSlot); }

}  // namespace

wire::TcpOptions SynCookies::Kept(const wire::TcpOptions& offered) {
  wire::TcpOptions kept;
  kept.mss = kMss[MssIndex(offered)];
  if (!offered.timestamps) return kept;
  kept.timestamps = offered.timestamps;
  kept.window_scale = offered.window_scale;
  kept.sack_permitted = offered.sack_permitted;
  return kept;
}

uint32_t SynCookies::Stamp(uint32_t value, const wire::TcpOptions& kept) {
  const uint32_t bits = kept.window_scale.value_or(kNoScale) | (kept.sack_permitted ? kSackBit : 0);
  const uint32_t stamp = (value & ~kStampMask) | bits;
  return bits > (value & kStampMask) ? stamp - (kStampMask + 1) : stamp;
}

uint32_t SynCookies::Hash(const wire::EndpointPair& ends, wire::SequenceNumber peer_iss, uint32_t mss_index,
                          std::optional<uint32_t> stamp, uint64_t slot) const {
  // The pair's own hash stands for the pair: 64 bits of the same keyed function.
  const uint64_t pair = HashPair(hash_, ends);
  const std::array<uint32_t, 7> words = {
      static_cast<uint32_t>(pair >> 32),    static_cast<uint32_t>(pair), static_cast<uint32_t>(slot >> 32),
      static_cast<uint32_t>(slot),          peer_iss.number(),           stamp.value_or(0),
      mss_index | (stamp ? kMssMask + 1 : 0)};
  std::array<uint8_t, 4 * words.size()> message;
  for (size_t i = 0; i < words.size(); ++i) StoreBe32(message.data() + 4 * i, words[i]);
  return static_cast<uint32_t>(hash_(message));
}

wire::SequenceNumber SynCookies::Make(const wire::EndpointPair& ends, wire::SequenceNumber peer_iss,
                                      const wire::TcpOptions& kept, std::optional<uint32_t> stamp,
                                      Instant now) const {
  const uint32_t index = MssIndex(kept);
  return wire::SequenceNumber((Hash(ends, peer_iss, index, stamp, SlotOf(now)) & ~kMssMask) | index);
}

std::optional<wire::TcpOptions> SynCookies::Read(const wire::EndpointPair& ends,
                                                 wire::SequenceNumber peer_iss, wire::SequenceNumber cookie,
                                                 std::optional<uint32_t> stamp, Instant now) const {
  const uint32_t index = cookie.number() & kMssMask;
  const uint64_t slot = SlotOf(now);
  const auto made_in = [&](uint64_t then) {
    return (Hash(ends, peer_iss, index, stamp, then) & ~kMssMask) == (cookie.number() & ~kMssMask);
  };
  if (!made_in(slot) && (slot == 0 || !made_in(slot - 1))) return std::nullopt;
  wire::TcpOptions kept;
  kept.mss = kMss[index];
  if (!stamp) return kept;
  kept.timestamps.emplace();
  if ((*stamp & kScaleMask) != kNoScale) kept.window_scale = static_cast<uint8_t>(*stamp & kScaleMask);
  kept.sack_permitted = (*stamp & kSackBit) != 0;
  return kept;
}

}  // namespace nut::tcp
