// Messages to a thread: a ring of 2^bits - 1 of them (nut-api sys/msg.h). A queue belongs to its receiver;
// all queues on one bus get its broadcasts. Posting is for threads and callbacks, receiving for threads.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/time.h"
#include "stack/os/event_queue.h"

namespace nut::os {

class MessageTimer;

struct Message {
  uint8_t id = 0;
  int param = 0;
  void* data = nullptr;
  friend bool operator==(const Message&, const Message&) = default;
};

inline constexpr uint8_t kTimerMessage = 0xfe;  // what a MessageTimer posts
inline constexpr uint8_t kNullMessage = 0xff;   // reserved: taken back; never received

class MessageQueue;

// All message queues of a node. Outlives them.
class MessageBus {
 public:
  explicit MessageBus(Executor& executor) : executor_(executor) {}

  // Posts to every queue; returns the number of queues that were full. Never a scheduling point.
  int Broadcast(const Message& message);
  Executor& executor() const { return executor_; }

 private:
  friend class MessageQueue;
  using Link = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  struct Member : Link {};

  Executor& executor_;
  boost::intrusive::list<Member, boost::intrusive::constant_time_size<false>> queues_;
};

class MessageQueue : private MessageBus::Member {
 public:
  // Room for 2^bits - 1 messages; 1 <= bits <= 8.
  MessageQueue(MessageBus& bus, unsigned bits);

  // Copies the message and wakes the receiver. False: full. Post never switches; Send yields after it.
  bool Post(const Message& message);
  bool Send(const Message& message);
  // The oldest message; nothing when `timeout` passed. Always a scheduling point.
  std::optional<Message> Get(Duration timeout = kForever);

  bool full() const { return size_ == capacity(); }
  size_t size() const { return size_; }  // with those taken back and not yet skipped
  size_t capacity() const { return ring_.size(); }
  // Drops all messages. Who waits goes on waiting.
  void Flush();

 private:
  friend class MessageBus;
  friend class MessageTimer;

  struct Entry {
    Message message;
    const MessageTimer* timer = nullptr;  // whose expiry this is
  };

  bool Push(const Entry& entry);
  std::optional<Message> Pop();
  void TakeBack(const MessageTimer& timer);

  EventQueue event_;
  std::vector<Entry> ring_;
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace nut::os
