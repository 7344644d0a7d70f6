#include "stack/wire/ethernet.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const ByteView frame(data, size);
  const auto view = wire::EthernetView::Parse(frame);
  if (!view) return 0;
  fuzz::Use(view->destination());
  fuzz::Use(view->source());
  fuzz::Use(view->ether_type());
  fuzz::Inspect(frame, view->payload());
  return 0;
}
