#include "test/fuzz/corpus.h"

#include <algorithm>
#include <array>

#include "stack/base/rng.h"

namespace nut::fuzz {
namespace {

Bytes Damaged(Rng& rng, const Bytes& original) {
  Bytes bytes = original;
  const size_t changes = 1 + rng.Below(4);
  for (size_t i = 0; i < changes && !bytes.empty(); ++i) {
    const size_t place = rng.Below(bytes.size());
    switch (rng.Below(4)) {
      case 0: bytes[place] ^= static_cast<uint8_t>(1 << rng.Below(8)); break;
      case 1: bytes[place] = static_cast<uint8_t>(rng.Next32()); break;
      case 2: bytes[place] = std::array<uint8_t, 4>{0, 1, 0x7f, 0xff}[rng.Below(4)]; break;
      case 3: bytes.resize(place); break;
    }
  }
  bytes.shrink_to_fit();  // so that a read past the end leaves the allocation
  return bytes;
}

}  // namespace

void ForEachInput(const Corpus& corpus, const std::function<void(ByteView)>& visit) {
  Rng rng("fuzz corpus");
  for (const Bytes& input : corpus.samples) {
    for (size_t size = 0; size <= input.size(); ++size)
      visit(Bytes(input.begin(), input.begin() + static_cast<ptrdiff_t>(size)));
    for (size_t i = 0; i < corpus.mutations; ++i) visit(Damaged(rng, input));
  }
  for (size_t i = 0; i < corpus.random_inputs; ++i) {
    Bytes bytes(rng.Below(rng.Chance(0.9) ? 128 : 2000));
    rng.Fill(bytes);
    visit(bytes);
  }
}

}  // namespace nut::fuzz
