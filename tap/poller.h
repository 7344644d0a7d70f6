// Poller: waits for file descriptors with epoll and calls their handlers: the executor's idle hook on Linux.
// Owned by the program, outlives the executor and every handler's registration. One thread of the host uses
// it, the one that runs the executor.
//
// Idle costs nothing: with no timer armed the process sleeps in one epoll_pwait2 until a descriptor is ready.
// With SpinWhileBusy it looks for a moment before it sleeps, as long as that pays (see SpinPolicy).
//
// Registered edge-triggered (EPOLLET), a descriptor that was read until EAGAIN costs no system call at all
// until it becomes ready again; a descriptor that was left half-read is not reported a second time, unless
// Rearm asks for it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/result.h"
#include "stack/os/idle_hook.h"
#include "tap/file_descriptor.h"
#include "tap/spin_policy.h"
#include "tap/system_calls.h"

namespace nut::tap {

// Told that a descriptor is ready. Runs in the executor's context: may post events asynchronously, may add
// and remove descriptors (its own too), may not switch threads.
class FdHandler {
 public:
  virtual ~FdHandler() = default;
  // `events` as in epoll(7): EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
  virtual void OnReady(uint32_t events) = 0;
  // Asked while the poller spins, see AskWhileSpinning: is something there now? If so does what OnReady
  // would.
  virtual bool Look() { return false; }
};

class Poller final : public os::IdleHook {
 public:
  // kIo: the process may open no further descriptor.
  static Result<std::unique_ptr<Poller>> Create(SystemCalls& system);

  // Reports `events` (EPOLLIN | EPOLLET, …) of `fd` to `handler` from now on. kAlreadyConnected: `fd` is
  // registered. kInvalidArgument: it is a descriptor that cannot be waited for, such as a plain file's. kIo:
  // anything else.
  Result<void> Add(int fd, uint32_t events, FdHandler& handler);
  // The handler is not called any more, even for what was ready already. Call it before the descriptor is
  // closed.
  void Remove(int fd);
  // Reports an edge-triggered descriptor once more if it is ready now.
  void Rearm(int fd);

  // From now on Wait may use the processor for up to `longest` before it sleeps. Zero: never, as at first.
  // The clock outlives the poller. Not for a machine with a single processor, where only those who sleep get
  // anything.
  void SpinWhileBusy(const Clock& clock, Duration longest);

  // While it spins the poller asks this handler, which is registered, most of the time: where looking is
  // nothing but a read that may fail, epoll's answer costs more than all of its questions. One at most.
  void AskWhileSpinning(FdHandler& handler) { asked_ = &handler; }

  void Poll() override;
  void Wait(Duration limit) override;

  // How often the process slept and woke up; an idle node's stands still.
  uint64_t wakeups() const { return wakeups_; }

 private:
  struct Registration {
    FdHandler* handler = nullptr;
    uint32_t events = 0;
    uint32_t generation = 0;  // tells a descriptor's number from its next use
  };

  // So often the asked handler looks between two looks at the clock: 2 µs.
  static constexpr int kLooksForClock = 8;
  // So often it looks, in one spin or several, between two looks at all descriptors: 16 µs.
  static constexpr int kLooksForAll = 64;
  // Ready descriptors taken over in one system call; the others come with the next.
  static constexpr size_t kBatch = 64;

  Poller(SystemCalls& system, FileDescriptor epoll) : system_(system), epoll_(std::move(epoll)) {}
  Registration* Find(int fd);
  int Control(int operation, int fd);
  // Gives the number of descriptors that were ready.
  int Dispatch(const timespec* timeout);
  bool Spin(Instant start, Duration length);
  bool AskOften();
  bool Sleep(Duration limit);

  SystemCalls& system_;
  FileDescriptor epoll_;
  std::vector<Registration> registrations_;  // by descriptor
  const Clock* clock_ = nullptr;             // not null where it may spin
  SpinPolicy spin_{Duration::zero()};
  FdHandler* asked_ = nullptr;  // null: nobody is asked
  int looks_ = 0;               // of it, since all descriptors were looked at
  uint64_t wakeups_ = 0;
};

}  // namespace nut::tap
