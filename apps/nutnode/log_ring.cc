#include "apps/nutnode/log_ring.h"

#include <algorithm>

namespace nut::apps {

void LogRing::Add(Instant at, LogLevel level, std::string_view module, std::string_view text) {
  ++count_;
  if (maximum_lines_ == 0) return;
  if (lines_.size() >= maximum_lines_) lines_.pop_front();
  lines_.push_back({.number = count_,
                    .at = at,
                    .level = level,
                    .module = std::string(module),
                    .text = std::string(text.substr(0, kLongestText))});
}

std::vector<pro::LogLineSnapshot> LogRing::Latest(size_t most) const {
  const auto skipped = static_cast<std::ptrdiff_t>(lines_.size() - std::min(most, lines_.size()));
  return {lines_.begin() + skipped, lines_.end()};
}

}  // namespace nut::apps
