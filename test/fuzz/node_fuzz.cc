#include "test/fuzz/node_script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  nut::fuzz::NodeScript().Run({data, size});
  return 0;
}
