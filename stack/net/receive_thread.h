// ReceiveThread: the Nut thread "rx" on which everything runs that arrives: it takes frames from the device
// and from loopback, in batches, and passes them up the stack; between batches it serves the network layer's
// deadlines and lets others run. Owned by Network.
#pragma once

#include <vector>

#include "stack/base/result.h"
#include "stack/link/device.h"
#include "stack/net/waker.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"

namespace nut::net {

struct ReceiveThreadOptions {
  uint8_t priority = 9;  // as the original's drivers
  // A full batch means that more is waiting. Then the thread queues once behind others of this priority, so
  // that a flood of frames cannot keep the threads from running that work on them.
  uint8_t busy_priority = 64;
  size_t batch = 256;           // frames between two such points, …
  size_t batch_bytes = 262144;  // … or bytes, if that is sooner: a few super-segments
  size_t stack_size = 256 * 1024;
};

// The stack above, as the thread sees it.
class ReceiveHandler {
 public:
  virtual ~ReceiveHandler() = default;
  virtual void OnFrame(link::FramePtr frame, Instant now) = 0;
  // Up to `budget` packets of loopback; true when more are waiting.
  virtual bool OnLoopback(size_t budget, Instant now) = 0;
  // Serves deadlines up to `now`, and says when to come again.
  virtual Instant OnTimer(Instant now) = 0;
};

class ReceiveThread final : public link::DeviceListener, public Waker {
 public:
  ReceiveThread(os::Executor& executor, link::Device& device, ReceiveHandler& handler,
                ReceiveThreadOptions options = {});
  ~ReceiveThread() override;

  // Creates the thread. kNoBuffers.
  Result<void> Start();
  // Ends it; frames stay in the device.
  void Stop();
  bool running() const { return thread_.valid(); }

  void OnReceivable() override { Wake(); }
  void Wake() override { work_.PostAsync(); }

 private:
  void Run();
  // One batch; true when more may be waiting.
  bool RunBatch(Instant now);

  os::Executor& executor_;
  link::Device& device_;
  ReceiveHandler& handler_;
  const ReceiveThreadOptions options_;
  os::EventQueue work_;
  std::vector<link::FramePtr> batch_;
  os::ThreadHandle thread_;
};

}  // namespace nut::net
