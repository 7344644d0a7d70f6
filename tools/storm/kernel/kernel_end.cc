#include "tools/storm/kernel/kernel_end.h"

#include <thread>

namespace nut::storm {

// --- server

tl::expected<void, std::string> KernelServerEnd::Begin() {
  auto server = KernelServer::Listen(system_, options_);
  if (!server) return tl::unexpected(server.error());
  server_ = *std::move(server);
  return {};
}

bool KernelServerEnd::Work(HostTime until) {
  server_->Wait(until);
  return true;
}

tl::expected<EndStatus, std::string> KernelServerEnd::Look() {
  const bool at_rest = server_->open_sessions() == 0;
  return EndStatus{.ledger = server_->ledger(),
                   .at_rest = at_rest,
                   .ended = at_rest,
                   .open = server_->open_sessions(),
                   .memory = 0};
}

std::vector<std::string> KernelServerEnd::Finish() {
  server_.reset();
  return {};
}

// --- client

tl::expected<void, std::string> KernelClientEnd::Begin() {
  auto client = KernelClient::Make(system_, options_, planner_);
  if (!client) return tl::unexpected(client.error());
  client_ = *std::move(client);
  return {};
}

bool KernelClientEnd::Work(HostTime until) {
  client_->Wait(until);
  if (client_->done()) std::this_thread::sleep_until(until);
  return true;
}

tl::expected<EndStatus, std::string> KernelClientEnd::Look() {
  const bool done = client_->done();
  return EndStatus{.ledger = client_->ledger(),
                   .at_rest = done,
                   .ended = done,
                   .open = client_->open_sessions(),
                   .memory = 0};
}

tl::expected<void, std::string> KernelClientEnd::Stop() {
  client_->Stop();
  return {};
}

std::vector<std::string> KernelClientEnd::Finish() {
  client_.reset();
  return {};
}

}  // namespace nut::storm
