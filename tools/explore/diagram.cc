#include "tools/explore/diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

namespace nut::explorer {
namespace {

using explore::StoryEvent;
using Kind = DiagramRow::Kind;

// A frame without what its arrow shows already, and without its options:
// "IP 198.19.0.10.49152 > 198.19.0.20.80: Flags [S], …" to "49152 > 80 [S], …".
std::string Shortened(const std::string& frame) {
  static const std::regex kAddresses(R"(^IP [\d.]+\.(\d+) > [\d.]+\.(\d+): (?:Flags )?)");
  static const std::regex kOptions(R"(,? options \[[^\]]*\])");
  return std::regex_replace(std::regex_replace(frame, kAddresses, "$1 > $2 "), kOptions, "");
}

// The wire's lane is everybody's who is nowhere else.
std::string TextOf(const StoryEvent& event) {
  if (event.kind == StoryEvent::Kind::kFrame) return Shortened(event.text);
  const bool needs_name =
      event.kind != StoryEvent::Kind::kDecision && event.node.empty() && !event.thread.empty();
  return needs_name ? fmt::format("{}: {}", event.thread, event.text) : event.text;
}

class Maker {
 public:
  explicit Maker(const std::vector<StoryEvent>& events) : events_(events) { MakeLanes(); }

  void AddRows(const explore::Schedule& schedule) {
    for (const StoryEvent& event : events_) {
      // What the run itself says of its fault is told once, by the last row.
      if (event.kind == StoryEvent::Kind::kFault) {
        AtFault(event);
        continue;
      }
      DiagramRow row{.kind = KindOf(event), .when = event.when, .lane = LaneOf(event), .text = TextOf(event)};
      if (row.kind == Kind::kFrame) row.to = ReceiverOf(event);
      if (row.kind == Kind::kDeviation) row.mark = MarkOf(event, schedule);
      last_ = row.lane;
      diagram_.rows.push_back(std::move(row));
    }
  }

  // A thread without any event has no lane of its own; then the fault stays where it is.
  void SetLast(const Lane& last) {
    for (size_t i = 0; i < diagram_.lanes.size(); ++i) {
      if (diagram_.lanes[i].node == last.node && diagram_.lanes[i].thread == last.thread) last_ = i;
    }
  }

  void AddFault(const std::string& text) {
    const Instant when = events_.empty() ? Instant{} : events_.back().when;
    diagram_.rows.push_back({.kind = Kind::kFault, .when = when, .lane = last_, .text = text});
  }

  Diagram Take() { return std::move(diagram_); }

 private:
  static Kind KindOf(const StoryEvent& event) {
    switch (event.kind) {
      case StoryEvent::Kind::kFrame: return Kind::kFrame;
      case StoryEvent::Kind::kDecision: return Kind::kDeviation;
      default: return Kind::kEvent;
    }
  }

  static std::string MarkOf(const StoryEvent& event, const explore::Schedule& schedule) {
    for (const explore::Deviation& deviation : schedule.deviations) {
      if (deviation.step == event.step) return fmt::format("{}:{}", deviation.step, deviation.choice);
    }
    return fmt::format("{}", event.step);
  }

  void MakeLanes() {
    struct Count {
      size_t first;
      size_t frames = 0;
    };
    std::map<std::pair<std::string, std::string>, Count> counts;
    for (size_t i = 0; i < events_.size(); ++i) {
      const StoryEvent& event = events_[i];
      if (event.node.empty()) continue;
      Count& count = counts.try_emplace({event.node, event.thread}, Count{i}).first->second;
      if (event.kind == StoryEvent::Kind::kFrame) {
        ++count.frames;
        // A receiver needs a lane for its arrow, too.
        if (!event.to.empty()) counts.try_emplace({event.to, ""}, Count{events_.size()});
      }
    }
    // A node without a thread of its own name stands for itself only where it has no other lane.
    std::erase_if(counts, [&](const auto& entry) {
      const std::string& node = entry.first.first;
      return entry.first.second.empty() && std::ranges::any_of(counts, [&](const auto& other) {
               return other.first.first == node && !other.first.second.empty();
             });
    });
    for (const std::string node : {"a", "b"}) {
      std::vector<std::pair<Count, std::string>> threads;
      for (const auto& [name, count] : counts) {
        if (name.first == node) threads.push_back({count, name.second});
      }
      std::ranges::sort(threads, [&](const auto& one, const auto& other) {
        const auto key = [](const Count& c) { return std::pair(c.frames, c.first); };
        return node == "a" ? key(one.first) < key(other.first) : key(other.first) < key(one.first);
      });
      for (const auto& [count, thread] : threads) diagram_.lanes.push_back({node, thread});
      if (node == "a") {
        diagram_.wire = diagram_.lanes.size();
        diagram_.lanes.push_back({});
      }
    }
    last_ = diagram_.wire;
  }

  size_t LaneOf(const StoryEvent& event) const {
    for (size_t i = 0; i < diagram_.lanes.size(); ++i) {
      if (diagram_.lanes[i].node == event.node && diagram_.lanes[i].thread == event.thread) return i;
    }
    return event.node.empty() ? diagram_.wire : NextToWire(event.node);
  }

  // The lane of a node that is nearest to the wire.
  size_t NextToWire(const std::string& node) const {
    if (node == "a" && diagram_.wire > 0) return diagram_.wire - 1;
    if (node == "b" && diagram_.wire + 1 < diagram_.lanes.size()) return diagram_.wire + 1;
    return diagram_.wire;
  }

  size_t ReceiverOf(const StoryEvent& event) const {
    return event.to.empty() ? diagram_.wire : NextToWire(event.to);
  }

  void AtFault(const StoryEvent& event) {
    if (!event.node.empty()) last_ = LaneOf(event);
  }

  const std::vector<StoryEvent>& events_;
  Diagram diagram_;
  size_t last_ = 0;
};

}  // namespace

Diagram MakeDiagram(const std::vector<StoryEvent>& events, const explore::Schedule& schedule,
                    const std::string& fault, const std::optional<Lane>& last) {
  Maker maker(events);
  maker.AddRows(schedule);
  if (last) maker.SetLast(*last);
  if (!fault.empty()) maker.AddFault(fault);
  return maker.Take();
}

Diagram Condensed(Diagram diagram, size_t around, size_t last) {
  std::vector<bool> kept(diagram.rows.size());
  for (size_t i = 0; i < diagram.rows.size(); ++i) {
    const bool is_last = i + last >= diagram.rows.size();
    if (!is_last && diagram.rows[i].kind != Kind::kDeviation) continue;
    const size_t reach = is_last ? 0 : around;
    for (size_t j = i - std::min(i, reach); j <= i + reach && j < kept.size(); ++j) kept[j] = true;
  }
  std::vector<DiagramRow> rows;
  for (size_t i = 0; i < kept.size();) {
    size_t end = i;
    while (end < kept.size() && !kept[end]) ++end;
    // A gap of one row would not be shorter than the row.
    if (end > i + 1) {
      rows.push_back(
          {.kind = Kind::kGap, .when = diagram.rows[i].when, .text = fmt::format("{} more", end - i)});
      i = end;
    } else {
      rows.push_back(std::move(diagram.rows[i++]));
    }
  }
  diagram.rows = std::move(rows);
  return diagram;
}

}  // namespace nut::explorer
