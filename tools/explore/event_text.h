// StoryEvents as lines of text, one JSON object each, and back: how a child tells its parent what happens in
// it, as it happens. Whatever a dying child had written is whole but for the last line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "test/explore/fault.h"
#include "test/explore/story.h"

namespace nut::explorer {

std::string ToLine(const explore::StoryEvent& event);  // ends in a newline
std::optional<explore::StoryEvent> FromLine(std::string_view line);

// Those of all whole lines; lines that are no events are left out.
std::vector<explore::StoryEvent> EventsIn(std::string_view lines);

// The name that FaultKinds have in reports: "memory", …; none for another text.
std::optional<explore::FaultKind> FaultKindNamed(std::string_view name);

// Writes every event to a descriptor at once.
class EventWriter final : public explore::StoryListener {
 public:
  explicit EventWriter(int descriptor) : descriptor_(descriptor) {}
  void On(const explore::StoryEvent& event) override;

 private:
  const int descriptor_;
};

}  // namespace nut::explorer
