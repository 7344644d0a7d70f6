// From text to Script. The grammar is in README.md. Pure; throws ScriptError.
#pragma once

#include <string_view>

#include "tools/packets/lexer.h"
#include "tools/packets/script.h"

namespace nut::packets {

Script ParseScript(std::string_view text, std::string file);

// The rest of a line behind `<` or `>` (packet_parser.cc). `quoted`: inside of [ ], where TCP's flags may be
// left out.
Packet ParsePacket(Tokens& tokens, bool quoted = false);

// Words as numbers: decimal, or 0x…; `most` is the largest allowed. "*" gives nothing.
uint32_t ParseNumber(Tokens& tokens, std::string_view what, uint32_t most = UINT32_MAX);
std::optional<uint32_t> ParseNumberOrAny(Tokens& tokens, std::string_view what, uint32_t most = UINT32_MAX);
uint32_t NumberOf(const Tokens& tokens, std::string_view word, std::string_view what,
                  uint32_t most = UINT32_MAX);
Bytes BytesOf(const Tokens& tokens, std::string_view hex);

}  // namespace nut::packets
