#include "test/explore/recorder.h"

#include "stack/base/invariant.h"
#include "test/explore/deviation_story.h"

namespace nut::explore {

void Recorder::Begin(Explored& explored) {
  explored_ = &explored;
  strategy_.Begin(explored);
  if (options_.progress != nullptr) options_.progress->BeginRun();
}

size_t Recorder::Choose(const os::SchedulingChoice& choice) {
  if (explored_ == nullptr) return 0;
  LookAtState();
  const uint32_t step = steps_++;
  if (steps_ > options_.maximum_steps) endless_ = true;
  const size_t chosen = endless_ ? 0 : strategy_.Choose(step, choice);
  NUT_INVARIANT(chosen < choice.candidates.size(), "a strategy chose what is not there");
  const Deviation deviation{step, static_cast<uint32_t>(chosen)};
  // Before it is acted upon: the process may not live to do it after.
  if (options_.progress != nullptr) options_.progress->Note(steps_, chosen != 0 ? &deviation : nullptr);
  if (chosen != 0) Record(choice, deviation);
  return chosen;
}

void Recorder::LookAtState() {
  explored_->CheckStep();
  const uint64_t state = explored_->StateNow();
  state_hash_ = Mix(state_hash_, state);
  if (options_.coverage != nullptr) options_.coverage->states.Add(state);
}

void Recorder::Record(const os::SchedulingChoice& choice, const Deviation& deviation) {
  schedule_.deviations.push_back(deviation);
  if (options_.coverage != nullptr)
    options_.coverage->pairs.Add(PairOf(*explored_, choice, deviation.choice));
  if (options_.story == nullptr) return;
  options_.story->On({.kind = StoryEvent::Kind::kDecision,
                      .when = explored_->Now(),
                      .step = deviation.step,
                      .node = explored_->NodeNameOf(choice.previous),
                      .thread = explored_->NameOf(choice.previous),
                      .text = Tell(*explored_, choice, deviation.choice)});
}

void Recorder::End() {
  LookAtState();
  strategy_.End(steps_);
  explored_ = nullptr;
  if (Coverage* const coverage = options_.coverage; coverage != nullptr) {
    ++coverage->runs;
    coverage->steps += steps_;
    uint64_t hash = 0;
    for (const Deviation& deviation : schedule_.deviations)
      hash = Mix(hash, uint64_t{deviation.step} << 32 | deviation.choice);
    coverage->schedules.Add(hash);
  }
  if (options_.progress != nullptr) options_.progress->EndRun();
}

}  // namespace nut::explore
