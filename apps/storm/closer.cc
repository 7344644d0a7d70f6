#include "apps/storm/closer.h"

namespace nut::storm {

Closer::Closer(tcp::Engine& engine, Ledger& ledger)
    : engine_(engine), ledger_(ledger), work_(engine.executor(), "storm closer") {}

Result<void> Closer::Start(uint8_t priority) {
  const auto thread = engine_.executor().Create(
      "storm-closer", [this] { Run(); }, 0, priority);
  if (!thread) return Fail(thread.error());
  running_ = true;
  return {};
}

void Closer::CloseAfter(tcp::ConnectionHandle handle, Duration delay) {
  orders_.push({After(engine_.executor().Now(), delay), number_++, handle});
  work_.PostAsync();
}

void Closer::Stop() {
  stopping_ = true;
  work_.PostAsync();
}

void Closer::Run() {
  while (!stopping_ || !orders_.empty()) {
    if (orders_.empty()) {
      work_.Wait();
      continue;
    }
    const Order order = orders_.top();
    if (const Duration left = order.due - engine_.executor().Now(); left > Duration(0)) {
      work_.Wait(left);
      continue;
    }
    orders_.pop();
    // Whether the server will know of it; the two calls see the same state, for neither the question nor the
    // request itself switches.
    const bool established = engine_.IsReady(order.handle, tcp::Interest::kEstablished);
    if (engine_.Close(order.handle)) ledger_.established_early += established;
  }
  running_ = false;
}

}  // namespace nut::storm
