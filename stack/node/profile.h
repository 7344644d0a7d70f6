// Profile: how a node behaves on the wire. "modern", the default, is a TCP/IP of today; "classic" makes the
// choices of the original (Nut/Net 5.2.4 as measured), without its defects; "linux-like" is modern as Linux is
// out of the box, for tests that were written for it. The one table of what differs is
// in profile.cc; stack/tcp/README.md puts the three side by side. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "stack/node/options.h"

namespace nut::node {

enum class Profile : uint8_t { kModern, kClassic, kLinuxLike };

// "modern", "classic", "linux-like".
std::string_view NameOf(Profile profile);
std::optional<Profile> ProfileFromName(std::string_view name);

// Sets everything in `options` that the profiles differ in; the rest stays.
void Apply(Profile profile, NodeOptions& options);

}  // namespace nut::node
