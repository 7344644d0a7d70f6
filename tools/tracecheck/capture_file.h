// CaptureFile: a capture as a sequence of records: pcap or pcapng, either byte order, microseconds or
// nanoseconds. Reads from a stream that outlives it, so that a capture in memory is one, too. libpcap would
// read both formats, but gives neither comments nor directions. Used by one thread.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "tools/tracecheck/record.h"

namespace nut::tracecheck {

class CaptureFile {
 public:
  virtual ~CaptureFile() = default;

  // Looks at the first four bytes. nullptr when that is no capture.
  static std::unique_ptr<CaptureFile> Open(std::istream& stream);

  // The next packet; nothing at the end, or where the file is damaged (failure() tells which).
  virtual std::optional<Record> Next() = 0;

  // "" or what is wrong with the file.
  const std::string& failure() const { return failure_; }

 protected:
  // Longer packets and blocks are taken for damage.
  static constexpr size_t kLongest = 64 << 20;

  explicit CaptureFile(std::istream& stream) : stream_(stream) {}

  // False at the end of the stream; a piece that is cut off is a failure.
  bool Read(void* bytes, size_t size);
  void Fail(std::string what) { failure_ = std::move(what); }

  std::istream& stream_;

 private:
  std::string failure_;
};

}  // namespace nut::tracecheck
