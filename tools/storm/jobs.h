// Jobs: a storm's parts in processes of their own, side by side. Each is forked from this one, tells how far
// it is through a pipe, and hands its result over at the end; one that dies is a fault of its part.
#pragma once

#include <functional>
#include <vector>

#include "tools/storm/result.h"
#include "tools/storm/watcher.h"

namespace nut::storm {

// The work of part `number`, from 0 on, in its own process.
using JobWork = std::function<StormResult(unsigned number, Watcher& watcher)>;

// Runs `count` of them and returns their results in order. `watcher` sees the sum of all; when it says that
// there shall be no new connections, the jobs are told. From a process with one thread.
std::vector<StormResult> RunJobs(unsigned count, const JobWork& work, Watcher& watcher);

}  // namespace nut::storm
