#include "tools/storm/live/live_storm.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace nut::storm {

StormResult LiveStorm::Run(Watcher* watcher) {
  const auto began = Clock::now();
  StormResult result;
  const bool complete = Begin() && Rage(watcher);
  result.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  if (complete && Settle(watcher) && Stop()) Balance(result);
  for (StormEnd* end : {client_.get(), server_.get()}) {
    for (std::string& fault : end->Finish()) faults_.push_back(std::move(fault));
  }
  result.client = client_status_.ledger;
  result.server = server_status_.ledger;
  result.faults = std::move(faults_);
  return result;
}

bool LiveStorm::Begin() {
  // The server first: the client finds it at once.
  for (StormEnd* end : {server_.get(), client_.get()}) {
    if (const auto begun = end->Begin(); !begun) return Fault(begun.error());
  }
  return true;
}

bool LiveStorm::Rage(Watcher* watcher) {
  return Until(watcher, patience_.standstill, "a connection ended",
               [this] { return client_status_.at_rest; });
}

bool LiveStorm::Settle(Watcher* watcher) {
  return Until(watcher, patience_.settling, "the last connection was forgotten", [this] {
    return server_status_.at_rest && client_status_.open == 0 && server_status_.open == 0;
  });
}

bool LiveStorm::Stop() {
  for (StormEnd* end : {client_.get(), server_.get()}) {
    if (const auto stopped = end->Stop(); !stopped) return Fault(stopped.error());
  }
  return Until(nullptr, patience_.settling, "the threads of the storm ended",
               [this] { return client_status_.ended && server_status_.ended; });
}

bool LiveStorm::Until(Watcher* watcher, std::chrono::seconds limit, std::string_view what,
                      const std::function<bool()>& condition) {
  auto progress_at = Clock::now();
  uint64_t progress = 0;
  for (;;) {
    if (!Look()) return false;
    if (condition()) return true;
    if (!Tell(watcher)) return false;
    const uint64_t ended = client_status_.ledger.ended() + server_status_.ledger.ended();
    if (std::exchange(progress, ended) != ended) progress_at = Clock::now();
    if (Clock::now() > progress_at + limit) {
      return Fault(fmt::format(
          "for {} s it has not come about that {}; open connections: {} at the client, {} at the server",
          limit.count(), what, client_status_.open, server_status_.open));
    }
    Pass(Clock::now() + patience_.look);
  }
}

void LiveStorm::Pass(Clock::time_point until) {
  if (client_->Work(until) || server_->Work(until)) return;
  std::this_thread::sleep_until(until);
}

bool LiveStorm::Look() {
  const auto look = [this](StormEnd& end, EndStatus& status) {
    auto seen = end.Look();
    if (!seen) return Fault(seen.error());
    status = *std::move(seen);
    return true;
  };
  return look(*client_, client_status_) && look(*server_, server_status_);
}

bool LiveStorm::Tell(Watcher* watcher) {
  if (watcher == nullptr) return true;
  const bool go_on =
      watcher->OnProgress({.ended = client_status_.ledger.ended(),
                           .failed = client_status_.ledger.fault_count + server_status_.ledger.fault_count,
                           .open = client_status_.open + server_status_.open,
                           .memory = client_status_.memory + server_status_.memory});
  if (go_on || told_to_stop_) return true;
  told_to_stop_ = true;
  const auto stopped = client_->Stop();
  return stopped ? true : Fault(stopped.error());
}

bool LiveStorm::Fault(std::string text) {
  faults_.push_back(std::move(text));
  return false;
}

void LiveStorm::Balance(StormResult& result) {
  for (std::string& fault : storm::Balance(client_status_.ledger, server_status_.ledger)) {
    faults_.push_back(std::move(fault));
  }
  for (const auto& [end, ledger] :
       {std::pair(client_.get(), &client_status_.ledger), std::pair(server_.get(), &server_status_.ledger)}) {
    for (const Ledger::Fault& fault : ledger->faults) {
      faults_.push_back(fmt::format("{}: connection {}: {}", end->name(), fault.connection, fault.text));
    }
  }
  result.totals["client_resident_bytes"] = client_status_.memory;
  result.totals["server_resident_bytes"] = server_status_.memory;
}

}  // namespace nut::storm
