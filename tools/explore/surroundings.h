// What the program's surroundings ask of it: to be one shard of a sharded test (Bazel's variables), and to
// stop when the keyboard or another process says so. Process-wide by nature; used by main alone.
#pragma once

#include <string>

#include "tools/explore/job.h"

namespace nut::explorer {

// TEST_SHARD_INDEX of TEST_TOTAL_SHARDS; touches TEST_SHARD_STATUS_FILE, which tells Bazel that sharding is
// understood. The whole where there are none.
Part ShardFromEnvironment();

// TEST_UNDECLARED_OUTPUTS_DIR; empty where there is none.
std::string OutputsDirectory();

// SIGINT and SIGTERM are noted from now on.
void NoteInterrupts();
bool Interrupted();

}  // namespace nut::explorer
