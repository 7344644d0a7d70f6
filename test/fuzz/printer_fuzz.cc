#include "stack/wire/printer.h"
#include "test/fuzz/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  const std::string line = wire::Describe({data, size});
  NUT_INVARIANT(!line.empty() && line.size() < 400, "a line of an odd length");
  for (const char c : line) NUT_INVARIANT(c >= ' ' && c <= '~', "a line with a byte that is no text");
  return 0;
}
