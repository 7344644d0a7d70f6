#include "stack/tcp/state_table.h"

namespace nut::tcp {

std::string_view NameOf(Event event) {
  switch (event) {
    case Event::kActiveOpen: return "ACTIVE-OPEN";
    case Event::kPassiveOpen: return "PASSIVE-OPEN";
    case Event::kSynArrives: return "SYN-ARRIVES";
    case Event::kSynAckArrives: return "SYN-ACK-ARRIVES";
    case Event::kSynAcknowledged: return "SYN-ACKNOWLEDGED";
    case Event::kFinArrives: return "FIN-ARRIVES";
    case Event::kFinAcknowledged: return "FIN-ACKNOWLEDGED";
    case Event::kResetArrives: return "RESET-ARRIVES";
    case Event::kClose: return "CLOSE";
    case Event::kAbort: return "ABORT";
    case Event::kTimeWaitEnds: return "TIME-WAIT-ENDS";
    case Event::kRelease: return "RELEASE";
  }
  return "?";
}

}  // namespace nut::tcp
