// ByteSink: where a stream of bytes goes: a file, a FIFO, standard output, memory. Implemented outside the
// stack, owned by whoever opened it; outlives its writers. Called from the node's threads and timers, so it
// must not block for long.
#pragma once

#include "stack/base/bytes.h"

namespace nut::link {

class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Takes all of `bytes`, or fails. False: the stream is broken from here on (disk full, reader gone); part
  // of `bytes` may have gone out. Never throws, never raises a signal.
  virtual bool Write(ByteView bytes) = 0;
};

}  // namespace nut::link
