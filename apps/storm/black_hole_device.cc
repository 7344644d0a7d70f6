#include "apps/storm/black_hole_device.h"

#include <algorithm>
#include <utility>

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/ip_protocol.h"

namespace nut::storm {
namespace {

// What one end of a pair is, in one word: IPv4 address and port.
uint64_t EndOf(uint32_t address, uint16_t port) { return uint64_t{address} << 16 | port; }
uint64_t EndOf(const wire::Endpoint& end) {
  return EndOf(end.address.v4().number(), end.port.number());
}

}  // namespace

size_t BlackHoleDevice::KeyHash::operator()(const Key& key) const {
  return static_cast<size_t>((key.low * 0x9e3779b97f4a7c15u) ^ (key.high * 0xc2b2ae3d27d4eb4fu));
}

BlackHoleDevice::Key BlackHoleDevice::KeyOf(const wire::EndpointPair& ends) {
  const auto [low, high] = std::minmax({EndOf(ends.local), EndOf(ends.remote)});
  return {low, high};
}

void BlackHoleDevice::Vanish(const wire::EndpointPair& ends, Instant until) {
  until_[KeyOf(ends)] = until;
  ports_.set(ends.local.port.number());
  ports_.set(ends.remote.port.number());
}

void BlackHoleDevice::Restore(const wire::EndpointPair& ends) { until_.erase(KeyOf(ends)); }

bool BlackHoleDevice::IsVanished(const wire::EndpointPair& ends) const {
  const auto found = until_.find(KeyOf(ends));
  return found != until_.end() && clock_.Now() < found->second;
}

bool BlackHoleDevice::Swallows(const link::Frame& frame) {
  if (until_.empty()) return false;
  const ByteView bytes = frame.data();
  // An unfragmented TCP packet; whatever is shorter or different is none of ours.
  constexpr size_t kIp = wire::kEthernetHeaderSize;
  if (bytes.size() < kIp + 40 || LoadBe16(&bytes[12]) != static_cast<uint16_t>(wire::EtherType::kIpv4)) {
    return false;
  }
  const size_t tcp = kIp + size_t{bytes[kIp] & 0x0fu} * 4;
  if (bytes[kIp + 9] != static_cast<uint8_t>(wire::IpProtocol::kTcp) || bytes.size() < tcp + 4) return false;
  const uint16_t from = LoadBe16(&bytes[tcp]);
  const uint16_t to = LoadBe16(&bytes[tcp + 2]);
  if (!ports_.test(from) || !ports_.test(to)) return false;
  const auto [low, high] =
      std::minmax({EndOf(LoadBe32(&bytes[kIp + 12]), from), EndOf(LoadBe32(&bytes[kIp + 16]), to)});
  const auto found = until_.find({low, high});
  if (found == until_.end()) return false;
  if (clock_.Now() < found->second) return true;
  until_.erase(found);
  return false;
}

void BlackHoleDevice::Send(link::FramePtr frame) {
  if (Swallows(*frame)) {
    ++swallowed_;
  } else {
    inner().Send(std::move(frame));
  }
}

size_t BlackHoleDevice::Receive(std::span<link::FramePtr> batch) {
  // 0 means "nothing is left", so a batch that disappears whole is followed by the next one.
  while (true) {
    const size_t count = inner().Receive(batch);
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
      if (Swallows(*batch[i])) {
        ++swallowed_;
        batch[i].reset();
      } else if (kept++ != i) {
        batch[kept - 1] = std::move(batch[i]);
      }
    }
    if (kept > 0 || count == 0) return kept;
  }
}

}  // namespace nut::storm
