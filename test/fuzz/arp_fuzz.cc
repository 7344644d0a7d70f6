#include "stack/wire/arp.h"
#include "test/fuzz/inspect.h"

// Everything that a packet says can be said again in the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const ByteView payload(data, size);
  const auto view = wire::ArpView::Parse(payload);
  if (!view) return 0;
  std::array<uint8_t, wire::kArpSize> again;
  wire::Emit(again, wire::ArpFields{view->operation(), view->sender_mac(), view->sender_ip(),
                                    view->target_mac(), view->target_ip()});
  NUT_INVARIANT(std::equal(again.begin(), again.end(), data), "ARP does not round-trip");
  return 0;
}
