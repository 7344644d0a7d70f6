#include "test/netsim/dumbbell.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/wire/ethernet.h"
#include "test/netsim/dumbbell_port.h"

namespace nut::netsim {

Dumbbell::Dumbbell(os::TimerQueue& timers, const BottleneckOptions& forward, const BottleneckOptions& back,
                   const Rng& rng)
    : timers_(timers),
      forward_{Bottleneck(forward, rng.Split("forward")),
               {},
               os::Timer(
                   timers, [this] { Deliver(forward_); }, "forward")},
      back_{Bottleneck(back, rng.Split("back")),
            {},
            os::Timer(
                timers, [this] { Deliver(back_); }, "back")} {}

Dumbbell::~Dumbbell() {
  NUT_INVARIANT(forward_.receivers.empty() && back_.receivers.empty(), "a port outlived its dumbbell");
}

void Dumbbell::Plug(DumbbellPort& port) { Towards(port.side()).receivers.push_back(&port); }

void Dumbbell::Unplug(DumbbellPort& port) { std::erase(Towards(port.side()).receivers, &port); }

void Dumbbell::Send(Side from, link::FramePtr frame) {
  Direction& direction = From(from);
  direction.line.Admit(std::move(frame), timers_.clock().Now());
  direction.arrival.StartAt(direction.line.next_arrival());
}

void Dumbbell::Deliver(Direction& direction) {
  while (link::FramePtr frame = direction.line.PopArrived(timers_.clock().Now())) {
    const auto header = wire::EthernetView::Parse(frame->data());
    NUT_INVARIANT(header, "a node has sent less than a header");
    const wire::MacAddress to = header->destination();
    for (DumbbellPort* port : direction.receivers) {
      if (port->mac() == to) {
        port->Arrive(std::move(frame));
        break;
      }
      if (to.is_group()) port->Arrive(port->Copy(*frame));
    }
  }
  direction.arrival.StartAt(direction.line.next_arrival());
}

}  // namespace nut::netsim
