#include "test/explore/stage.h"

namespace nut::explore {

void Stage::Tell(StoryEvent::Kind kind, std::string_view node, std::string_view text, std::string_view to) {
  if (!heard()) return;
  listener_->On({.kind = kind,
                 .when = executor_.Now(),
                 .step = steps_,
                 .node = std::string(node),
                 .thread = std::string(executor_.name_of(executor_.current())),
                 .text = std::string(text),
                 .to = std::string(to)});
}

void StageLog::Write(LogLevel, std::string_view module, std::string_view text) {
  stage_.Tell(StoryEvent::Kind::kLog, node_, std::string(module) + ": " + std::string(text));
}

}  // namespace nut::explore
