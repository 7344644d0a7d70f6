// The corpus of targets that read packets.
#include "test/fuzz/corpus.h"
#include "test/fuzz/sample_frames.h"

namespace nut::fuzz {
namespace {

// The frames from each header on, so that a parser of any layer gets its own format.
std::vector<Bytes> FramesFromEachHeader() {
  constexpr size_t kIp = 14;
  constexpr size_t kTransport = kIp + 20;
  std::vector<Bytes> inputs;
  for (const Bytes& frame : SampleFrames()) {
    // Behind Ethernet, IPv4, an IPv4 option, UDP or ICMP, and TCP.
    for (const size_t start : {size_t{0}, kIp, kTransport, kTransport + 4, kTransport + 8, kTransport + 20}) {
      if (start < frame.size()) inputs.emplace_back(frame.begin() + static_cast<ptrdiff_t>(start), frame.end());
    }
  }
  return inputs;
}

}  // namespace

Corpus MakeCorpus() { return {.samples = FramesFromEachHeader(), .mutations = 500, .random_inputs = 100'000}; }

}  // namespace nut::fuzz
