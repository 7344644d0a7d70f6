// DatagramService: what a server does with each request that comes in a datagram. Owned by the server, called
// on its thread.
#pragma once

#include <optional>

#include "stack/base/bytes.h"

namespace nut::pro {

class DatagramService {
 public:
  virtual ~DatagramService() = default;

  // The answer, or nothing when there is none. Valid until the next call, and as long as `request`. One that
  // is a part of `request` is sent without a copy.
  virtual std::optional<ByteView> Answer(ByteView request) = 0;
};

}  // namespace nut::pro
