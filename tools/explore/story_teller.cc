#include "tools/explore/story_teller.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/explore/text_lines.h"

namespace nut::explorer {
namespace {

using explore::StoryEvent;
using Kind = StoryEvent::Kind;

// Between two deviations people want the beginning and the end.
constexpr size_t kEventsShown = 8;
constexpr size_t kEventsBefore = 3;
constexpr size_t kLinesPrinted = 12;

std::string Who(const StoryEvent& event) {
  if (event.node.empty()) return event.thread;
  return event.thread.empty() ? event.node : fmt::format("{}'s {}", event.node, event.thread);
}

std::string Who(const Deed& deed) {
  if (deed.thread.empty()) return "a timer or the world";
  return deed.node.empty() ? deed.thread : fmt::format("{}'s {}", deed.node, deed.thread);
}

std::string Sentence(const StoryEvent& event) {
  const std::string who = Who(event);
  if (event.kind == Kind::kFrame) {
    return fmt::format("{} sends to {}: {}", who.empty() ? "somebody" : who,
                       event.to.empty() ? "all" : event.to, event.text);
  }
  return who.empty() ? event.text : fmt::format("{}: {}", who, event.text);
}

class Teller {
 public:
  explicit Teller(unsigned columns) : columns_(std::max(60u, columns)) {}

  void Heading(std::string_view text) { text_ += fmt::format("\n{}\n", text); }

  // `mark` stands in front of the first line, the following are indented as far.
  void Say(std::string_view mark, std::string_view text) {
    const size_t indent = CodePoints(mark).size();
    bool first = true;
    for (const auto& line : Folded(text, columns_ - indent)) {
      text_ += fmt::format("{}{}\n", first ? std::string(mark) : std::string(indent, ' '), Utf8(line));
      first = false;
    }
  }

  void Event(const StoryEvent& event) {
    Say(fmt::format("  {:>10.6f} s   ", ToSeconds(event.when.time_since_epoch())), Sentence(event));
  }

  void Deviation(const StoryEvent& event, size_t number) {
    Say(fmt::format("  {:>10.6f} s {} ", ToSeconds(event.when.time_since_epoch()), "◆"),
        fmt::format("({}) {}.", number, event.text));
  }

  // All of them, or the first and the last.
  void Events(std::span<const StoryEvent> events, size_t most) {
    if (events.size() <= most) {
      for (const StoryEvent& event : events) Event(event);
      return;
    }
    for (const StoryEvent& event : events.first(most / 2)) Event(event);
    Say("               ", fmt::format("… {} more …", events.size() - most));
    for (const StoryEvent& event : events.last(most - most / 2)) Event(event);
  }

  std::string Take() { return std::move(text_); }

 private:
  const size_t columns_;
  std::string text_;
};

// The run's own words about its fault are told by "what broke".
std::vector<StoryEvent> WithoutFaults(const std::vector<StoryEvent>& events) {
  std::vector<StoryEvent> others;
  std::ranges::copy_if(events, std::back_inserter(others),
                       [](const auto& e) { return e.kind != Kind::kFault; });
  return others;
}

void TellEvents(Teller& teller, const std::vector<StoryEvent>& all) {
  const std::vector<StoryEvent> events = WithoutFaults(all);
  const auto is_decision = [](const StoryEvent& event) { return event.kind == Kind::kDecision; };
  auto next = std::ranges::find_if(events, is_decision);
  const auto before = std::span(events.begin(), next);
  if (next == events.end()) {
    teller.Say("  ", "Production's own order, without a deviation.");
    return teller.Events(before, 2 * kEventsShown);
  }
  const bool all_of_them = before.size() <= kEventsBefore;
  teller.Say("  ", all_of_them ? "As in production:"
                               : fmt::format("As in production; the last {} of {} events:", kEventsBefore,
                                             before.size()));
  teller.Events(before.last(std::min(kEventsBefore, before.size())), kEventsBefore);
  for (size_t number = 1; next != events.end(); ++number) {
    teller.Deviation(*next, number);
    const auto following = std::find_if(next + 1, events.end(), is_decision);
    teller.Events(std::span(next + 1, following), kEventsShown);
    next = following;
  }
}

void TellWhatBroke(Teller& teller, const Finding& finding) {
  teller.Heading("What broke");
  if (!finding.sanitizer) {
    teller.Say("  ", finding.fault.fault.text);
    std::string_view words = finding.fault.errors;
    if (!words.empty()) teller.Say("  ", "It printed:");
    for (size_t lines = 0; lines < kLinesPrinted && !words.empty(); ++lines) {
      const size_t end = std::min(words.find('\n'), words.size());
      teller.Say("    ", words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    return;
  }
  const SanitizerReport& report = *finding.sanitizer;
  const auto by = [&](std::string_view what, const Deed& deed) {
    const double seconds = ToSeconds(deed.when.time_since_epoch());
    teller.Say(fmt::format("  {:<10}", what), fmt::format("{}, which ran since {:.6f} s (after {} decisions)",
                                                          Who(deed), seconds, deed.step));
  };
  teller.Say("  ", fmt::format("{} (AddressSanitizer){}", report.kind,
                               report.access.empty() ? "" : ": " + report.access));
  const auto where = [&](std::string_view what, const std::vector<Place>& places) {
    if (!places.empty()) teller.Say(fmt::format("  {:<10}", what), Describe(places, 5));
  };
  if (finding.testimony) by("used by", finding.testimony->last);
  where("used in", report.used);
  if (finding.testimony && finding.testimony->freed) by("freed by", *finding.testimony->freed);
  where("freed in", report.freed);
  where("made in", report.allocated);
}

}  // namespace

std::string Title(const Finding& finding) {
  const std::string kind =
      finding.sanitizer ? finding.sanitizer->kind : std::string(NameOf(finding.fault.fault.kind));
  return fmt::format("{}: {}", finding.what.scenario->name, kind);
}

std::string CaseLine(const Case& what, const explore::Schedule& schedule) {
  std::string line = fmt::format("seed {}", what.world_seed);
  if (what.fail_allocation > 0) line += fmt::format(" · allocation {} fails", what.fail_allocation);
  if (what.mutant != Mutant::kNone) line += fmt::format(" · mutant {}", NameOf(what.mutant));
  if (schedule.deviations.empty()) return line + " · production's own schedule";
  return line + fmt::format(" · schedule {}", schedule.ToText());
}

std::string TellStory(const Finding& finding, unsigned columns) {
  Teller teller(columns);
  teller.Say("", fmt::format("FAULT  {}", Title(finding)));
  teller.Say("  ", finding.what.scenario->description);
  teller.Say("  ", CaseLine(finding.what, finding.schedule));
  if (!finding.found.empty()) teller.Say("  ", fmt::format("found {}", finding.found));
  if (finding.shrink_attempts > 0) {
    teller.Say("  ", fmt::format("shrunk from {} deviations to {} by {} runs{}", finding.deviations_found,
                                 finding.schedule.deviations.size(), finding.shrink_attempts,
                                 finding.minimal ? "; none of them can be left out" : ""));
  }
  if (!finding.remark.empty()) teller.Say("  ", finding.remark);
  teller.Heading("What happened");
  TellEvents(teller, finding.events);
  TellWhatBroke(teller, finding);
  return teller.Take();
}

std::string TellHarmlessStory(const Case& what, const explore::Schedule& schedule,
                              const std::vector<StoryEvent>& events, unsigned columns) {
  Teller teller(columns);
  teller.Say("", fmt::format("no fault  {}", what.scenario->name));
  teller.Say("  ", what.scenario->description);
  teller.Say("  ", CaseLine(what, schedule));
  teller.Heading("What happened");
  TellEvents(teller, events);
  return teller.Take();
}

}  // namespace nut::explorer
