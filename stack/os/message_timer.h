// Posts a timer message to a queue, once or again and again. Owned by its user; the queue outlives it.
#pragma once

#include "stack/os/message_queue.h"
#include "stack/os/timer.h"

namespace nut::os {

class MessageTimer {
 public:
  // The message is {kTimerMessage, param, data}. One that finds the queue full is lost.
  MessageTimer(MessageQueue& queue, int param, void* data);
  ~MessageTimer() { Stop(); }

  void StartAfter(Duration delay) { timer_.StartAfter(delay); }
  void StartPeriodic(Duration period) { timer_.StartPeriodic(period); }
  // Also takes back an expiry that is queued already and not yet received.
  void Stop();
  bool armed() const { return timer_.armed(); }

 private:
  MessageQueue& queue_;
  const Message message_;
  Timer timer_;
};

}  // namespace nut::os
