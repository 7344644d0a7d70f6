#include "stack/pro/http/answer_memory.h"

#include <utility>

namespace nut::pro {

std::shared_ptr<const RememberedAnswer> AnswerMemory::Find(std::string_view input, Instant now) {
  for (auto answer = answers_.begin(); answer != answers_.end(); ++answer) {
    if (!input.starts_with((*answer)->request)) continue;
    if ((*answer)->until <= now) {
      answers_.erase(answer);
      return nullptr;
    }
    if (answer != answers_.begin()) answers_.splice(answers_.begin(), answers_, answer);
    return *answer;
  }
  return nullptr;
}

void AnswerMemory::Remember(RememberedAnswer answer, Instant now) {
  if (limit_ == 0 || answer.until <= now || answer.request.size() > longest_request_) return;
  if (answers_.size() == limit_) answers_.pop_back();
  answers_.push_front(std::make_shared<const RememberedAnswer>(std::move(answer)));
}

}  // namespace nut::pro
