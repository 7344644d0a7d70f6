// LineEditor: decoded characters become lines, with erasing as terminals do it. Lives in the session, on its
// thread. A line has a limit; one that exceeds it is thrown away whole and reported once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace nut::pro {

class LineEditor {
 public:
  enum class Event : uint8_t {
    kNone,
    kLine,       // take it with TakeLine
    kTooLong,    // a line ended that was longer than the limit
    kEndOfInput  // ^D on an empty line
  };

  explicit LineEditor(size_t limit) : limit_(limit) {}

  Event Put(char c);

  // At the end of the stream: a last line without an end counts as one.
  Event Finish();

  std::string TakeLine();

 private:
  Event EndLine();

  const size_t limit_;
  std::string line_;
  bool too_long_ = false;
};

}  // namespace nut::pro
