#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/pro/telnet/line_editor.h"
#include "stack/pro/telnet/telnet_decoder.h"

// The decoder understands the same however its input is cut, answers no longer than it is asked, and never
// answers its own answers; lines keep their limit.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  constexpr size_t kLimit = 20;
  const ByteView input(data, size);
  std::string text, reply, cut_text, cut_reply;
  pro::TelnetDecoder whole, cut;
  whole.Decode(input, text, reply);
  for (size_t at = 0; at < size; at += 3)
    cut.Decode(input.subspan(at, std::min<size_t>(3, size - at)), cut_text, cut_reply);
  NUT_INVARIANT(text == cut_text && reply == cut_reply, "the cut decides");
  // "IAC AYT", two bytes, has the longest answer: "[yes]", CR LF.
  NUT_INVARIANT(reply.size() * 2 <= size * 7, "an answer longer than can be");
  pro::LineEditor editor(kLimit);
  for (const char c : text) {
    if (editor.Put(c) == pro::LineEditor::Event::kLine) {
      NUT_INVARIANT(editor.TakeLine().size() <= kLimit, "a line beyond the limit");
    }
  }
  return 0;
}
