// ConnectionRecord: a Connection and what the engine knows about it: who owns it, who waits for it, which
// lists it is in. Owned by the connection table; freed by the reaper only. The pointer is good until the next
// scheduling point; beyond it a thread holds the handle, and a pin while it sleeps in one of the queues
// below.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>

#include "stack/base/invariant.h"
#include "stack/os/thread_info.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/engine_handles.h"
#include "stack/tcp/engine_waiter.h"
#include "stack/tcp/engine_watch.h"

namespace nut::tcp {

// Who will let go of the connection. Only kNobody's are ever freed.
enum class Ownership : uint8_t { kListener, kApplication, kNobody };

// What an application has asked the state machine to do with a connection: a set, so that no queue of
// requests grows.
struct Requests {
  bool open = false;
  bool configure = false;
  bool shutdown = false;
  bool abort = false;
  bool close = false;

  bool any() const { return open || configure || shutdown || abort || close; }
};

// Auto-unlink: freeing a record takes it out of whatever list it is in.
using RecordHook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// In cache lines of its own: what every segment needs is at the front of the connection and right behind it.
struct alignas(64) ConnectionRecord {
  static constexpr uint32_t kNoTimer = UINT32_MAX;

  ConnectionRecord(const SharedParameters& parameters, const ConnectionSetup& setup, Statistics& statistics)
      : connection(parameters, setup, statistics), ends(connection.ends()) {}
  ~ConnectionRecord() {
    NUT_INVARIANT(!has_waiters(), "a connection is destroyed while threads wait for it");
  }

  bool has_waiters() const { return !waiters.empty() && waiters.Sleepers() > 0; }

  Connection connection;
  const wire::EndpointPair& ends;
  ConnectionHandle handle;
  uint32_t pair_hash = 0;  // of `ends`, as the table computes it
  Ownership ownership = Ownership::kApplication;
  ListenerHandle listener;       // whose queues it is in, or came from
  os::ThreadHandle owner;        // the thread that connected or accepted
  bool active = false;           // opened from here
  bool indexed = false;          // segments find it
  bool forgotten = false;        // the state machine has done with it: no segment, timer or output any more
  bool accepting = false;        // in the accept queue (else, with ownership kListener, in the SYN queue)
  bool finished = false;         // Shutdown was asked for: Send says kBrokenPipe
  State state = State::kClosed;  // as last looked at, to see changes

  // Requests and their arguments.
  Requests requests;
  Error abort_reason = Error::kConnectionAborted;
  std::unique_ptr<Parameters> new_parameters;

  // Waiting. `pins` counts threads inside Wait.
  uint32_t pins = 0;
  // Timer: its place in the engine's heap.
  uint32_t timer_position = kNoTimer;
  WaiterList waiters;
  WatchList watches;
  Instant half_open_until = kNever;  // in the SYN queue: forgotten then

  RecordHook dirty_hook;      // to be looked at in this pass
  RecordHook queue_hook;      // listener's SYN or accept queue
  RecordHook time_wait_hook;  // in TIME-WAIT, oldest first
  RecordHook doomed_hook;     // waits for the reaper
};

template <RecordHook ConnectionRecord::*Hook>
using RecordList = boost::intrusive::list<ConnectionRecord,
                                          boost::intrusive::member_hook<ConnectionRecord, RecordHook, Hook>,
                                          boost::intrusive::constant_time_size<false>>;

using DirtyList = RecordList<&ConnectionRecord::dirty_hook>;
using ListenQueue = RecordList<&ConnectionRecord::queue_hook>;
using TimeWaitList = RecordList<&ConnectionRecord::time_wait_hook>;
using DoomedList = RecordList<&ConnectionRecord::doomed_hook>;

}  // namespace nut::tcp
