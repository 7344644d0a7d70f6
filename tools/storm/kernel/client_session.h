// KernelClientSession: one connection that the kernel client opens, from the choice of its port to its entry
// in the ledger, by its plan, as far as it has come. Owned by the client; never waits.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "apps/storm/client.h"
#include "apps/storm/ledger.h"
#include "apps/storm/plan.h"
#include "tools/storm/kernel/kernel_socket.h"
#include "tools/storm/kernel/local_ends.h"
#include "tools/storm/kernel/reactor.h"
#include "tools/storm/kernel/silence_options.h"
#include "tools/storm/kernel/silent_sockets.h"
#include "tools/storm/kernel/transfer.h"

namespace nut::storm {

// What the sessions of a client share; all of it outlives them.
struct KernelClientSurroundings {
  tap::SystemCalls& system;
  const Targets& targets;
  const SilenceOptions& silence;
  std::chrono::nanoseconds connect_timeout;  // of the kind timeout; uniform from a tenth of it to all of it
  std::chrono::nanoseconds early_close_within;  // when a connection is closed early; uniform
  LocalEnds& local_ends;
  SilentSockets& silent;
  Ledger& ledger;
};

class KernelClientSession {
 public:
  KernelClientSession(const KernelClientSurroundings& around, const ConnectionPlan& plan);
  ~KernelClientSession();
  KernelClientSession(const KernelClientSession&) = delete;
  KernelClientSession& operator=(const KernelClientSession&) = delete;

  // Does what can be done now. True: the connection is over, and in the books.
  bool Go();
  // When Go wants to be called again although nothing has happened on the socket; clears it.
  std::optional<HostTime> TakeAlarm() { return std::exchange(alarm_, std::nullopt); }
  // A socket that Go wants to be called for from now on; clears it.
  std::optional<int> TakeNewSocket() { return std::exchange(new_socket_, std::nullopt); }

  // It is ended from outside, and has failed.
  void GiveUp(std::string_view why);

  HostTime began() const { return began_; }

 private:
  enum class State : uint8_t {
    kOpen,
    kAwaitRefusal,
    kAwaitTimeout,
    kAwaitEarlyClose,
    kSendHeader,  // which waits for the handshake too
    kSendContent,
    kReceive,
    kEnd,  // waits for the server's end
    kOver,
  };
  enum class Turn : uint8_t { kGoOn, kWait };

  Turn Act();
  Turn Open();
  Turn Opened();
  Turn AwaitRefusal();
  Turn AwaitTimeout();
  Turn AwaitEarlyClose();
  Turn SendHeader();
  Turn SendContent();
  Turn Receive();
  Turn Received();
  Turn ReadEnd();

  bool ChooseEnd();
  bool IsDue() const { return std::chrono::steady_clock::now() >= until_; }
  Turn Until(State state, std::chrono::nanoseconds length);
  Turn Enter(State state);
  Turn Over(Outcome outcome);
  Turn InOrder();
  Turn Fail(std::string_view what, Step step);
  Turn FailWith(std::string_view what, int error);

  const KernelClientSurroundings& around_;
  const ConnectionPlan plan_;
  const HostTime began_;
  State state_ = State::kOpen;
  std::optional<wire::Endpoint> reused_;  // belongs to this session
  wire::Endpoint local_;
  KernelSocket socket_;
  const RequestHeader header_;
  size_t header_sent_ = 0;
  ContentSender out_;
  ContentReceiver in_;
  HostTime until_;
  std::optional<HostTime> alarm_;
  std::optional<int> new_socket_;
};

}  // namespace nut::storm
