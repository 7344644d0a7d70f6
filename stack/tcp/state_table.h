// The connection state diagram (RFC 9293 3.3.2, figure 5) as a pure function. A Connection changes its state
// only through Next(). What does not concern a state leaves it as it is; DESTROY is left by nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "stack/base/mutant.h"
#include "stack/tcp/state.h"

namespace nut::tcp {

enum class Event : uint8_t {
  kActiveOpen,
  kPassiveOpen,
  kSynArrives,       // acceptable, without an ACK of ours
  kSynAckArrives,    // acceptable, with the ACK of our SYN
  kSynAcknowledged,  // the ACK of our SYN, in SYN-RECEIVED
  kFinArrives,       // in order: everything before it has been received
  kFinAcknowledged,
  kResetArrives,  // acceptable by RFC 5961 3.2
  kClose,         // CLOSE of the application, or its SHUTDOWN of the sending half
  kAbort,         // ABORT of the application, or a time-out that gives the connection up
  kTimeWaitEnds,
  kRelease,  // the application has let go of it
};

inline constexpr int kEventCount = 12;

// "ACTIVE-OPEN", "FIN-ARRIVES"
std::string_view NameOf(Event event);

constexpr State Next(State state, Event event) {
  using enum State;
  // Absorbing: nothing that is about to be freed may come back to life.
  // (R2: it did; an abort led on to TIME-WAIT.)
  if (state == kDestroy) return event == Event::kAbort && Mutated(Mutant::kR2Revival) ? kTimeWait : kDestroy;
  switch (event) {
    case Event::kActiveOpen: return state == kClosed || state == kListen ? kSynSent : state;
    case Event::kPassiveOpen: return state == kClosed ? kListen : state;
    case Event::kSynArrives: return state == kListen || state == kSynSent ? kSynReceived : state;
    case Event::kSynAckArrives: return state == kSynSent ? kEstablished : state;
    case Event::kSynAcknowledged: return state == kSynReceived ? kEstablished : state;
    case Event::kFinArrives:
      switch (state) {
        case kSynReceived:
        case kEstablished: return kCloseWait;
        case kFinWait1: return kClosing;
        case kFinWait2: return kTimeWait;
        default: return state;
      }
    case Event::kFinAcknowledged:
      switch (state) {
        case kFinWait1: return kFinWait2;
        case kClosing: return kTimeWait;
        case kLastAck: return kClosed;
        default: return state;
      }
    case Event::kResetArrives:
      // A listener stands beside its children here: a child that is reset in SYN-RECEIVED ends, and the
      // listener, which never left LISTEN, is what RFC 9293 3.10.7.4 returns to.
      return state == kListen ? kListen : kClosed;
    case Event::kClose:
      switch (state) {
        case kListen:
        case kSynSent: return kClosed;
        case kSynReceived:
        case kEstablished: return kFinWait1;
        case kCloseWait: return kLastAck;
        default: return state;
      }
    case Event::kAbort: return kClosed;
    case Event::kTimeWaitEnds: return state == kTimeWait ? kClosed : state;
    case Event::kRelease: return state == kClosed ? kDestroy : state;
  }
  return state;
}

}  // namespace nut::tcp
