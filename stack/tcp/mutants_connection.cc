#include "stack/tcp/mutants.h"
#include "stack/tcp/receive_buffer.h"

namespace nut::tcp {

void MutantAccess::LoseUnread(ReceiveBuffer& buffer) { buffer.ring_.Release(); }

}  // namespace nut::tcp
