// DeviceDecorator: a Device around another one that passes everything on; decorators override what they
// change. Owned like any device; the inner one outlives it, and is used through it only. Called from the
// node's threads.
#pragma once

#include "stack/link/device.h"

namespace nut::link {

class DeviceDecorator : public Device {
 public:
  std::string_view name() const override { return inner_.name(); }
  DeviceCapabilities capabilities() const override { return inner_.capabilities(); }
  size_t mtu() const override { return inner_.mtu(); }
  void Send(FramePtr frame) override { inner_.Send(std::move(frame)); }
  size_t Receive(std::span<FramePtr> batch) override { return inner_.Receive(batch); }
  void SetListener(DeviceListener* listener) override { inner_.SetListener(listener); }
  void OnDropped(const Frame& frame, DropReason reason) override { inner_.OnDropped(frame, reason); }

 protected:
  explicit DeviceDecorator(Device& inner) : inner_(inner) {}
  Device& inner() const { return inner_; }

 private:
  Device& inner_;
};

}  // namespace nut::link
