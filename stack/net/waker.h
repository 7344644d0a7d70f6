// Waker: how a hop tells the receive thread that there is something to do, be it a frame for ourselves or an
// earlier deadline. Implemented by ReceiveThread; a test may count instead.
#pragma once

namespace nut::net {

class Waker {
 public:
  virtual ~Waker() = default;
  // Never switches threads. May be called more often than needed.
  virtual void Wake() = 0;
};

}  // namespace nut::net
