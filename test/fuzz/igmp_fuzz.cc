#include <vector>

#include "stack/wire/checksum.h"
#include "stack/wire/igmp.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  std::vector<uint8_t> message(data, data + size);
  auto view = wire::IgmpView::Parse(message);
  if (!view && view.error() == DropReason::kIgmpBadChecksum) {
    // A fuzzer does not guess checksums: mend it, or nothing behind it is ever reached.
    StoreBe16(message.data() + 2, 0);
    StoreBe16(message.data() + 2, wire::Checksum(message));
    view = wire::IgmpView::Parse(message);
  }
  if (!view) return 0;
  fuzz::Use(view->group());
  NUT_INVARIANT(view->max_response_time() >= Duration::zero(), "a response time in the past");
  NUT_INVARIANT(view->robustness() <= 7 && view->query_interval() <= 31744s, "more than RFC 3376 4.1.7 can say");
  for (size_t i = 0; i < view->source_count(); ++i) fuzz::Use(view->source(i));
  return 0;
}
