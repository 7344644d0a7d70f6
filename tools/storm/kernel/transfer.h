// Transfers: the content of one connection on its way out of, or into, a kernel socket, as far as it has
// come. Values of the connection that they belong to.
#pragma once

#include <cstdint>

#include "apps/storm/protocol.h"
#include "tools/storm/kernel/kernel_socket.h"

namespace nut::storm {

class ContentSender {
 public:
  ContentSender() = default;
  ContentSender(uint64_t connection, uint32_t size) : connection_(connection), size_(size) {}

  // kDone: all of it is in the kernel's hands.
  Step Go(KernelSocket& socket);
  // There is more to be sent: `size` octets in all.
  void Extend(uint32_t size) { size_ = size; }
  uint32_t sent() const { return sent_; }

 private:
  uint64_t connection_ = 0;
  uint32_t size_ = 0;
  uint32_t sent_ = 0;
};

class ContentReceiver {
 public:
  ContentReceiver() = default;
  ContentReceiver(uint64_t connection, uint32_t size) : connection_(connection), size_(size) {}

  // kDone: all of it is here. Takes no more than that.
  Step Go(KernelSocket& socket);
  uint32_t received() const { return received_; }
  // Everything so far was what it should be.
  bool is_right() const { return right_; }

 private:
  uint64_t connection_ = 0;
  uint32_t size_ = 0;
  uint32_t received_ = 0;
  bool right_ = true;
};

// Waits for the end of the stream: anything else that comes is kFailed.
Step ExpectEnd(KernelSocket& socket);

}  // namespace nut::storm
