// Runs the LLVMFuzzerTestOneInput that it is linked with over the generated corpus: what libFuzzer would try
// first, without libFuzzer, in every build. A fault ends the process, as it does under libFuzzer.
#include "test/fuzz/corpus.h"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace nut::fuzz {
namespace {

TEST(FuzzCorpus, RunsThroughTheTarget) {
  const Corpus corpus = MakeCorpus();
  size_t inputs = 0;
  ForEachInput(corpus, [&inputs](ByteView input) {
    ++inputs;
    ASSERT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0) << "input " << inputs;
  });
  EXPECT_GT(inputs, corpus.random_inputs + corpus.samples.size() * corpus.mutations);
}

}  // namespace
}  // namespace nut::fuzz
