// A frame as one line of a transcript, in the language of tools/packets with relative numbers:
// "P. 1:1001(1000) ack 1 win 65535 <nop,nop,ts 3 1>", and in front of it what the IP header has of interest.
#pragma once

#include <optional>
#include <string>

#include "stack/base/bytes.h"
#include "test/transcripts/flow_book.h"

namespace nut::transcripts {

// Nothing for what is no business of TCP: ARP, IGMP. Text that is the pattern of tools/packets is not
// spelled; other text is, or a digest where it is long.
// `unfinished`: its checksum is the device's business.
std::optional<std::string> FrameLine(ByteView frame, FlowBook& flows, bool unfinished = false);

}  // namespace nut::transcripts
