// Verdict: the first fault that an oracle or the scenario itself finds in a run; later ones are likely its
// consequences. Owned by the world.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "test/explore/fault.h"

namespace nut::explore {

class Verdict {
 public:
  // `on_fault` is called once, when the first fault is found; may be empty.
  explicit Verdict(std::function<void(const Fault&)> on_fault = {}) : on_fault_(std::move(on_fault)) {}

  void Report(FaultKind kind, std::string text) {
    if (fault_) return;
    fault_ = Fault{kind, std::move(text)};
    if (on_fault_) on_fault_(*fault_);
  }

  const std::optional<Fault>& fault() const { return fault_; }

 private:
  std::function<void(const Fault&)> on_fault_;
  std::optional<Fault> fault_;
};

}  // namespace nut::explore
