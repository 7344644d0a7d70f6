#include "stack/os/message_timer.h"

#include "stack/os/executor.h"

namespace nut::os {

MessageTimer::MessageTimer(MessageQueue& queue, int param, void* data)
    : queue_(queue),
      message_{kTimerMessage, param, data},
      timer_(
          queue.event_.executor().timers(),
          [this] {
            queue_.Push({message_, this});
          },
          "message timer") {}

void MessageTimer::Stop() {
  timer_.Stop();
  queue_.TakeBack(*this);
}

}  // namespace nut::os
