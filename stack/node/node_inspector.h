// NodeInspector: reads a node for its command server, its status page and the program's listings. Owned by
// the node that it shows. Every call makes a snapshot; none is a scheduling point.
#pragma once

#include "stack/node/log_history.h"
#include "stack/pro/inspect/inspector.h"

namespace nut::link {
class Device;
class FramePool;
}  // namespace nut::link

namespace nut::node {

class Node;

class NodeInspector final : public pro::Inspector {
 public:
  // `history` may be null: no log lines then.
  NodeInspector(node::Node& node, const link::FramePool& frames, const link::Device& device,
                const LogHistory* history)
      : node_(node), frames_(frames), device_(device), history_(history) {}

  pro::NodeSnapshot Node() const override;
  std::vector<pro::ThreadSnapshot> Threads() const override;
  pro::SocketList Sockets(size_t most) const override;
  std::vector<pro::TimerSnapshot> Timers(size_t most) const override;
  std::vector<pro::NeighborSnapshot> Neighbors() const override;
  std::vector<pro::RouteSnapshot> Routes() const override;
  std::vector<pro::FilterRuleSnapshot> FilterRules() const override;
  pro::CounterList Counters() const override;
  pro::MemorySnapshot Memory() const override;
  std::vector<pro::LogLineSnapshot> LogLines(size_t most) const override;

 private:
  node::Node& node_;
  const link::FramePool& frames_;
  const link::Device& device_;
  const LogHistory* const history_;
};

}  // namespace nut::node
