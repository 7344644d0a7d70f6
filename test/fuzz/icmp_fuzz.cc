#include <vector>

#include "stack/wire/checksum.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/transport_quote.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  std::vector<uint8_t> message(data, data + size);
  auto view = wire::IcmpView::Parse(message);
  if (!view && view.error() == DropReason::kIcmpBadChecksum) {
    // A fuzzer does not guess checksums: mend it, or nothing behind it is ever reached.
    StoreBe16(message.data() + 2, 0);
    StoreBe16(message.data() + 2, wire::Checksum(message));
    view = wire::IcmpView::Parse(message);
    NUT_INVARIANT(view.has_value(), "a mended checksum is still wrong");
  }
  if (!view) return 0;
  fuzz::Inspect(message, view->payload());
  fuzz::Use(view->rest());
  fuzz::Use(view->gateway());
  fuzz::Use(view->pointer());
  if (!wire::IsError(view->type())) return 0;
  const auto quoted = wire::Ipv4View::ParseQuoted(view->payload());
  if (!quoted) return 0;
  fuzz::Inspect(view->payload(), quoted->payload());
  fuzz::Use(wire::TransportQuote::Parse(quoted->payload()));
  return 0;
}
