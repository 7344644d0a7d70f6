#include <algorithm>
#include <vector>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/ipv4_options.h"
#include "test/fuzz/inspect.h"

namespace {

using namespace nut;

void Walk(ByteView packet, const wire::Ipv4View& view) {
  fuzz::Inspect(packet, view.packet());
  fuzz::Inspect(view.packet(), view.header());
  fuzz::Inspect(view.header(), view.options());
  fuzz::Inspect(view.packet(), view.payload());
  fuzz::Use(wire::CheckIpv4Options(view.options()));
  fuzz::Use(wire::HasRouterAlert(view.options()));
}

// What the header says can be said again in the same bytes, but for the reserved flag.
void EmitAgain(const wire::Ipv4View& view) {
  const wire::Ipv4Fields fields{view.source(),
                                view.destination(),
                                view.protocol(),
                                view.ttl(),
                                view.tos(),
                                view.identification(),
                                view.dont_fragment(),
                                view.more_fragments(),
                                view.fragment_offset(),
                                view.payload().size(),
                                view.options()};
  std::vector<uint8_t> again(view.header_size());
  wire::Emit(again, fields);
  if (view.header()[6] & 0x80) return;
  // The checksum has two zeroes; the bytes around it have one form only.
  NUT_INVARIANT(std::equal(again.begin(), again.begin() + 10, view.header().begin()),
                "IPv4 does not round-trip");
  NUT_INVARIANT(std::equal(again.begin() + 12, again.end(), view.header().begin() + 12),
                "IPv4 does not round-trip");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (const auto view = wire::Ipv4View::ParseQuoted({data, size})) Walk({data, size}, *view);
  std::vector<uint8_t> packet(data, data + size);
  auto view = wire::Ipv4View::Parse(packet);
  if (!view && view.error() == DropReason::kIpBadChecksum) {
    // A fuzzer does not guess checksums: mend it, or nothing behind it is ever reached.
    const ByteView header(packet.data(), static_cast<size_t>(packet[0] & 15) * 4);
    StoreBe16(packet.data() + 10, 0);
    StoreBe16(packet.data() + 10, wire::Checksum(header));
    view = wire::Ipv4View::Parse(packet);
    NUT_INVARIANT(view.has_value(), "a mended checksum is still wrong");
  }
  if (!view) return 0;
  Walk(packet, *view);
  EmitAgain(*view);
  return 0;
}
