// ReadyWatcher: who is told when there is something to be had without waiting: a connection to accept. Owned
// by who wants to know. Called in the middle of the state machine's pass: never switches, only takes a note.
#pragma once

namespace nut::pro {

class ReadyWatcher {
 public:
  virtual void OnReady() = 0;

 protected:
  ~ReadyWatcher() = default;
};

}  // namespace nut::pro
