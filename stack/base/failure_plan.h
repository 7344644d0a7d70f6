// FailurePlan: refuses the n-th request for a resource that can run out, whatever it is: a frame, a stack, a
// connection, a place in a queue. So a test walks through every "there is none left" of a run. Owned by the
// test, shared by all whose requests it counts, and outlives them; production has none.
#pragma once

#include <cstdint>

namespace nut {

class FailurePlan {
 public:
  // `refused`: which request is, counted from 1; 0: none.
  explicit FailurePlan(uint64_t refused = 0) : refused_(refused) {}

  // Asked once per request.
  bool Refuses() { return counting_ && ++requests_ == refused_; }

  // What is requested meanwhile is not counted, and granted.
  void SetCounting(bool counting) { counting_ = counting; }

  uint64_t requests() const { return requests_; }
  bool refused_one() const { return refused_ != 0 && requests_ >= refused_; }

 private:
  const uint64_t refused_;
  uint64_t requests_ = 0;
  bool counting_ = false;
};

}  // namespace nut
