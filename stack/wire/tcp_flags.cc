#include "stack/wire/tcp_flags.h"

#include <string_view>

namespace nut::wire {

std::string TcpFlags::ToText() const {
  if (bits_ == 0) return "[none]";
  constexpr std::string_view kLetters = "FSRP.UEW";  // from the lowest bit on
  std::string text = "[";
  for (size_t bit = 0; bit < kLetters.size(); ++bit) {
    if (bits_ >> bit & 1) text += kLetters[bit];
  }
  return text + "]";
}

}  // namespace nut::wire
