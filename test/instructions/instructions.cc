// What two nodes do for a short connection, and for a segment of a long one. Run under callgrind by
// instructions_test.py, which says how; then "callgrind_annotate FILE.1" shows where the first part goes, and
// so on.

#include "test/instructions/phases.h"
#include "test/instructions/traffic.h"

int main() {
  using nut::instructions::Phase;
  using nut::instructions::Traffic;
  {
    Traffic traffic;
    traffic.ShortConnections(1000);  // pools and tables grow to their size
    Phase("short connection", "connections", [&] { return traffic.ShortConnections(2000); });
  }
  {
    Traffic traffic;
    traffic.AddIdle(5000);
    traffic.ShortConnections(1000);
    Phase("short connection, 5000 idle", "connections", [&] { return traffic.ShortConnections(2000); });
  }
  {
    Traffic traffic;
    traffic.Bulk(2000);
    Phase("bulk", "segments", [&] { return traffic.Bulk(4000); });
  }
  return 0;
}
