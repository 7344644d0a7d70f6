// Story: what happens in a run, told as it happens, so that nothing is lost when the process dies in the
// middle. Made by the recorder (decisions) and the world (frames, log lines, threads); listened to when a run
// is replayed for people, never during a search.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/time.h"

namespace nut::explore {

struct StoryEvent {
  enum class Kind : uint8_t {
    kDecision,  // the scheduler was asked and did not say what production would have done
    kFrame,     // a frame on the wire
    kLog,       // a line of a node's log: changes of state, who opened, closed, freed what
    kThread,    // a thread of the scenario began, waits, or ended
    kFault,
  };
  Kind kind{};
  Instant when{};
  uint32_t step = 0;   // decisions taken so far
  std::string node;    // "a", "b", or "" for the world
  std::string thread;  // who ran; "" outside of threads
  std::string text;    // one line, in plain words
  std::string to;      // kFrame: the receiving node
};

class StoryListener {
 public:
  virtual ~StoryListener() = default;
  virtual void On(const StoryEvent& event) = 0;
};

}  // namespace nut::explore
