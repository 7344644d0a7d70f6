// FileSink: a capture into a plain file. StreamSink: into standard output, where that is a pipe.
#pragma once

#include <string>

#include "apps/nutnode/capture_sink.h"
#include "apps/nutnode/pipe_writer.h"

namespace nut::apps {

class FileSink final : public CaptureSink {
 public:
  // Makes the file anew.
  static tl::expected<std::unique_ptr<CaptureSink>, std::string> Open(const std::string& path,
                                                                      const CaptureSinkContext& context);
  FileSink(std::string path, tap::SystemCalls& system, tap::FileDescriptor fd)
      : path_(std::move(path)), system_(system), fd_(std::move(fd)) {}

  bool Write(ByteView bytes) override;
  tl::expected<bool, std::string> Reopen() override;

 private:
  const std::string path_;  // empty: a descriptor that was given
  tap::SystemCalls& system_;
  tap::FileDescriptor fd_;
};

class StreamSink final : public CaptureSink {
 public:
  // Takes over standard output; refuses a terminal.
  static tl::expected<std::unique_ptr<CaptureSink>, std::string> Open(const CaptureSinkContext& context);
  StreamSink(tap::FileDescriptor fd, const CaptureSinkContext& context)
      : writer_(std::move(fd), context, {}) {}

  bool Write(ByteView bytes) override { return writer_.Write(bytes); }
  tl::expected<bool, std::string> Reopen() override { return false; }
  void Finish() override { writer_.Flush(); }

 private:
  PipeWriter writer_;
};

}  // namespace nut::apps
