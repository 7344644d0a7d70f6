// KernelServerSession: one connection that the kernel server has accepted, from the first octet of its
// request to its entry in the ledger, as far as it has come. Owned by the server; never waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "apps/storm/ledger.h"
#include "apps/storm/protocol.h"
#include "tools/storm/kernel/kernel_socket.h"
#include "tools/storm/kernel/reactor.h"
#include "tools/storm/kernel/silence_options.h"
#include "tools/storm/kernel/silent_sockets.h"
#include "tools/storm/kernel/transfer.h"

namespace nut::storm {

class KernelServerSession {
 public:
  // `silent` and `ledger` outlive it.
  KernelServerSession(KernelSocket socket, const SilenceOptions& silence, SilentSockets& silent,
                      Ledger& ledger);

  // Does what can be done now. True: the connection is over, and in the books.
  bool Go();
  // When Go wants to be called again although nothing has happened on the socket; clears it.
  std::optional<HostTime> TakeAlarm() { return std::exchange(alarm_, std::nullopt); }

  // It is ended from outside, and has failed.
  void GiveUp(std::string_view why);

  HostTime began() const { return began_; }

 private:
  enum class State : uint8_t {
    kHeader,
    kRequest,
    kHalfClose,  // waits for the client's end before the answer
    kAnswer,     // all of it, or the first half
    kPause,      // between the halves
    kRest,       // the second half, where there is one
    kEnd,        // waits for the client's end
    kBreak,      // waits until the client is gone without an end
    kSettle,     // waits until everything is acknowledged, then resets or falls silent
    kOver,
  };
  // Whether the next state can be tried at once.
  enum class Turn : uint8_t { kGoOn, kWait };

  Turn Act();
  Turn ReadHeader();
  Turn ReadRequest();
  Turn BeginEnding();
  Turn ReadHalfClose();
  Turn SendAnswer();
  Turn Pause();
  Turn SendRest();
  Turn ReadEnd();
  Turn AwaitBreak();
  Turn Settle();

  Turn Enter(State state);
  Turn Over(Outcome outcome);
  Turn InOrder();
  // The client is gone, as it may be.
  Turn Broken(Step step);
  Turn Fail(std::string_view what, Step step);
  Turn AlarmIn(std::chrono::milliseconds length);

  KernelSocket socket_;
  const SilenceOptions silence_;
  SilentSockets& silent_;
  Ledger& ledger_;
  const HostTime began_;
  State state_ = State::kHeader;
  RequestHeader header_{};
  size_t header_size_ = 0;
  Request request_{.kind = Kind::kCloseEarly};  // what it counts as until there is a request
  ContentReceiver in_;
  ContentSender out_;
  HostTime until_;  // of the pause
  std::optional<HostTime> alarm_;
};

}  // namespace nut::storm
