#include "stack/wire/tcp.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const ByteView segment(data, size);
  const auto view = wire::TcpView::Parse(segment);
  if (!view) return 0;
  NUT_INVARIANT(wire::kTcpHeaderSize + view->options().size() + view->payload().size() == size, "bytes lost");
  fuzz::Inspect(segment, view->options());
  fuzz::Inspect(segment, view->payload());
  fuzz::Use(wire::ParseTcpOptions(view->options()));
  fuzz::Use(view->sequence_length());
  fuzz::Use(view->urgent_pointer());
  fuzz::Use(view->flags().ToText());
  fuzz::Use(view->ChecksumOk({wire::Ipv4Address(198, 19, 0, 1), wire::Ipv4Address(198, 19, 0, 10)}));
  return 0;
}
