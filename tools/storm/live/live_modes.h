// The live modes of a storm: which side a node plays and which the host's kernel, on a segment of their own.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "apps/storm/plan.h"
#include "tap/system_calls.h"
#include "tools/storm/result.h"
#include "tools/storm/watcher.h"

namespace nut::storm {

enum class LiveMode : uint8_t {
  kNodes,         // two nutnode processes, over two TAPs on a bridge
  kKernelServer,  // a node opens the connections, the kernel's TCP accepts them
  kKernelClient,  // the other way round
};

struct LiveOptions {
  LiveMode mode = LiveMode::kNodes;
  std::string nutnode;        // the program's path
  bool own_namespace = true;  // false: the caller has made one, and this is it
  std::string seed = "1";
  Mix mix = Mix::Default();
  SizeRange sizes;
  uint64_t first = 0;  // number of the first connection
  uint64_t connections = 1;
  unsigned threads = 64;  // connections under way at the same time
};

// Where nutnode is, seen from this program: beside it, or where Bazel has built it. Nothing found: "nutnode".
std::string FindNutnode();

// Runs it. The process must have one thread, and is in the new namespace afterwards for good. What keeps the
// storm from beginning is an error, for a person; what goes wrong in it is a fault of the result. `watcher`
// may be null.
tl::expected<StormResult, std::string> RunLive(tap::SystemCalls& system, const LiveOptions& options,
                                               Watcher* watcher);

}  // namespace nut::storm
