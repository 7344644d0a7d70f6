#include "test/explore/deviation_story.h"

#include <functional>
#include <string_view>

#include "test/explore/coverage.h"

namespace nut::explore {
namespace {

using os::Candidate;
using os::ChoiceKind;
using os::SchedulingChoice;
using os::ThreadHandle;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string NameOf(const Explored& explored, ThreadHandle thread) {
  const std::string name = explored.NameOf(thread);
  if (name.empty()) return "a thread that has ended";
  const std::string node = explored.NodeNameOf(thread);
  return node.empty() ? name : node + "'s " + name;
}

// "a's client (in 'receive')"
std::string NameAndPlaceOf(const Explored& explored, const Candidate& candidate) {
  switch (candidate.kind) {
    case Candidate::Kind::kThread:
    case Candidate::Kind::kHeld: {
      if (!candidate.thread.valid()) return "the threads that can run";
      const std::string place = explored.PlaceOf(candidate.thread);
      return NameOf(explored, candidate.thread) + (place.empty() ? "" : " (in " + Quoted(place) + ")");
    }
    case Candidate::Kind::kTimer: return "the timer " + Quoted(candidate.label);
    case Candidate::Kind::kTime: return "the passing of time";
    case Candidate::Kind::kWorld: return Quoted(candidate.label);
  }
  return "?";
}

std::string What(const Explored& explored, const Candidate& candidate) {
  switch (candidate.kind) {
    case Candidate::Kind::kThread:
      return candidate.thread.valid() ? NameAndPlaceOf(explored, candidate) + " runs" : "the threads run";
    case Candidate::Kind::kHeld: return NameAndPlaceOf(explored, candidate) + " goes on";
    case Candidate::Kind::kTimer: return NameAndPlaceOf(explored, candidate) + " fires";
    case Candidate::Kind::kTime: return "time passes";
    case Candidate::Kind::kWorld: break;
  }
  return NameAndPlaceOf(explored, candidate);
}

uint64_t HashOf(const Explored& explored, const Candidate& candidate) {
  const std::hash<std::string_view> hash;
  const auto kind = static_cast<uint64_t>(candidate.kind);
  if (!candidate.thread.valid()) return Mix(kind, hash(candidate.label));
  const std::string name = explored.NodeNameOf(candidate.thread) + ' ' + explored.NameOf(candidate.thread);
  return Mix(hash(name), hash(explored.PlaceOf(candidate.thread)));
}

}  // namespace

std::string Tell(const Explored& explored, const SchedulingChoice& choice, size_t chosen) {
  const Candidate& usual = choice.candidates[0];
  const std::string instead = What(explored, choice.candidates[chosen]);
  if (choice.kind == ChoiceKind::kPoint) {
    return NameOf(explored, choice.previous) + " stops at the point " + Quoted(os::NameOf(choice.point)) +
           "; " + instead + (choice.candidates[chosen].kind == Candidate::Kind::kTime ? "" : " in its place");
  }
  if (choice.kind == ChoiceKind::kWorld) return instead + " instead of " + NameAndPlaceOf(explored, usual);
  return instead + " before " + NameAndPlaceOf(explored, usual);
}

uint64_t PairOf(const Explored& explored, const SchedulingChoice& choice, size_t chosen) {
  const uint64_t point = choice.kind == ChoiceKind::kPoint ? 1 + static_cast<uint64_t>(choice.point) : 0;
  const uint64_t stopped = Mix(HashOf(explored, choice.candidates[0]), point);
  return Mix(stopped, HashOf(explored, choice.candidates[chosen]));
}

}  // namespace nut::explore
