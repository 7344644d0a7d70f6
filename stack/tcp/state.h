// The states of a connection (RFC 9293 3.3.2), and the one that makes lifetimes safe: DESTROY, entered from
// CLOSED when the application has let go, never left, and freed by the reaper only.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut::tcp {

enum class State : uint8_t {
  kClosed,
  kListen,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kCloseWait,
  kClosing,
  kLastAck,
  kTimeWait,
  kDestroy,
};

inline constexpr int kStateCount = 12;

// "ESTABLISHED", "FIN-WAIT-1": RFC spelling.
std::string_view NameOf(State state);

// Both sides have synchronised their sequence numbers.
constexpr bool IsSynchronized(State state) {
  return state >= State::kEstablished && state <= State::kTimeWait;
}

// The application may still queue data.
constexpr bool MaySend(State state) { return state == State::kEstablished || state == State::kCloseWait; }

}  // namespace nut::tcp
