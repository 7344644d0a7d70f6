// ByteStream: bytes in order, both ways: what a protocol is written against, so that it is testable without
// TCP. One thread reads and writes at a time. Calls may wait (scheduling points); how long is the
// implementation's affair.
#pragma once

#include <cstddef>

#include "stack/base/bytes.h"
#include "stack/base/result.h"

namespace nut::socket {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Waits for at least one byte and copies what is there, up to out.size(). 0: the end of the stream (or
  // `out` is empty). kTimedOut when the implementation's limit passed; else the reason the stream broke.
  virtual Result<size_t> Read(MutableByteView out) = 0;

  // Takes all of `data`, or fails. After a failure an unknown part of it was taken.
  virtual Result<void> Write(ByteView data) = 0;

  // Hands on whatever is held back. An implementation that holds nothing back does nothing.
  virtual Result<void> Flush() = 0;

  // "No more will be written": the peer reads its end of stream. Reading goes on. Flushes first.
  virtual Result<void> FinishWriting() = 0;
};

}  // namespace nut::socket
