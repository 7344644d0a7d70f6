#include "stack/wire/udp.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const ByteView payload(data, size);
  const auto view = wire::UdpView::Parse(payload);
  if (!view) return 0;
  NUT_INVARIANT(view->payload().size() + wire::kUdpHeaderSize == view->length(),
                "another length than the header's");
  fuzz::Inspect(payload, view->payload());
  fuzz::Use(view->source_port());
  fuzz::Use(view->destination_port());
  fuzz::Use(view->ChecksumOk({wire::Ipv4Address(198, 19, 0, 1), wire::Ipv4Address(198, 19, 0, 10)}));
  return 0;
}
