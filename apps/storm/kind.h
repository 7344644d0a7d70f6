// Kind: what is done with one connection of a storm. Constant tables only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nut::storm {

enum class Kind : uint8_t {
  kNormal,      // request, answer, closed in order from either side
  kRefused,     // to a port where nobody listens
  kTimeout,     // to an address that nobody answers for
  kCloseEarly,  // closed by another thread of the client before it is established
  kAbort,       // reset by the client or the server in the middle of the answer
  kHalfClose,   // the client finishes sending, then receives everything and the end of the stream
  kVanish,      // one side disappears without a word; the other must notice by itself
  kReuse,       // from the same local port again, at once; closed by the server first
};

inline constexpr size_t kKindCount = 8;

inline constexpr std::array<std::string_view, kKindCount> kKindNames = {
    "normal", "refused", "timeout", "close-early", "abort", "half-close", "vanish", "reuse"};

constexpr std::string_view NameOf(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

constexpr std::optional<Kind> KindFromName(std::string_view name) {
  for (size_t i = 0; i < kKindCount; ++i) {
    if (kKindNames[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

// Whether the request reaches the server, so that both sides have the connection in their books.
constexpr bool IsSeenByServer(Kind kind) {
  return kind != Kind::kRefused && kind != Kind::kTimeout && kind != Kind::kCloseEarly;
}

}  // namespace nut::storm
