// Mix: how often each kind of connection comes up in a storm, as weights. A value. Its text form is
// "normal=60,refused=10": kinds that are not named do not come up.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "apps/storm/kind.h"

namespace nut::storm {

class Mix {
 public:
  static constexpr uint32_t kLargestWeight = 1'000'000;

  // The mix of a storm that was asked for none: every kind, and enough timeouts for virtual time to pass, so
  // that TIME-WAIT ends.
  static Mix Default();
  static Mix Only(Kind kind);

  // Or what is wrong, in a clause that quotes it and names the nearest kind.
  static tl::expected<Mix, std::string> FromText(std::string_view text);
  std::string ToText() const;

  uint32_t weight(Kind kind) const { return weights_[static_cast<size_t>(kind)]; }
  uint32_t total() const { return total_; }  // at least 1

  // The kind at `place` of the total: place < total() (an invariant).
  Kind At(uint32_t place) const;

  friend bool operator==(const Mix&, const Mix&) = default;

 private:
  Mix() = default;
  void Set(Kind kind, uint32_t weight);

  std::array<uint32_t, kKindCount> weights_{};
  uint32_t total_ = 0;
};

}  // namespace nut::storm
