// PollSet: waits until one of several sockets is ready. A value of one thread; sockets may come and go
// between waits, and one that is closed meanwhile counts as ready (the next call on it says kStaleHandle). A
// UDP socket is in one waiting set at a time. The sockets' layers outlive the set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/os/executor.h"
#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "stack/socket/udp_socket.h"

namespace nut::socket {

// What to wait for, and what is there.
struct Readiness {
  bool readable = false;  // bytes, the end of the stream, a connection to accept, a datagram, or an error
  bool writable = false;  // room to send, or an error
};

class PollSet {
 public:
  explicit PollSet(os::Executor& executor);
  ~PollSet();
  PollSet(const PollSet&) = delete;
  PollSet& operator=(const PollSet&) = delete;

  // Returns the number under which Wait reports the socket: 0, 1, 2, … in the order of the calls since Clear.
  size_t Add(const TcpStream& stream, Readiness interest = {.readable = true});
  size_t Add(const TcpListener& listener);
  size_t Add(const UdpSocket& socket);
  void Clear();

  // Waits until a socket is ready (switches) and says which are. kTimedOut. An empty set waits for the
  // time-out.
  struct Ready {
    size_t number = 0;
    Readiness readiness;
  };
  Result<std::vector<Ready>> Wait(Duration timeout = kForever);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nut::socket
