// Offload: how much work on packets the node and the kernel leave to each other across a TAP. A value; chosen
// by the user, agreed with the kernel by TapOpener, obeyed by TapDevice. Each step includes the one before.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut::tap {

enum class Offload : uint8_t {
  kNone,      // every frame is one packet with its checksums
  kChecksum,  // transport checksums may be left undone, for nobody needs them between two memories
  kAll,       // and a frame may be a TCP super-segment of up to 64 KiB
};

// "none", "checksum", "all".
constexpr std::string_view Describe(Offload offload) {
  switch (offload) {
    case Offload::kNone: return "none";
    case Offload::kChecksum: return "checksum";
    case Offload::kAll: return "all";
  }
  return "?";
}

}  // namespace nut::tap
