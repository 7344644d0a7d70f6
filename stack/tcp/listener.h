// Listener: a port (and perhaps an address) that takes connections, with its SYN queue (handshakes under way)
// and its accept queue (established, not accepted yet). Owned by the listener table; freed by the state
// machine when nobody waits any more. Good until the next scheduling point; beyond it threads hold the
// handle.
#pragma once

#include <cstddef>

#include "stack/os/event_queue.h"
#include "stack/os/thread_info.h"
#include "stack/tcp/engine_handles.h"
#include "stack/tcp/engine_record.h"
#include "stack/tcp/shared_parameters.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

struct Listener {
  Listener(os::Executor& executor, const wire::Endpoint& local, size_t backlog,
           const SharedParameters& parameters)
      : local(local), backlog(backlog), parameters(parameters), acceptable(executor, "tcp accept") {}

  bool syn_queue_full() const { return syn_count >= parameters->maximum_syn_queue; }
  bool accept_queue_full() const { return accept_count >= backlog; }

  const wire::Endpoint local;  // address none: every address of the node
  const size_t backlog;
  const SharedParameters parameters;  // what accepted connections start with
  ListenerHandle handle;
  os::ThreadHandle owner;
  bool closed = false;  // found by nobody any more; its connections are being reset

  // Both oldest first; counted here because intrusive lists that unlink themselves do not count.
  ListenQueue syn_queue;
  size_t syn_count = 0;
  ListenQueue accept_queue;
  size_t accept_count = 0;

  size_t fast_open_count = 0;  // accepted or to be, before their handshake is over (RFC 7413)
  Instant cookies_until{};     // when the last cookie that it gave out is no good any more

  uint32_t pins = 0;  // threads inside WaitAcceptable
  os::EventQueue acceptable;
  WatchList watches;
};

}  // namespace nut::tcp
