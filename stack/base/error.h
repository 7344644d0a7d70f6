// The closed set of errors that calls into the stack return. Values, never exceptions.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut {

enum class Error : uint8_t {
  kWouldBlock = 1,     // nothing to do now; wait and call again
  kTimedOut,           // the caller's limit, or the retransmission limit, was reached
  kConnectionRefused,  // RST in answer to our SYN, or ICMP port unreachable
  kConnectionReset,    // RST on a connection that existed
  kConnectionAborted,  // this side gave the connection up
  kNotConnected,
  kAlreadyConnected,
  kAlreadyInProgress,  // the same request is being worked on
  kBrokenPipe,         // sending after shutdown
  kAddressInUse,
  kAddressNotAvailable,  // not an address of this node, or no port left
  kHostUnreachable,
  kNetworkUnreachable,
  kHostDown,     // nobody answered ARP
  kNetworkDown,  // the interface is down
  kProtocolUnreachable,
  kNoBuffers,  // a limit on memory or on a table was reached
  kMessageTooLong,
  kInvalidArgument,
  kStaleHandle,  // the socket is gone (ENOTSOCK)
  kNotSupported,
  kNoSuchOption,
  kPermissionDenied,
  kInterrupted,  // the node is shutting down
  kNotFound,
  kIo,  // the device or the host's system reported a failure
};

// A short sentence for people, such as "connection refused".
std::string_view Describe(Error error);

// The host's errno constant with the same meaning, such as ECONNREFUSED.
int ToErrno(Error error);

}  // namespace nut
