#include "stack/pro/telnet/line_editor.h"

#include <utility>

#include "stack/pro/telnet/telnet_decoder.h"

namespace nut::pro {

LineEditor::Event LineEditor::Put(char c) {
  switch (c) {
    case TelnetDecoder::kEndOfLine: return EndLine();
    case TelnetDecoder::kEraseCharacter:
      if (!line_.empty()) line_.pop_back();
      return Event::kNone;
    case TelnetDecoder::kEraseLine:
    case TelnetDecoder::kInterrupt:
      line_.clear();
      too_long_ = false;
      return Event::kNone;
    case TelnetDecoder::kEndOfInput: return line_.empty() && !too_long_ ? Event::kEndOfInput : Event::kNone;
    case '\t': c = ' '; break;
    default: break;
  }
  if (static_cast<unsigned char>(c) < ' ') return Event::kNone;  // other control characters mean nothing here
  if (line_.size() < limit_) {
    line_ += c;
  } else {
    too_long_ = true;
  }
  return Event::kNone;
}

LineEditor::Event LineEditor::Finish() { return line_.empty() && !too_long_ ? Event::kNone : EndLine(); }

LineEditor::Event LineEditor::EndLine() {
  if (!std::exchange(too_long_, false)) return Event::kLine;
  line_.clear();
  return Event::kTooLong;
}

std::string LineEditor::TakeLine() { return std::exchange(line_, {}); }

}  // namespace nut::pro
