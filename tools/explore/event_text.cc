#include "tools/explore/event_text.h"

#include <array>
#include <nlohmann/json.hpp>

#include "tools/explore/child.h"

namespace nut::explorer {
namespace {

using explore::FaultKind;
using explore::StoryEvent;
using nlohmann::json;

constexpr std::array kFaultKinds{FaultKind::kExpectation, FaultKind::kBytes,     FaultKind::kLeak,
                                 FaultKind::kLiveness,    FaultKind::kInvariant, FaultKind::kMemory,
                                 FaultKind::kCrash,       FaultKind::kEndless};

}  // namespace

std::string ToLine(const StoryEvent& event) {
  const json line = {{"kind", static_cast<int>(event.kind)},
                     {"when", event.when.time_since_epoch().count()},
                     {"step", event.step},
                     {"node", event.node},
                     {"thread", event.thread},
                     {"text", event.text},
                     {"to", event.to}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<StoryEvent> FromLine(std::string_view text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object() || !line.contains("when") || !line.contains("step")) return std::nullopt;
  const int kind = line.value("kind", -1);
  if (kind < 0 || kind > static_cast<int>(StoryEvent::Kind::kFault)) return std::nullopt;
  return StoryEvent{.kind = static_cast<StoryEvent::Kind>(kind),
                    .when = Instant(Duration(line.value("when", int64_t{0}))),
                    .step = line.value("step", uint32_t{0}),
                    .node = line.value("node", ""),
                    .thread = line.value("thread", ""),
                    .text = line.value("text", ""),
                    .to = line.value("to", "")};
}

std::vector<StoryEvent> EventsIn(std::string_view lines) {
  std::vector<StoryEvent> events;
  for (size_t end; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
    if (auto event = FromLine(lines.substr(0, end))) events.push_back(*std::move(event));
  }
  return events;
}

std::optional<FaultKind> FaultKindNamed(std::string_view name) {
  for (const FaultKind kind : kFaultKinds) {
    if (NameOf(kind) == name) return kind;
  }
  return std::nullopt;
}

void EventWriter::On(const StoryEvent& event) { WriteAll(descriptor_, ToLine(event)); }

}  // namespace nut::explorer
