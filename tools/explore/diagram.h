// Diagram: a run as a sequence diagram, before it is drawn: the threads of node a, the wire and the threads
// of node b side by side, what happened below one another. Made from a story's events; drawn by
// terminal_diagram.h and svg_diagram.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stack/base/time.h"
#include "test/explore/schedule.h"
#include "test/explore/story.h"

namespace nut::explorer {

struct Lane {
  std::string node;    // "a", "b"; empty: the wire, where the world's own events stand too
  std::string thread;  // empty where a node acts outside of its threads

  bool is_wire() const { return node.empty(); }
};

struct DiagramRow {
  enum class Kind : uint8_t {
    kEvent,
    kFrame,      // from `lane` to `to`
    kDeviation,  // a decision that production would have taken otherwise
    kFault,
    kGap,  // `text` says how much is left out
  };
  Kind kind{};
  Instant when{};
  size_t lane = 0;
  size_t to = 0;
  std::string text;
  std::string mark;  // kDeviation: "17:1"
};

struct Diagram {
  std::vector<Lane> lanes;  // a's, the wire, b's; those who send most are next to the wire
  std::vector<DiagramRow> rows;
  size_t wire = 0;  // its lane
};

// `fault` is what broke in the end, in one sentence; empty: nothing. `last` is who ran then, where it is
// known.
Diagram MakeDiagram(const std::vector<explore::StoryEvent>& events, const explore::Schedule& schedule,
                    const std::string& fault, const std::optional<Lane>& last = std::nullopt);

// Only the rows near a deviation and the last ones; the rest become gaps.
Diagram Condensed(Diagram diagram, size_t around, size_t last);

}  // namespace nut::explorer
