#include "stack/base/invariant.h"
#include "stack/pro/telnet/telnet_decoder.h"
#include "stack/pro/telnet/telnet_service.h"
#include "test/fuzz/pieces.h"
#include "test/pro/fake_inspector.h"
#include "test/pro/scripted_stream.h"

namespace {

using namespace nut;

struct Decoded {
  std::string text;
  std::string reply;
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded Decode(const std::vector<std::string>& pieces) {
  pro::TelnetDecoder decoder;
  Decoded decoded;
  for (const std::string& piece : pieces) decoder.Decode(AsBytes(piece), decoded.text, decoded.reply);
  return decoded;
}

std::string Converse(std::vector<std::string> pieces) {
  static const pro::FakeInspector inspector;
  VirtualClock clock;
  pro::ScriptedStream stream(clock, std::move(pieces));
  pro::TelnetService service(inspector);
  const auto next = service.Serve(stream);
  NUT_INVARIANT(next.has_value(), "a conversation fails that nobody cut off");
  NUT_INVARIANT(*next == pro::Next::kDone, "a conversation has no end");
  return stream.written();
}

}  // namespace

// However the client's bytes are cut, they mean the same; and what it negotiates is answered with a few bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const fuzz::Pieces input({data, size});
  const Decoded decoded = Decode({input.whole});
  NUT_INVARIANT(decoded == Decode(input.pieces), "telnet depends on how it is cut");
  NUT_INVARIANT(decoded.text.size() <= input.whole.size(), "telnet text from nowhere");
  NUT_INVARIANT(decoded.reply.size() <= input.whole.size() * 4, "telnet answers more than it is asked");
  static_cast<void>(Converse({input.whole}));
  static_cast<void>(Converse(input.pieces));
  return 0;
}
