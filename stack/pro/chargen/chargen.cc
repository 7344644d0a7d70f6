#include "stack/pro/chargen/chargen.h"

namespace nut::pro {
namespace {

constexpr size_t kPrintingCharacters = 95;  // ' ' to '~'
constexpr size_t kCharactersInLine = 72;
constexpr size_t kLongestAnswer = 512;
constexpr size_t kPeriodsInChunk = 9;

constexpr std::array<uint8_t, kChargenPeriod> MakePattern() {
  std::array<uint8_t, kChargenPeriod> pattern{};
  size_t at = 0;
  for (size_t line = 0; line < kPrintingCharacters; ++line) {
    for (size_t i = 0; i < kCharactersInLine; ++i) {
      pattern[at++] = static_cast<uint8_t>(' ' + (line + i) % kPrintingCharacters);
    }
    pattern[at++] = '\r';
    pattern[at++] = '\n';
  }
  return pattern;
}

constexpr std::array<uint8_t, kChargenPeriod> kPattern = MakePattern();

}  // namespace

const std::array<uint8_t, kChargenPeriod>& ChargenPattern() { return kPattern; }

ChargenStream::ChargenStream() : pattern_(link::Chunk::OnHeap(kPeriodsInChunk * kChargenPeriod)) {
  while (pattern_->room() > 0) pattern_->Append(kPattern);
}

Result<Next> ChargenStream::Serve(ServerStream& stream) {
  while (true) {
    if (auto written = stream.WriteSlice({pattern_, pattern_->bytes()}); !written) {
      return Fail(written.error());
    }
  }
}

std::optional<ByteView> ChargenDatagram::Answer(ByteView) {
  return ByteView(kPattern).first(rng_.Below(kLongestAnswer + 1));
}

}  // namespace nut::pro
