// NodeStorm: the part of one node in a storm: at most one client and one server, started and stopped by
// commands. Owned by the program, which keeps it until the node is shut down: then every wait of its threads
// has ended, and WaitUntilDone lets them go. The node and the vanisher outlive it. Called by the threads of
// the service.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "apps/storm/black_hole_device.h"
#include "apps/storm/client.h"
#include "apps/storm/plan.h"
#include "apps/storm/server.h"
#include "apps/storm_service/command.h"
#include "stack/pro/inspect/inspector.h"
#include "stack/tcp/engine.h"

namespace nut::storm {

class NodeStorm {
 public:
  NodeStorm(tcp::Engine& engine, const pro::Inspector& inspector, BlackHoleDevice& black_hole)
      : engine_(engine), inspector_(inspector), black_hole_(black_hole) {}
  NodeStorm(const NodeStorm&) = delete;
  NodeStorm& operator=(const NodeStorm&) = delete;

  // (switches) Does what `line` says; gives the answer, without the end of the line. `conversations` are the
  // connections of the node that carry such lines; they are no part of the storm.
  std::string Execute(std::string_view line, size_t conversations);

  // (switches) No new connections.
  void Stop();

  // (switches) Waits until every thread has ended, at most `limit`. False: some have not.
  bool WaitUntilDone(Duration limit);

 private:
  tl::expected<std::string, std::string> Do(const ServeCommand& command);
  tl::expected<std::string, std::string> Do(const ClientCommand& command);
  nlohmann::json Status(size_t conversations) const;
  bool done() const;

  tcp::Engine& engine_;
  const pro::Inspector& inspector_;
  BlackHoleDevice& black_hole_;
  std::optional<Planner> planner_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Server> server_;
};

}  // namespace nut::storm
