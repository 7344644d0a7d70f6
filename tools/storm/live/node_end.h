// NodeEnd: a node as one side of a live storm: told by a line of its storm service what to do, and looked at
// by `status` lines. At the end it must hold nothing that it did not hold before.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tools/storm/live/node_process.h"
#include "tools/storm/live/storm_end.h"

namespace nut::storm {

class NodeEnd final : public StormEnd {
 public:
  enum class Role : uint8_t { kClient, kServer };

  // `command`: the line that begins it.
  NodeEnd(std::unique_ptr<NodeProcess> node, Role role, std::string command)
      : node_(std::move(node)),
        role_(role),
        command_(std::move(command)),
        name_(role == Role::kClient ? "client node" : "server node") {}

  tl::expected<void, std::string> Begin() override;
  bool Work(std::chrono::steady_clock::time_point) override { return false; }
  tl::expected<EndStatus, std::string> Look() override;
  tl::expected<void, std::string> Stop() override;
  std::vector<std::string> Finish() override;
  std::string_view name() const override { return name_; }

 private:
  // What a node holds, as its status says.
  struct Holdings {
    uint64_t sockets = 0;
    uint64_t threads = 0;
    uint64_t heap = 0;  // of the node's budget, bytes
    uint64_t frames = 0;

    bool NoMoreThan(const Holdings& other) const {
      return sockets <= other.sockets && threads <= other.threads && heap <= other.heap &&
             frames <= other.frames;
    }
  };

  tl::expected<nlohmann::json, std::string> Status();
  static Holdings HoldingsOf(const nlohmann::json& status);
  // What it holds when it has come to rest: late frames of the peer may still be on their way.
  tl::expected<Holdings, std::string> AtRest();

  std::unique_ptr<NodeProcess> node_;
  const Role role_;
  const std::string command_;
  const std::string name_;
  Holdings before_;
};

}  // namespace nut::storm
