#include "apps/storm_service/node_storm.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nut::storm {

std::string NodeStorm::Execute(std::string_view line, size_t conversations) {
  const auto command = ParseCommand(line);
  if (!command) return "error: " + command.error();
  tl::expected<std::string, std::string> answer = "ok";
  if (const auto* serve = std::get_if<ServeCommand>(&*command)) {
    answer = Do(*serve);
  } else if (const auto* client = std::get_if<ClientCommand>(&*command)) {
    answer = Do(*client);
  } else if (std::holds_alternative<StatusCommand>(*command)) {
    answer = Status(conversations).dump();
  } else {
    Stop();
  }
  return answer ? *answer : "error: " + answer.error();
}

tl::expected<std::string, std::string> NodeStorm::Do(const ServeCommand& command) {
  if (server_ && !server_->done()) return tl::unexpected(std::string("the server is still at work"));
  server_ = std::make_unique<Server>(engine_, black_hole_, command.options);
  if (const auto started = server_->Start(); !started) {
    server_->Stop();  // the threads that it has already wait at its port
    return tl::unexpected(fmt::format("the server at port {} cannot start: {}", command.options.port.number(),
                                      Describe(started.error())));
  }
  return std::string("ok");
}

tl::expected<std::string, std::string> NodeStorm::Do(const ClientCommand& command) {
  if (client_ && !client_->done()) return tl::unexpected(std::string("the client is still at work"));
  client_.reset();
  planner_.emplace(command.seed, command.mix, command.sizes);
  client_ = std::make_unique<Client>(engine_, command.targets, *planner_, black_hole_, command.options);
  if (const auto started = client_->Start(); !started) {
    client_->Stop();  // the threads that it has already may be at work
    return tl::unexpected(fmt::format("the client cannot start: {}", Describe(started.error())));
  }
  return std::string("ok");
}

nlohmann::json NodeStorm::Status(size_t conversations) const {
  const pro::MemorySnapshot memory = inspector_.Memory();
  nlohmann::json status = {
      {"sockets", engine_.connection_count() - std::min(conversations, engine_.connection_count())},
      {"time_wait", engine_.time_wait_count()},
      {"threads", engine_.executor().thread_count()},
      {"heap_used", memory.heap_used},
      {"heap_high_water", memory.heap_high_water},
      {"process_heap", mallinfo2().uordblks},
      {"swallowed", black_hole_.swallowed()},
      {"client", nullptr},
      {"server", nullptr},
  };
  for (const pro::PoolSnapshot& pool : memory.pools) status["pools"][pool.name] = pool.in_use;
  if (client_) status["client"] = {{"done", client_->done()}, {"ledger", client_->ledger().ToJson()}};
  if (server_) {
    status["server"] = {
        {"idle", server_->idle()}, {"done", server_->done()}, {"ledger", server_->ledger().ToJson()}};
  }
  return status;
}

void NodeStorm::Stop() {
  if (client_) client_->Stop();
  if (server_) server_->Stop();
}

bool NodeStorm::done() const { return (!client_ || client_->done()) && (!server_ || server_->done()); }

bool NodeStorm::WaitUntilDone(Duration limit) {
  os::Executor& executor = engine_.executor();
  const Instant deadline = After(executor.Now(), limit);
  while (!done() && executor.Now() < deadline) executor.Sleep(1ms);
  return done();
}

}  // namespace nut::storm
