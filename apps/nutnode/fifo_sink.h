// FifoSink: a capture into a FIFO, with readers that come and go. Without a reader everything is let go; each
// reader gets a stream from its beginning. The node sleeps while it waits for one: inotify tells when
// somebody opens the FIFO.
#pragma once

#include <optional>
#include <string>

#include "apps/nutnode/capture_sink.h"
#include "apps/nutnode/pipe_writer.h"

namespace nut::apps {

class FifoSink final : public CaptureSink, private tap::FdHandler {
 public:
  static tl::expected<std::unique_ptr<CaptureSink>, std::string> Open(const std::string& path,
                                                                      const CaptureSinkContext& context);
  ~FifoSink() override;

  bool Write(ByteView bytes) override;
  tl::expected<bool, std::string> Reopen() override { return false; }
  void Finish() override { writer_->Flush(); }

 private:
  FifoSink(std::string path, const CaptureSinkContext& context) : path_(std::move(path)), context_(context) {}
  tl::expected<void, std::string> Attach();
  void OnReady(uint32_t events) override;
  void OnReaderGone();
  void ReadAway();

  const std::string path_;
  const CaptureSinkContext context_;
  std::optional<PipeWriter> writer_;
  tap::FileDescriptor opens_;  // inotify
  bool has_reader_ = false;
};

}  // namespace nut::apps
