// NodeProcess: a nutnode on a TAP of the segment, with its storm service: started, asked, ended. Owned by the
// end that it plays. One thread uses it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "stack/wire/ipv4_address.h"
#include "tap/system_calls.h"
#include "tools/storm/live/child_process.h"
#include "tools/storm/live/control.h"
#include "tools/storm/live/segment.h"

namespace nut::storm {

struct NodeProgram {
  std::string path;  // of nutnode
  std::string name;  // of the node: "client"
  wire::Ipv4Prefix address;
  std::string seed;
};

class NodeProcess {
 public:
  // Returns when the node answers. Errors, here and below, are for a person, one or more lines.
  static tl::expected<std::unique_ptr<NodeProcess>, std::string> Start(tap::SystemCalls& system,
                                                                       Segment& segment,
                                                                       const NodeProgram& program);

  // One line of its storm service.
  tl::expected<std::string, std::string> Ask(std::string_view line);
  // Takes its output over.
  void Drain() { process_->Drain(); }
  // SIGTERM. An error if it does not end with status 0.
  tl::expected<void, std::string> End();

  const std::string& name() const { return name_; }
  size_t resident_bytes() const { return process_->ResidentBytes(); }

 private:
  NodeProcess(std::string name, std::unique_ptr<ChildProcess> process, std::unique_ptr<Control> control)
      : name_(std::move(name)), process_(std::move(process)), control_(std::move(control)) {}

  const std::string name_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<Control> control_;
};

}  // namespace nut::storm
