// Control: a conversation with a node's storm service: one line there, one line back. Over the kernel's TCP,
// through the bridge. Owned by whoever looks after the node; one thread uses it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "stack/wire/endpoint.h"
#include "tap/file_descriptor.h"
#include "tap/system_calls.h"

namespace nut::storm {

class Control {
 public:
  // Errors are sentences, here and below.
  static tl::expected<std::unique_ptr<Control>, std::string> Connect(tap::SystemCalls& system,
                                                                     const wire::Endpoint& service,
                                                                     std::chrono::milliseconds patience);

  // Sends `line` (without its end) and waits for the answer, as long as `hope` says that there is some (asked
  // a few times a second). An answer "error: TEXT" is the error TEXT.
  tl::expected<std::string, std::string> Ask(std::string_view line, std::chrono::milliseconds patience,
                                             const std::function<bool()>& hope);

 private:
  static constexpr size_t kLongestAnswer = 1 << 20;

  explicit Control(tap::FileDescriptor fd) : fd_(std::move(fd)) {}

  tap::FileDescriptor fd_;
  std::string received_;
};

}  // namespace nut::storm
