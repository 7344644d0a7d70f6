// Stage: what tells the story of a world: its nodes' log lines, the frames on its wire, and what becomes of
// frames at a site; also writes the capture. Everything here is quiet, and costs next to nothing, when nobody
// listens. Owned by the world.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stack/base/log.h"
#include "stack/os/executor.h"
#include "test/explore/story.h"

namespace nut::explore {

class Stage {
 public:
  // `listener` may be null. The world keeps `started`, before which there is nothing to tell, and `steps`,
  // the number of decisions so far.
  Stage(const os::Executor& executor, const bool& started, const uint32_t& steps, StoryListener* listener)
      : executor_(executor), started_(started), steps_(steps), listener_(listener) {}

  bool heard() const { return listener_ != nullptr && started_; }
  void Tell(StoryEvent::Kind kind, std::string_view node, std::string_view text, std::string_view to = {});

 private:
  const os::Executor& executor_;
  const bool& started_;
  const uint32_t& steps_;
  StoryListener* const listener_;
};

// The log of one node.
class StageLog final : public Log {
 public:
  StageLog(Stage& stage, std::string_view node) : stage_(stage), node_(node) {}

  bool Wants(LogLevel level, std::string_view) const override {
    return stage_.heard() && level >= LogLevel::kDebug;
  }
  void Write(LogLevel, std::string_view module, std::string_view text) override;

 private:
  Stage& stage_;
  const std::string node_;
};

}  // namespace nut::explore
