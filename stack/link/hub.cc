#include "stack/link/hub.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/link/hub_port.h"

namespace nut::link {

Hub::~Hub() { NUT_INVARIANT(ports_.empty(), "a port outlived its hub"); }

uint32_t Hub::Plug(HubPort& port) {
  ports_.push_back(&port);
  return next_number_++;
}

void Hub::Unplug(HubPort& port) { std::erase(ports_, &port); }

void Hub::Transmit(const HubPort& from, FramePtr frame) {
  ++frames_;
  if (observer_ != nullptr) observer_->OnFrame(timers_.clock().Now(), from.number(), *frame);
  // The last receiver gets the frame itself, those before it copies; between two ports nothing is copied
  // here.
  HubPort* last = nullptr;
  for (HubPort* port : ports_) {
    if (port == &from || !port->connected()) continue;
    if (last != nullptr) last->Deliver(*frame);
    last = port;
  }
  if (last != nullptr) last->Deliver(std::move(frame));
}

}  // namespace nut::link
