// The corpus of node_fuzz. A script takes a thousand times as long as a parser.
#include "test/fuzz/corpus.h"
#include "test/fuzz/node_seeds.h"

namespace nut::fuzz {

Corpus MakeCorpus() { return {.samples = NodeSeeds(), .mutations = 20, .random_inputs = 300}; }

}  // namespace nut::fuzz
