// PipeWriter: writes to a pipe, FIFO or socket without ever waiting: what the reader does not take yet is
// kept, up to a limit, and goes out when the poller says that there is room. Owned by a capture sink.
#pragma once

#include <functional>
#include <vector>

#include "apps/nutnode/capture_sink.h"
#include "stack/base/bytes.h"
#include "tap/file_descriptor.h"

namespace nut::apps {

class PipeWriter final : private tap::FdHandler {
 public:
  // `fd` is non-blocking. `on_gone` is called when the reader has gone away, once until Reset.
  PipeWriter(tap::FileDescriptor fd, const CaptureSinkContext& context, std::function<void()> on_gone);
  ~PipeWriter() override;
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;

  // Takes the whole piece, or leaves it out where too much waits already. False: there is no reader.
  bool Write(ByteView piece);
  // Tries to send what waits.
  void Flush();
  // Forgets what waits, and that the reader went away.
  void Reset();

  // Whether somebody has the other end open now.
  bool HasReader() const;
  size_t pending() const { return pending_.size() - sent_; }
  uint64_t left_out() const { return left_out_; }

 private:
  void OnReady(uint32_t events) override;
  void Gone();

  tap::FileDescriptor fd_;
  const CaptureSinkContext context_;
  const std::function<void()> on_gone_;
  std::vector<uint8_t> pending_;
  size_t sent_ = 0;  // of pending_
  uint64_t left_out_ = 0;
  bool is_gone_ = false;
  bool complained_ = false;
};

}  // namespace nut::apps
