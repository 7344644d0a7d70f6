#include "test/transcripts/transcript.h"

#include <fmt/format.h>

namespace nut::transcripts {
namespace {

constexpr size_t kColumns = 130;
constexpr std::string_view kMargin = "                      ";

// Cut at blanks; what is indented belongs to the line above.
void AppendFolded(std::string& out, std::string_view line) {
  bool first = true;
  while (!line.empty()) {
    const size_t room = kColumns - (first ? 0 : kMargin.size());
    size_t cut = line.size();
    if (cut > room) {
      cut = line.rfind(' ', room);
      if (cut == line.npos || cut < kMargin.size()) cut = room;
    }
    if (!first) out += kMargin;
    out += line.substr(0, cut);
    out += '\n';
    line.remove_prefix(cut);
    while (line.starts_with(' ')) line.remove_prefix(1);
    first = false;
  }
}

}  // namespace

uint32_t Digest(std::string_view text, uint32_t before) {
  uint32_t digest = before;
  for (const char octet : text) digest = (digest ^ static_cast<uint8_t>(octet)) * 16777619u;
  return digest;
}

void Transcript::Begin() {
  start_ = clock_.Now();
  begun_ = true;
}

std::string Transcript::Line(std::string_view who, std::string_view what) const {
  const auto nanoseconds = (clock_.Now() - start_).count();
  return fmt::format("{}.{:06} {:<8} {}", nanoseconds / 1'000'000'000, nanoseconds / 1000 % 1'000'000, who,
                     what);
}

void Transcript::Add(std::string_view who, std::string_view what) {
  if (begun_) AppendFolded(text_, Line(who, what));
}

void Transcript::AddPacket(std::string_view who, std::string_view what) {
  if (!begun_) return;
  if (!hiding_) return Add(who, what);
  ++hidden_;
  digest_ = Digest(Line(who, what), digest_);
}

void Transcript::AddRemark(std::string_view text) { AppendFolded(text_, text); }

void Transcript::HidePackets() {
  ShowPackets();
  hiding_ = true;
  hidden_ = 0;
  digest_ = Digest("");
}

void Transcript::ShowPackets() {
  if (hiding_) AddRemark(fmt::format("... {} packets, digest {:08x}", hidden_, digest_));
  hiding_ = false;
}

std::string Transcript::Text() {
  ShowPackets();
  return text_;
}

}  // namespace nut::transcripts
