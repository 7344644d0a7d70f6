#include <vector>

#include "stack/wire/tcp_options.h"
#include "test/fuzz/inspect.h"

// Whatever options are read can be written, and are read again as the same, but for SACK blocks without room.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const auto options = wire::ParseTcpOptions({data, size});
  if (!options) return 0;
  std::vector<uint8_t> bytes(wire::TcpOptionsSize(*options));
  NUT_INVARIANT(bytes.size() % 4 == 0 && bytes.size() <= wire::kTcpMaxOptionsSize,
                "options that fit no header");
  wire::EmitTcpOptions(bytes, *options);
  auto again = wire::ParseTcpOptions(bytes);
  NUT_INVARIANT(again.has_value(), "our own options do not parse");
  NUT_INVARIANT(again->sack.size() <= options->sack.size(), "SACK blocks from nowhere");
  again->sack = options->sack;
  NUT_INVARIANT(*again == *options, "options do not round-trip");
  return 0;
}
