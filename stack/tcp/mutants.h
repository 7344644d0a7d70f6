// The original's faults (stack/base/mutant.h) as far as they take more than a line where they belong: what
// the code calls there in builds that have the mutants. Declared everywhere, compiled only there; a friend of
// what it spoils. Each function comes with what the original did.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "stack/base/drop_reason.h"
#include "stack/base/mutant.h"
#include "stack/base/time.h"
#include "stack/tcp/rtt_estimator.h"
#include "stack/tcp/segment.h"

namespace nut::tcp {

class Connection;
class Machine;
class ReceiveBuffer;
enum class Interest : uint8_t;
struct ConnectionRecord;
struct Listener;
struct PacketOptions;
struct QueuedSegment;
struct Tcb;

// Connections are freed although threads are inside calls on them.
inline bool FreesWhatIsInUse() {
  return Mutated(Mutant::kReclaimAtOnce) || Mutated(Mutant::kReclaimByMarkOnly) ||
         Mutated(Mutant::kR3FreedUnderWaiter) || Mutated(Mutant::kR10DiscardAfterWake);
}

// What a machine with mutants remembers beyond its own: a member of Machine there.
struct MutantState {
  // R1: a segment in the retransmission queue, passed down as it is.
  struct QueuedBuffer {
    std::vector<uint8_t> bytes;
    OutgoingSegment segment;  // borrows from `bytes`
  };
  // R8: what a handshake that timed out leaves in its listener.
  struct Leftover {
    wire::SequenceNumber iss;
    RttEstimator rtt;
    Instant progress_at{};
    unsigned timeouts = 0;
  };

  std::unordered_map<const ConnectionRecord*, std::unique_ptr<QueuedBuffer>> queued;
  std::unordered_map<uint64_t, Leftover> leftovers;  // by listener
  const ConnectionRecord* being_reset = nullptr;     // R10
  Instant next_tick{};                               // R11
};

struct MutantAccess {
  // --- in a connection (mutants_connection.cc)

  // R9: the queue is emptied and its count is not.
  static void LoseUnread(ReceiveBuffer& buffer);

  // --- in the machine (mutants_machine.cc)

  // 2001, R10: closing what is CLOSED, in LISTEN or in SYN-SENT freed it, in the thread that closed. True: it
  // is gone.
  static bool EraseInCaller(Machine& machine, ConnectionRecord& record);
  // 2001: the machine freed a connection where it ended, having told its threads. True: it is gone, or left
  // to its owner.
  static bool EndAtOnce(Machine& machine, ConnectionRecord& record);
  // 2014, R1, R2: a thread whose connect fails aborts the connection by itself; what was queued is freed.
  static void AbortInCaller(Machine& machine, ConnectionRecord& record, Interest interest);
  // R5: closing changed the state in the thread that closed.
  static void RunRequestsInCaller(Machine& machine, ConnectionRecord& record);

  // 2014, R1: what is retransmitted is the queued buffer itself. True: it has been sent.
  static bool SendQueued(Machine& machine, const ConnectionRecord& record, const OutgoingSegment& segment,
                         const PacketOptions& options);
  // R5, R6, R10: handlers in the middle of which other threads run. Nothing: not one of these mutants.
  static std::optional<DropReason> HandleWithSwitches(Machine& machine, ConnectionRecord& record,
                                                      QueuedSegment& queued);
  // R7: accept takes a handshake that is still under way, and answers its SYN in its own thread.
  static void AcceptHalfOpen(Machine& machine, Listener& listener);
  // R8: SYN-RECEIVED went back to LISTEN with the old sequence numbers and retries.
  static void LeaveHandshake(Machine& machine, const ConnectionRecord& record);
  static void InheritHandshake(Machine& machine, ConnectionRecord& record);
  // R11: the pass over the timers ends with the first TIME-WAIT that expires; the next is a tick later. True:
  // done.
  static bool RunTimersToFirstTimeWait(Machine& machine);
  static bool SleepToNextTick(Machine& machine);

 private:
  static Tcb& TcbOf(ConnectionRecord& record);
  static void Erase(Machine& machine, ConnectionRecord& record);
  static void ActOnFin(Machine& machine, ConnectionRecord& record);
  static void RetransmitInHandler(Machine& machine, ConnectionRecord& record);
  static void DiscardAfterWake(Machine& machine, ConnectionRecord& record);
};

}  // namespace nut::tcp
