#include "stack/base/error.h"

#include <cerrno>

namespace nut {
namespace {

struct Row {
  std::string_view text;
  int number;
};

Row Lookup(Error error) {
  switch (error) {
    case Error::kWouldBlock: return {"would block", EAGAIN};
    case Error::kTimedOut: return {"timed out", ETIMEDOUT};
    case Error::kConnectionRefused: return {"connection refused", ECONNREFUSED};
    case Error::kConnectionReset: return {"connection reset by peer", ECONNRESET};
    case Error::kConnectionAborted: return {"connection aborted", ECONNABORTED};
    case Error::kNotConnected: return {"not connected", ENOTCONN};
    case Error::kAlreadyConnected: return {"already connected", EISCONN};
    case Error::kAlreadyInProgress: return {"already in progress", EALREADY};
    case Error::kBrokenPipe: return {"sending side is closed", EPIPE};
    case Error::kAddressInUse: return {"address in use", EADDRINUSE};
    case Error::kAddressNotAvailable: return {"address not available", EADDRNOTAVAIL};
    case Error::kHostUnreachable: return {"host unreachable", EHOSTUNREACH};
    case Error::kNetworkUnreachable: return {"network unreachable", ENETUNREACH};
    case Error::kHostDown: return {"host is down", EHOSTDOWN};
    case Error::kNetworkDown: return {"network is down", ENETDOWN};
    case Error::kProtocolUnreachable: return {"protocol unreachable", ENOPROTOOPT};
    case Error::kNoBuffers: return {"no buffer space", ENOBUFS};
    case Error::kMessageTooLong: return {"message too long", EMSGSIZE};
    case Error::kInvalidArgument: return {"invalid argument", EINVAL};
    case Error::kStaleHandle: return {"not a socket any more", ENOTSOCK};
    case Error::kNotSupported: return {"not supported", EOPNOTSUPP};
    case Error::kNoSuchOption: return {"no such option", ENOPROTOOPT};
    case Error::kPermissionDenied: return {"permission denied", EACCES};
    case Error::kInterrupted: return {"interrupted by shutdown", EINTR};
    case Error::kNotFound: return {"not found", ENOENT};
    case Error::kIo: return {"input/output error", EIO};
  }
  return {"unknown error", EINVAL};
}

}  // namespace

std::string_view Describe(Error error) { return Lookup(error).text; }

int ToErrno(Error error) { return Lookup(error).number; }

}  // namespace nut
