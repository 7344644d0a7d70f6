// Runs the LLVMFuzzerTestOneInput that it is linked with over the generated corpus: what libFuzzer would try
// first, without libFuzzer, in every build. A fault ends the process, as it does under libFuzzer.
#include "test/fuzz/corpus.h"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace nut::fuzz {
namespace {

TEST(FuzzCorpus, RunsThroughTheTarget) {
  constexpr size_t kMutations = 500;
  constexpr size_t kRandomInputs = 100'000;
  size_t inputs = 0;
  ForEachInput(kMutations, kRandomInputs, [&inputs](ByteView input) {
    ++inputs;
    ASSERT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0) << "input " << inputs;
  });
  EXPECT_GT(inputs, kRandomInputs + SampleInputs().size() * kMutations);
}

}  // namespace
}  // namespace nut::fuzz
