// Where the executor meets devices. tap/poller implements it for Linux; simulations need none. Owned by
// whoever composes the program; outlives the executor. Called in the executor's own context, outside of every
// thread.
#pragma once

#include "stack/base/time.h"

namespace nut::os {

class IdleHook {
 public:
  virtual ~IdleHook() = default;

  // Delivers what devices have right now (by EventQueue::PostAsync and the like) and returns: never blocks,
  // never switches threads. Called on the path of every scheduling point, but no more often than the options
  // say.
  virtual void Poll() = 0;

  // Nobody can run. Sleeps until a device has something, or until `limit` has passed (kForever: no timer is
  // armed), and delivers as Poll does; the executor does not call Poll after it. May return early.
  virtual void Wait(Duration limit) = 0;
};

}  // namespace nut::os
