// TelnetDecoder: what a network virtual terminal sends (RFC 854), as plain characters. Lives in the session,
// on its thread; holds no text itself.
//
// Every option is refused, and only requests that would change something are answered, so that two ends can
// never answer each other for ever (RFC 854 "General considerations", RFC 1143). The server asks for nothing
// by itself: to a client without the protocol, such as nc, the conversation is plain text.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/bytes.h"

namespace nut::pro {

class TelnetDecoder {
 public:
  // What keys and commands beside text mean, as characters of the decoded text.
  static constexpr char kEndOfLine = '\n';
  static constexpr char kEraseCharacter = '\b';
  static constexpr char kEraseLine = '\x15';   // as ^U
  static constexpr char kInterrupt = '\x03';   // as ^C
  static constexpr char kEndOfInput = '\x04';  // as ^D

  // Appends to `text` what `input` means, and to `reply` what must be answered. State is kept between calls:
  // input may be cut anywhere.
  void Decode(ByteView input, std::string& text, std::string& reply);

 private:
  enum class State : uint8_t { kText, kAfterCr, kCommand, kOption, kSubnegotiation, kSubnegotiationCommand };

  void OnText(uint8_t byte, std::string& text);
  void OnCommand(uint8_t byte, std::string& text, std::string& reply);
  void OnOption(uint8_t option, std::string& reply);

  State state_ = State::kText;
  uint8_t verb_ = 0;  // WILL, WONT, DO or DONT, while its option is awaited
};

// `text` as it goes over the wire: line ends as CR LF, the byte 255 doubled.
std::string EncodeTelnet(std::string_view text);

}  // namespace nut::pro
