#include "stack/link/impairment_decision.h"

#include <fmt/format.h>

namespace nut::link {

std::string ImpairmentDecision::ToText() const {
  if (!touched()) return {};
  std::string text;
  const auto add = [&text](std::string_view effect) {
    text += text.empty() ? "impair: " : ", ";
    text += effect;
  };
  if (drop != DropReason::kNone) text = NameOf(drop);  // "impair: loss": the prefix is part of the name
  if (corrupted_bit) add(fmt::format("corrupt bit {}", *corrupted_bit));
  if (duplicated) add("duplicate");
  if (reordered) add("reorder");
  add(fmt::format("draw {}", draw));
  return text;
}

}  // namespace nut::link
