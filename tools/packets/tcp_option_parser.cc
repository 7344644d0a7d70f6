#include "tools/packets/tcp_option_parser.h"

#include <fmt/format.h>

#include "tools/packets/parser.h"

namespace nut::packets {
namespace {

TcpOptionText ParseTcpOption(Tokens& tokens) {
  using Kind = TcpOptionText::Kind;
  TcpOptionText option;
  const std::string name = tokens.Word("an option");
  if (name == "mss") {
    option.kind = Kind::kMss;
    option.first = ParseNumberOrAny(tokens, "an MSS", 65535);
  } else if (name == "wscale") {
    option.kind = Kind::kWindowScale;
    option.first = ParseNumberOrAny(tokens, "a shift", 255);
  } else if (name == "sackOK") {
    option.kind = Kind::kSackPermitted;
  } else if (name == "ts" || name == "TS") {  // "ts 1 0", or packetdrill's "TS val 1 ecr 0"
    option.kind = Kind::kTimestamps;
    tokens.Take("val");
    option.first = ParseNumberOrAny(tokens, "TSval");
    tokens.Take("ecr");
    option.second = ParseNumberOrAny(tokens, "TSecr");
  } else if (name == "sack") {
    option.kind = Kind::kSack;
    while (tokens.Peek() != nullptr && tokens.Peek()->kind == Token::Kind::kWord) {
      const std::string block = tokens.Word("a block");
      const size_t colon = block.find(':');
      if (colon == block.npos) tokens.Fail("a block is LEFT:RIGHT");
      option.blocks.emplace_back(NumberOf(tokens, block.substr(0, colon), "an edge"),
                                 NumberOf(tokens, block.substr(colon + 1), "an edge"));
    }
  } else if (name == "nop") {
    option.kind = Kind::kNop;
  } else if (name == "eol") {
    option.kind = Kind::kEnd;
  } else if (name == "opt") {  // a kind by its number, with its contents
    option.kind = Kind::kOther;
    option.number = static_cast<uint8_t>(ParseNumber(tokens, "a kind", 255));
    if (tokens.Peek() != nullptr && tokens.Peek()->kind == Token::Kind::kWord) {
      option.bytes = BytesOf(tokens, tokens.Word("octets"));
    }
  } else if (name == "raw") {
    option.kind = Kind::kRaw;
    option.bytes = BytesOf(tokens, tokens.Word("octets"));
  } else {
    tokens.Fail(fmt::format("\"{}\" is no option", name));
  }
  return option;
}

}  // namespace

void ParseTcpOptions(Tokens& tokens, TcpPart& tcp) {
  while (!tokens.Take(">")) {
    if (tokens.Take("...")) {
      tcp.options_open = true;
    } else {
      tcp.options.push_back(ParseTcpOption(tokens));
    }
    if (!tokens.NextIs(">")) tokens.Expect(",");
  }
}

}  // namespace nut::packets
