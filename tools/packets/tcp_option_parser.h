// The options of a TCP segment, between < and >. Pure; throws ScriptError.
#pragma once

#include "tools/packets/lexer.h"
#include "tools/packets/packet.h"

namespace nut::packets {

// Behind the `<`, and takes the `>`.
void ParseTcpOptions(Tokens& tokens, TcpPart& tcp);

}  // namespace nut::packets
