#include "stack/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace nut {

void InvariantBroken(const char* condition, const char* file, int line, std::string_view why) {
  std::fprintf(stderr, "nutnet: internal fault at %s:%d: %.*s (%s)\n", file, line,
               static_cast<int>(why.size()), why.data(), condition);
  std::abort();
}

}  // namespace nut
