// KernelSocket: one TCP connection of the host's kernel, non-blocking, with the ways to end it that a storm
// needs. Owns the descriptor; goes without a word to anybody when it is destroyed. Errors are errno values, 0
// is success.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "stack/base/bytes.h"
#include "stack/wire/endpoint.h"
#include "tap/file_descriptor.h"
#include "tap/system_calls.h"

namespace nut::storm {

// How a transfer went on.
enum class Step : uint8_t {
  kMore,      // it goes on at once
  kBlocked,   // it goes on when the socket is ready
  kDone,      // as much as was asked for
  kEnd,       // the peer has finished sending
  kReset,     // by the peer
  kRefused,   // by the peer, which had not accepted
  kTimedOut,  // the kernel has given the peer up
  kFailed,    // otherwise; errno says how
};

// For the report of a fault: what happened instead of what should have.
std::string_view NameOf(Step step);

class KernelSocket {
 public:
  KernelSocket() = default;
  explicit KernelSocket(tap::FileDescriptor fd) : fd_(std::move(fd)) {}

  // Not open when the system gives none; errno says why.
  static KernelSocket Make(tap::SystemCalls& system);

  bool is_open() const { return fd_.is_open(); }
  int number() const { return fd_.number(); }

  // With SO_REUSEADDR: the port may have been used before.
  int Bind(const wire::Endpoint& local);
  // EINPROGRESS: under way.
  int Connect(const wire::Endpoint& remote);
  // What became of it; clears it.
  int TakeError();

  // `moved` octets went; kMore when there were any.
  // `more` follows at once: it may leave in the same segment.
  Step Send(ByteView data, size_t& moved, bool more = false);
  Step Receive(MutableByteView out, size_t& moved);

  void NoDelay();
  // The kernel gives up a peer from which it hears nothing: probes after `idle` seconds, one each second,
  // `probes` of them, and the same time for what is not acknowledged.
  void LimitSilence(int idle_seconds, int probes);

  void FinishSending();
  // The peer has acknowledged everything that was sent.
  bool AllAcknowledged() const;
  // From now on the kernel hears nothing of what the peer sends on this connection (a socket filter that
  // takes nothing), so that it has nothing to answer. Everything sent should be acknowledged before, or it
  // would be repeated.
  int FallSilent();

  // Hands the descriptor over.
  tap::FileDescriptor Release() { return std::move(fd_); }

  void Close() { fd_.Close(); }
  // By RST.
  void Reset();
  // Closes a connection that was never used, in whatever state it is. True: its handshake was over.
  bool CloseUnused();

 private:
  static Step Judge(int error);

  tap::FileDescriptor fd_;
};

}  // namespace nut::storm
