// Prints every event of the scheduler in one run of a scenario: decisions, and what happened without one.
//   bazel run //test/explore/self:trace -- connect-refused "3:1"
#include <cstdio>
#include <string>

#include "test/explore/run.h"
#include "test/explore/strategies/footprint.h"
#include "test/explore/strategies/replay.h"

namespace nut::explore {
namespace {

class Tracing final : public Strategy {
 public:
  explicit Tracing(Schedule schedule) : replay_(std::move(schedule)) {}

  void Begin(const Explored& explored) override {
    explored_ = &explored;
    replay_.Begin(explored);
  }
  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override {
    const size_t chosen = replay_.Choose(step, choice);
    EndStep();
    std::printf("%4u ", step);
    Print(choice, chosen);
    return chosen;
  }
  void OnOnlyCandidate(const os::SchedulingChoice& choice) override {
    EndStep();
    std::printf("   - ");
    Print(choice, 0);
  }

 private:
  void EndStep() {
    if (!in_step_) return;
    const Footprint footprint = footprint_.End(*explored_);
    std::printf("%s\n", footprint.node == 0       ? "  (anything)"
                        : footprint.timer_started ? "  (node, timer)"
                                                  : "  (node)");
  }

  void Print(const os::SchedulingChoice& choice, size_t chosen) {
    static constexpr const char* kKinds[] = {"thread", "point", "timer", "world"};
    std::printf("%s", kKinds[static_cast<size_t>(choice.kind)]);
    if (choice.kind == os::ChoiceKind::kPoint) {
      std::printf(" '%s' of %s %s", std::string(os::NameOf(choice.point)).c_str(),
                  explored_->NodeNameOf(choice.previous).c_str(), explored_->NameOf(choice.previous).c_str());
    }
    for (size_t i = 0; i < choice.candidates.size(); ++i) {
      const os::Candidate& candidate = choice.candidates[i];
      std::printf(" | %s%s %s%s", i == chosen ? "*" : "", explored_->NodeNameOf(candidate.thread).c_str(),
                  explored_->NameOf(candidate.thread).c_str(), std::string(candidate.label).c_str());
      if (candidate.kind == os::Candidate::Kind::kHeld) std::printf(" (held)");
      if (candidate.kind == os::Candidate::Kind::kTime) std::printf("time");
    }
    footprint_.Begin(*explored_, choice.candidates[chosen]);
    in_step_ = true;
  }

  ReplayStrategy replay_;
  const Explored* explored_ = nullptr;
  FootprintTaker footprint_;
  bool in_step_ = false;
};

}  // namespace
}  // namespace nut::explore

int main(int argc, char** argv) {
  using namespace nut::explore;
  const Scenario* const scenario = argc > 1 ? FindScenario(argv[1]) : nullptr;
  std::string why = "no such scenario";
  const auto schedule = Schedule::Parse(argc > 2 ? argv[2] : "", &why);
  if (scenario == nullptr || !schedule) {
    std::fprintf(stderr, "%s\n", why.c_str());
    return 2;
  }
  Tracing tracing(*schedule);
  const RunReport report = RunScenario(*scenario, {}, tracing);
  std::printf("\n%u decisions; %s\n", report.steps, report.fault ? report.fault->text.c_str() : "no fault");
  return report.fault ? 1 : 0;
}
