// Transcript: what has happened in a scene, line by line, each with its time. Owned by the stage; written to
// by everything on it, under virtual time, so equal runs give equal text.
#pragma once

#include <string>
#include <string_view>

#include "stack/base/clock.h"

namespace nut::transcripts {

class Transcript {
 public:
  explicit Transcript(const Clock& clock) : clock_(clock) {}

  // From here on times count from now, and lines are kept.
  void Begin();
  // "0.001000 WHO   WHAT". Long ones go on in the next line.
  void Add(std::string_view who, std::string_view what);
  // What passes the wire. Hidden, it is counted, and a digest of the lines is kept instead.
  void AddPacket(std::string_view who, std::string_view what);
  // Without a time: a heading, a remark.
  void AddRemark(std::string_view text);
  void HidePackets();
  void ShowPackets();

  // All of it. Ends hiding.
  std::string Text();

 private:
  std::string Line(std::string_view who, std::string_view what) const;

  const Clock& clock_;
  Instant start_{};
  bool begun_ = false;
  bool hiding_ = false;
  size_t hidden_ = 0;
  uint32_t digest_ = 0;
  std::string text_;
};

// FNV-1a, 32 bits: not against malice, but the same everywhere.
uint32_t Digest(std::string_view text, uint32_t before = 2166136261u);

}  // namespace nut::transcripts
