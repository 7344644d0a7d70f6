// Machine: the state-machine thread "tcpsm" and all that it works on. Everything that changes a connection's
// state happens in its loop, which has one scheduling point, at the bottom:
//
//   top      reap: the only place that frees; listeners that are closed and empty go too
//   pass     requests of applications → the whole input batch → timers that are due → output
//   bottom   sleep until an event or the next timer
//
// A pass switches to nobody. Under an exploring scheduler it does, at the named scheduling points (StopAt),
// where the original's machine could: then any other thread runs in the middle of it, and it must be right
// all the same. It is because only this thread frees, at the top, so that a record found in a pass stays good
// to its end; and because what others may change meanwhile (requests, buffers, ownership, a listener's end)
// is looked at anew after every point. ACKs are decided once per pass, after all queued segments were
// processed (RFC 9293 MUST-58, MUST-59). Owned by the engine.
#pragma once

#include <vector>

#include "stack/base/log.h"
#include "stack/os/executor.h"
#include "stack/os/timer.h"
#include "stack/tcp/connection_table.h"
#include "stack/tcp/engine_options.h"
#include "stack/tcp/engine_output.h"
#include "stack/tcp/engine_timers.h"
#include "stack/tcp/fast_open_cache.h"
#include "stack/tcp/fast_open_cookies.h"
#include "stack/tcp/held_syns.h"
#include "stack/tcp/input_queue.h"
#include "stack/tcp/isn_generator.h"
#include "stack/tcp/listener_table.h"
#include "stack/tcp/mutants.h"
#include "stack/tcp/reaper.h"
#include "stack/tcp/reset.h"
#include "stack/tcp/syn_cookies.h"

namespace nut::tcp {

// What the machine and the engine stand on; all of it outlives them.
struct EngineSurroundings {
  os::Executor& executor;
  net::IpLayer& ip;
  Statistics& statistics;
  Log& log;
};

class Machine {
 public:
  Machine(const EngineSurroundings& around, const Rng& rng, const Parameters& parameters,
          const EngineOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Result<void> Start();

  // --- for any thread; none of these switches but Kick
  ConnectionTable& table() { return table_; }
  ListenerTable& listeners() { return listeners_; }
  InputQueue& input() { return input_; }
  const IsnGenerator& isn() const { return isn_; }
  const FastOpenCache& fast_open_cache() const { return fast_open_cache_; }
  link::ChunkPool& chunks() { return chunks_; }
  // False: nobody takes what is queued any more.
  bool running() const { return running_; }
  size_t time_wait_count() const { return time_wait_count_; }
  Instant now() const { return now_; }  // of the last pass

  // The next pass looks at the record: its requests, its output, its timer.
  void MarkDirty(ConnectionRecord& record) {
    if (!record.dirty_hook.is_linked()) dirty_.push_back(record);
  }
  // There is something to do; the machine runs at the caller's next scheduling point, or…
  void Wake() { event_.PostAsync(); }
  // A SYN that came too early may be for the one that has just been made.
  void NoteListener() {
    if (!held_syns_.empty()) Wake();
  }
  // …now, if its priority allows: one switch (a scheduling point when called from a thread).
  void Kick();
  // Output or an earlier timer came out of Send or Receive, which open connections alone have: then the
  // machine is to run.
  bool NeedsPass(const ConnectionRecord& record) const;

  // A queued connection's listener closes, or a record's owner lets go: nobody owns it from here on, its
  // waiters are told, and the next pass ends it.
  void Abandon(ConnectionRecord& record, bool reset);

  // Ends the thread when all connections and listeners are gone; waits for that (a scheduling point).
  void StopAndWait();
  // Waits until every connection is gone or in TIME-WAIT (a scheduling point). False: `timeout` passed.
  bool WaitQuiet(Duration timeout);
  // The next pass drops the record without a word to its peer.
  void DropSilently(ConnectionRecord& record) { Forget(record); }
  // As Engine's.
  void CheckInvariants();
  // For the log, at debug: what the calling thread does to the connection.
  void Tell(const ConnectionRecord& record, std::string_view what) const {
    if (around_.log.Wants(LogLevel::kDebug, "tcp")) [[unlikely]]
      TellLog(record, what);
  }

 private:
  friend struct MutantAccess;

  void TellLog(const ConnectionRecord& record, std::string_view what) const;
  void Loop();
  void Pass();
  void Sleep();

  // engine_machine.cc: the steps of a pass
  void RunRequests();
  void RunRequestsOf(ConnectionRecord& record);
  void RunInput();
  void RunHeldSyns();
  void RunTimers();
  void RunTimerOf(ConnectionRecord& record);
  void RunOutput();
  void Drive(ConnectionRecord& record);
  void Settle(ConnectionRecord& record);
  // Asked after each event, most of which change neither.
  void NoteTransition(ConnectionRecord& record) {
    if (record.connection.state() != record.state && !record.forgotten) OnTransition(record);
  }
  void WakeWaiters(ConnectionRecord& record) {
    if (!record.waiters.empty() || !record.watches.empty()) WakeThose(record);
  }
  void OnTransition(ConnectionRecord& record);
  void WakeThose(ConnectionRecord& record);
  void Forget(ConnectionRecord& record);
  bool Quiet() const;
  // A named scheduling point of this thread, on the record's behalf, if there is one.
  void StopAt(os::SchedulingPoint point, const ConnectionRecord* record = nullptr) {
    if (around_.executor.exploring()) [[unlikely]]
      StopAtExploring(point, record);
  }
  void StopAtExploring(os::SchedulingPoint point, const ConnectionRecord* record);
  void Send(const wire::EndpointPair& ends, OutgoingSegment& segment, const PacketOptions& options,
            const ConnectionRecord* record = nullptr);

  // engine_input.cc: who gets a segment, who takes a SYN
  void OnSegment(QueuedSegment& queued);
  void OnError(const QueuedError& error);
  DropReason Deliver(QueuedSegment& queued);
  DropReason DeliverTo(ConnectionRecord& record, QueuedSegment& queued);
  DropReason DeliverToListener(Listener& listener, QueuedSegment& queued,
                               std::optional<wire::SequenceNumber> beyond);
  ConnectionRecord* MakePassive(Listener& listener, const wire::EndpointPair& ends,
                                wire::SequenceNumber initial_sequence, const net::RouteChoice& route);
  DropReason Refuse(const QueuedSegment& queued);
  DropReason RefuseNow(const QueuedSegment& queued);
  void Promote(ConnectionRecord& record);
  void LeaveListener(ConnectionRecord& record);

  // engine_fast_open.cc: text that comes with a SYN
  enum class FastOpen : uint8_t { kNone, kOffer, kTake };
  static constexpr uint16_t kDefaultMss = 536;  // MUST-15
  FastOpen JudgeFastOpen(const Listener& listener, QueuedSegment& queued);
  void ApplyFastOpen(FastOpen verdict, Listener& listener, ConnectionRecord& record, bool text);
  void EndFastOpen(const ConnectionRecord& record);
  void NoteCookieOf(const ConnectionRecord& record, const IncomingSegment& answer);

  // engine_cookies.cc: handshakes that nothing is remembered of
  DropReason AnswerWithCookie(Listener& listener, const QueuedSegment& queued, size_t path_mtu);
  // Nothing: `queued` brings no cookie back.
  std::optional<DropReason> TakeCookie(Listener& listener, QueuedSegment& queued);

  const EngineSurroundings around_;
  const Parameters parameters_;
  const EngineOptions options_;

  link::ChunkPool chunks_;
  ConnectionTable table_;
  ListenerTable listeners_;
  EngineTimers timers_;
  InputQueue input_;
  HeldSyns held_syns_;
  SegmentSender sender_;
  IsnGenerator isn_;
  SynCookies cookies_;
  FastOpenCookies cookies_for_text_;
  FastOpenCache fast_open_cache_;
  ResetLimiter reset_limiter_;
  Reaper reaper_;
  DirtyList dirty_;
  TimeWaitList time_waits_;  // oldest first
  size_t time_wait_count_ = 0;

  Instant now_{};  // of this pass
  std::vector<QueuedSegment> segments_;
  std::vector<QueuedError> errors_;
  OutgoingSegment outgoing_;  // here only to reuse its memory

  os::EventQueue event_;
  os::Timer alarm_;  // posts `event_` when timers_ has something, or earlier
  os::EventQueue quiet_;
  os::EventQueue ended_;
  os::ThreadHandle thread_;
  bool running_ = false;
  bool stopping_ = false;
  // While a pass stands at a named point: the record whose step is only half done.
  const ConnectionRecord* half_done_ = nullptr;
#ifdef NUT_MUTANTS
  MutantState mutants_;
#endif
};

// Whether a thread that waits for `interest` need not wait any more: because it is so, or never will be.
bool IsReady(const ConnectionRecord& record, Interest interest);

}  // namespace nut::tcp
