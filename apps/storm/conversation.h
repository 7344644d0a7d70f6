// Conversation: the content of one connection, as a thread of either side sends it and reads it: every octet
// that comes is compared with what must come. On the stack of its thread; the stream outlives it.
#pragma once

#include <cstdint>

#include "apps/storm/protocol.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/socket/tcp_stream.h"

namespace nut::storm {

class Conversation {
 public:
  // `patience` limits each wait.
  Conversation(socket::TcpStream& stream, Duration patience) : stream_(stream), patience_(patience) {}

  // Client. (switches) Sends the header and all of the request's content.
  Result<void> SendRequest(const Request& request);
  // Server. (switches) Reads a request with all of its content. kNotConnected: the stream ended before the
  // first octet. kInvalidArgument: that was no request; see is_intact for its content.
  Result<Request> ReadRequest();

  // (switches) Sends octets [from, to) of the connection's content.
  Result<void> SendContent(uint64_t connection, uint64_t from, uint64_t to);
  // (switches) Reads until `limit` octets of the content have come in all (true), or the stream has ended
  // (false), or an error.
  Result<bool> ReadContent(uint64_t connection, uint64_t limit);
  // (switches) Waits for the end of the stream, which must come next: kMessageTooLong when it is more
  // content.
  Result<void> ReadEnd();

  uint64_t octets_read() const { return read_; }     // of content
  bool is_intact() const { return intact_; }         // every octet was the right one

 private:
  void Take(uint64_t connection, ByteView octets);

  socket::TcpStream& stream_;
  const Duration patience_;
  uint64_t read_ = 0;
  bool intact_ = true;
};

}  // namespace nut::storm
