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
  bool open : 1 = false;
  bool configure : 1 = false;
  bool shutdown : 1 = false;
  bool abort : 1 = false;
  bool close : 1 = false;

  bool any() const { return open || configure || shutdown || abort || close; }
};

// Auto-unlink: freeing a record takes it out of whatever list it is in.
using RecordHook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// In cache lines of its own: what every segment needs is at the front of the connection and right behind it.
struct alignas(64) ConnectionRecord {
  static constexpr uint32_t kNoTimer = UINT32_MAX;

  ConnectionRecord(const SharedParameters& parameters, const ConnectionSetup& setup, Statistics& statistics)
      : connection(parameters, setup, statistics) {}
  ~ConnectionRecord() {
    NUT_INVARIANT(!has_waiters(), "a connection is destroyed while threads wait for it");
  }

  const wire::EndpointPair& ends() const { return connection.ends(); }
  bool has_waiters() const { return !waiters.empty() && waiters.Sleepers() > 0; }

  // Which list `stage_hook` is in, of those that are not told by a flag.
  bool queued() const { return ownership == Ownership::kListener && stage_hook.is_linked(); }
  bool in_time_wait() const { return state == State::kTimeWait && stage_hook.is_linked() && !doomed; }

  // A handshake that nobody has finished by then is forgotten; kNever outside of the SYN queue.
  Instant half_open_until() const {
    if (ownership != Ownership::kListener || accepting) [[likely]]
      return kNever;
    return After(connection.opened(), connection.parameters().syn_received_timeout);
  }

  Connection connection;
  ConnectionHandle handle;
  ListenerHandle listener;             // whose queues it is in, or came from
  os::ThreadHandle owner;              // the thread that connected or accepted
  uint32_t pair_hash = 0;              // of the ends, as the table computes it
  uint32_t timer_position = kNoTimer;  // its place among the engine's timers
  uint32_t pins = 0;                   // threads inside Wait
  Ownership ownership = Ownership::kApplication;
  bool active = false;           // opened from here
  bool indexed = false;          // segments find it
  bool forgotten = false;        // the state machine has done with it: no segment, timer or output any more
  bool accepting = false;        // in the accept queue (else, with ownership kListener, in the SYN queue)
  bool doomed = false;           // waits for the reaper
  bool finished = false;         // Shutdown was asked for: Send says kBrokenPipe
  State state = State::kClosed;  // as last looked at, to see changes

  // Requests and their arguments.
  Requests requests;
  Error abort_reason = Error::kConnectionAborted;
  std::unique_ptr<Parameters> new_parameters;

  WaiterList waiters;
  WatchList watches;

  RecordHook dirty_hook;  // to be looked at in this pass
  // In one list after the other, as its life goes on: the listener's SYN queue, its accept queue; in
  // TIME-WAIT, oldest first; where it waits for the reaper.
  RecordHook stage_hook;
};
// Eleven cache lines, none of which an idle connection could share. A field more costs every connection a
// whole one.
static_assert(sizeof(ConnectionRecord) <= 704);

template <RecordHook ConnectionRecord::*Hook>
using RecordList = boost::intrusive::list<ConnectionRecord,
                                          boost::intrusive::member_hook<ConnectionRecord, RecordHook, Hook>,
                                          boost::intrusive::constant_time_size<false>>;

using DirtyList = RecordList<&ConnectionRecord::dirty_hook>;
using ListenQueue = RecordList<&ConnectionRecord::stage_hook>;
using TimeWaitList = RecordList<&ConnectionRecord::stage_hook>;
using DoomedList = RecordList<&ConnectionRecord::stage_hook>;

}  // namespace nut::tcp
