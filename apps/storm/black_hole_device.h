// BlackHoleDevice: a device around a node's own in which named TCP connections disappear: their frames are
// swallowed in both directions, whole and without a word, as if the peer's cable had been cut for them alone.
// Counted in swallowed(). Everything else passes untouched, at the price of one look at a bitmap. Owned like
// any device; the inner one and the clock outlive it.
#pragma once

#include <bitset>
#include <cstdint>
#include <unordered_map>

#include "apps/storm/vanisher.h"
#include "stack/base/clock.h"
#include "stack/link/device_decorator.h"

namespace nut::storm {

class BlackHoleDevice final : public link::DeviceDecorator, public Vanisher {
 public:
  BlackHoleDevice(link::Device& inner, const Clock& clock) : DeviceDecorator(inner), clock_(clock) {}

  // Device.
  void Send(link::FramePtr frame) override;
  size_t Receive(std::span<link::FramePtr> batch) override;

  // Vanisher.
  void Vanish(const wire::EndpointPair& ends, Instant until) override;
  void Restore(const wire::EndpointPair& ends) override;
  bool IsVanished(const wire::EndpointPair& ends) const override;

  uint64_t swallowed() const { return swallowed_; }  // frames
  size_t size() const { return until_.size(); }      // pairs, those that have expired included

 private:
  // Both directions of a connection have the same key: address and port of the lower end, then of the higher.
  struct Key {
    uint64_t low, high;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  static Key KeyOf(const wire::EndpointPair& ends);
  bool Swallows(const link::Frame& frame);

  const Clock& clock_;
  std::unordered_map<Key, Instant, KeyHash> until_;
  std::bitset<65536> ports_;  // that occur in a key, or did
  uint64_t swallowed_ = 0;
};

}  // namespace nut::storm
