// CaptureSink: where a capture's bytes go: a file, a FIFO, or standard output. Owned by the program, outlives
// the capture; used in the executor's context. A reader that is slow, goes away or comes back never stops the
// node.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "stack/base/log.h"
#include "stack/link/byte_sink.h"
#include "tap/poller.h"
#include "tap/system_calls.h"

namespace nut::apps {

// What sinks work with; all of it outlives them.
struct CaptureSinkContext {
  tap::SystemCalls& system;
  tap::Poller& poller;
  Log& log;
  // Bytes that wait for a slow reader; past it, whole pieces are left out, and the log says so. A piece is a
  // sequence of whole blocks, so the stream stays readable.
  size_t maximum_pending = 16 * 1024 * 1024;
};

class CaptureSink : public link::ByteSink {
 public:
  // Called when a new reader has come, for whom the stream has to begin anew. In the executor's context.
  void SetRestartHandler(std::function<void()> handler) { on_restart_ = std::move(handler); }

  // SIGHUP: opens a file anew, after it was moved away. True: the stream has to begin anew. The error is a
  // sentence; the old file stays in use then.
  virtual tl::expected<bool, std::string> Reopen() = 0;

  // The end: hands what waits for a slow reader to him, as far as he takes it without waiting.
  virtual void Finish() {}

 protected:
  void Restart() {
    if (on_restart_) on_restart_();
  }

 private:
  std::function<void()> on_restart_;
};

// `path` is a file's, which is made anew, a FIFO's that exists, or "-". The error is a sentence.
tl::expected<std::unique_ptr<CaptureSink>, std::string> OpenCaptureSink(const std::string& path,
                                                                        const CaptureSinkContext& context);

}  // namespace nut::apps
