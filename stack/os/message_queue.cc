#include "stack/os/message_queue.h"

#include "stack/base/invariant.h"
#include "stack/os/executor.h"

namespace nut::os {

int MessageBus::Broadcast(const Message& message) {
  int full = 0;
  for (Member& member : queues_)
    if (!static_cast<MessageQueue&>(member).Post(message)) ++full;
  return full;
}

MessageQueue::MessageQueue(MessageBus& bus, unsigned bits) : event_(bus.executor(), "message") {
  NUT_INVARIANT(bits >= 1 && bits <= 8, "a message queue of an impossible size");
  ring_.resize((size_t{1} << bits) - 1);
  bus.queues_.push_back(*this);
}

bool MessageQueue::Post(const Message& message) { return Push({message}); }

bool MessageQueue::Send(const Message& message) {
  const bool posted = Post(message);
  event_.executor().GiveWay();
  return posted;
}

std::optional<Message> MessageQueue::Get(Duration timeout) {
  Executor& executor = event_.executor();
  const Instant deadline = After(executor.Now(), timeout);
  bool switched = false;
  for (;;) {
    if (const auto message = Pop()) {
      if (!switched) executor.GiveWay();
      return message;
    }
    // An event may be remembered of a message that was received without waiting: then look again.
    if (switched && executor.Now() >= deadline) return std::nullopt;
    const Duration left = deadline == kNever ? kForever : deadline - executor.Now();
    if (!event_.Wait(left)) return std::nullopt;
    switched = true;
  }
}

void MessageQueue::Flush() {
  head_ = 0;
  size_ = 0;
  if (!event_.has_waiters()) event_.Reset(false);
}

bool MessageQueue::Push(const Entry& entry) {
  if (full()) return false;
  ring_[(head_ + size_) % capacity()] = entry;
  ++size_;
  event_.PostAsync();
  return true;
}

std::optional<Message> MessageQueue::Pop() {
  while (size_ != 0) {
    const Message message = ring_[head_].message;
    head_ = (head_ + 1) % capacity();
    --size_;
    if (message.id != kNullMessage) return message;
  }
  return std::nullopt;
}

void MessageQueue::TakeBack(const MessageTimer& timer) {
  for (size_t i = 0; i != size_; ++i) {
    Entry& entry = ring_[(head_ + i) % capacity()];
    if (entry.timer == &timer) entry = {.message = {.id = kNullMessage}};
  }
}

}  // namespace nut::os
