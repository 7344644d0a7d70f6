// The oracle of waiting: no thread waits although what it waits for has happened, or can never happen. Looks
// at a node when its state machine rests: then everything that it had to tell is told. Named with thread,
// what it waits for, and why that is wrong.
#pragma once

#include <string>

#include "stack/os/executor.h"
#include "stack/tcp/engine.h"
#include "test/explore/oracles/verdict.h"

namespace nut::explore {

// It sleeps where it sleeps when it has nothing to do.
bool Rests(const os::Executor& executor, os::ThreadHandle thread);

// After a step. `machine`: the node's thread "tcpsm".
void CheckWaiters(const tcp::Engine& engine, os::ThreadHandle machine, Verdict& verdict);

// When nothing happens any more: the thread should have ended and has not.
void ReportStuck(const os::Executor& executor, os::ThreadHandle thread, Verdict& verdict);

}  // namespace nut::explore
