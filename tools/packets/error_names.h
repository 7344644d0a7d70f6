// What the stack's errors are called in scripts. Constant.
#pragma once

#include <optional>
#include <string_view>

#include "stack/base/error.h"

namespace nut::packets {

struct ErrorName {
  std::string_view name;
  Error error;
};

inline constexpr ErrorName kErrorNames[] = {
    {"would-block", Error::kWouldBlock},
    {"timed-out", Error::kTimedOut},
    {"refused", Error::kConnectionRefused},
    {"reset", Error::kConnectionReset},
    {"aborted", Error::kConnectionAborted},
    {"not-connected", Error::kNotConnected},
    {"already-connected", Error::kAlreadyConnected},
    {"in-progress", Error::kAlreadyInProgress},
    {"broken-pipe", Error::kBrokenPipe},
    {"address-in-use", Error::kAddressInUse},
    {"address-not-available", Error::kAddressNotAvailable},
    {"host-unreachable", Error::kHostUnreachable},
    {"network-unreachable", Error::kNetworkUnreachable},
    {"host-down", Error::kHostDown},
    {"network-down", Error::kNetworkDown},
    {"protocol-unreachable", Error::kProtocolUnreachable},
    {"no-buffers", Error::kNoBuffers},
    {"too-long", Error::kMessageTooLong},
    {"invalid", Error::kInvalidArgument},
    {"stale", Error::kStaleHandle},
    {"not-supported", Error::kNotSupported},
    {"no-such-option", Error::kNoSuchOption},
    {"permission-denied", Error::kPermissionDenied},
    {"interrupted", Error::kInterrupted},
    {"not-found", Error::kNotFound},
    {"io", Error::kIo},
};

constexpr std::optional<Error> FindError(std::string_view name) {
  for (const ErrorName& known : kErrorNames) {
    if (known.name == name) return known.error;
  }
  return std::nullopt;
}

constexpr std::string_view NameOfError(Error error) {
  for (const ErrorName& known : kErrorNames) {
    if (known.error == error) return known.name;
  }
  return "unknown";
}

}  // namespace nut::packets
