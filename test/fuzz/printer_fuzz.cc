#include <vector>

#include "stack/wire/printer.h"
#include "test/fuzz/inspect.h"
#include "test/fuzz/mend.h"

namespace {

void Describe(nut::ByteView frame) {
  const std::string line = nut::wire::Describe(frame);
  NUT_INVARIANT(!line.empty() && line.size() < 400, "a line of an odd length");
  for (const char c : line) NUT_INVARIANT(c >= ' ' && c <= '~', "a line with a byte that is no text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Describe({data, size});
  std::vector<uint8_t> frame(data, data + size);
  nut::fuzz::MendChecksums(frame);
  Describe(frame);
  return 0;
}
