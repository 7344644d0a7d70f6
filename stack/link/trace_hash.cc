#include "stack/link/trace_hash.h"

namespace nut::link {
namespace {

// The key is the same in every run: this hash compares runs, it keeps nobody out.
SipHash MakeHash() {
  Rng key("wire trace");
  return SipHash(key);
}

}  // namespace

TraceHash::TraceHash() : hash_(MakeHash()) {}

void TraceHash::OnFrame(Instant now, uint32_t port, const Frame& frame) {
  ++frames_;
  // A chain: each value covers the frame and, through the value before, all frames before.
  const uint64_t link[] = {value_, static_cast<uint64_t>(now.time_since_epoch().count()), port, frame.size(),
                           hash_(frame.data())};
  value_ = hash_({reinterpret_cast<const uint8_t*>(link), sizeof link});
}

}  // namespace nut::link
