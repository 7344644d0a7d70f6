#include "stack/tcp/mutants.h"
#include "stack/tcp/receive_buffer.h"

namespace nut::tcp {

void MutantAccess::LoseUnread(ReceiveBuffer& buffer) {
  buffer.queue_.Release();
  buffer.in_frames_ = buffer.in_chunks_ = 0;
}

}  // namespace nut::tcp
