// Makes a script from one TCP connection of a capture: the packets with their times, and guesses at what the
// application on the node called. Pure.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "tools/packets/capture_reader.h"

namespace nut::packets {

struct CaptureChoice {
  unsigned flow = 1;                      // counted by first packets
  std::optional<wire::Ipv4Address> node;  // absent: who got the first SYN, or the first packet
  std::string source;                     // the capture's name, for the comment
};

// The script's text, or why there is none.
tl::expected<std::string, std::string> ScriptFromCapture(const std::vector<CapturedFrame>& frames,
                                                         const CaptureChoice& choice);

}  // namespace nut::packets
