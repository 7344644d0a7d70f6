#include "stack/pro/telnet/telnet_decoder.h"

namespace nut::pro {
namespace {

// RFC 854, "TELNET command structure".
constexpr uint8_t kSe = 240;
constexpr uint8_t kBreak = 243;
constexpr uint8_t kInterruptProcess = 244;
constexpr uint8_t kAreYouThere = 246;
constexpr uint8_t kEraseCharacterCommand = 247;
constexpr uint8_t kEraseLineCommand = 248;
constexpr uint8_t kSb = 250;
constexpr uint8_t kWill = 251;
constexpr uint8_t kWont = 252;
constexpr uint8_t kDo = 253;
constexpr uint8_t kDont = 254;
constexpr uint8_t kIac = 255;
// RFC 1184: what clients send for ^D.
constexpr uint8_t kEndOfFile = 236;

}  // namespace

void TelnetDecoder::Decode(ByteView input, std::string& text, std::string& reply) {
  for (const uint8_t byte : input) {
    switch (state_) {
      case State::kAfterCr:
        state_ = State::kText;
        // "CR LF" and "CR NUL" are one end of line each, already delivered.
        if (byte != '\n' && byte != '\0') OnText(byte, text);
        break;
      case State::kText: OnText(byte, text); break;
      case State::kCommand: OnCommand(byte, text, reply); break;
      case State::kOption: OnOption(byte, reply); break;
      case State::kSubnegotiation:
        // Of options that were never agreed on: skipped without keeping any of it.
        if (byte == kIac) state_ = State::kSubnegotiationCommand;
        break;
      case State::kSubnegotiationCommand: state_ = byte == kSe ? State::kText : State::kSubnegotiation; break;
    }
  }
}

void TelnetDecoder::OnText(uint8_t byte, std::string& text) {
  switch (byte) {
    case kIac: state_ = State::kCommand; break;
    case '\r':
      state_ = State::kAfterCr;
      text += kEndOfLine;
      break;
    case 0x7f: text += kEraseCharacter; break;
    case '\0': break;
    default: text += static_cast<char>(byte);
  }
}

void TelnetDecoder::OnCommand(uint8_t byte, std::string& text, std::string& reply) {
  state_ = State::kText;
  switch (byte) {
    case kIac:
      text += '\xff';  // the byte itself, doubled
      break;
    case kWill:
    case kWont:
    case kDo:
    case kDont:
      verb_ = byte;
      state_ = State::kOption;
      break;
    case kSb: state_ = State::kSubnegotiation; break;
    case kAreYouThere: reply += "[yes]\r\n"; break;
    case kEraseCharacterCommand: text += kEraseCharacter; break;
    case kEraseLineCommand: text += kEraseLine; break;
    case kBreak:
    case kInterruptProcess: text += kInterrupt; break;
    case kEndOfFile: text += kEndOfInput; break;
    default: break;  // NOP, data mark, go ahead, abort output: nothing to do here
  }
}

void TelnetDecoder::OnOption(uint8_t option, std::string& reply) {
  state_ = State::kText;
  // WONT and DONT confirm what is so anyway.
  if (verb_ != kWill && verb_ != kDo) return;
  reply += static_cast<char>(kIac);
  reply += static_cast<char>(verb_ == kWill ? kDont : kWont);
  reply += static_cast<char>(option);
}

std::string EncodeTelnet(std::string_view text) {
  std::string wire;
  wire.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n') wire += '\r';
    wire += c;
    if (static_cast<uint8_t>(c) == kIac) wire += c;
  }
  return wire;
}

}  // namespace nut::pro
