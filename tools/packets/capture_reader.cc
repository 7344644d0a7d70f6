#include "tools/packets/capture_reader.h"

#include <fmt/format.h>

#include <span>

namespace nut::packets {
namespace {

using View = std::span<const uint8_t>;
using Frames = std::vector<CapturedFrame>;

constexpr uint16_t kEthernet = 1;  // link type
constexpr size_t kLongestFrame = 1 << 20;

// Numbers in the byte order of the file's writer.
class Numbers {
 public:
  explicit Numbers(bool big_endian) : big_endian_(big_endian) {}

  uint32_t Get(View bytes, size_t at, size_t size) const {
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      const size_t place = big_endian_ ? at + i : at + size - 1 - i;
      value = value << 8 | (place < bytes.size() ? bytes[place] : 0);
    }
    return value;
  }
  uint16_t Get16(View bytes, size_t at) const { return static_cast<uint16_t>(Get(bytes, at, 2)); }
  uint32_t Get32(View bytes, size_t at) const { return Get(bytes, at, 4); }

 private:
  bool big_endian_;
};

struct Interface {
  bool ethernet = false;
  double tick = 1e-6;  // seconds
};

Interface ReadInterface(const Numbers& numbers, View body) {
  constexpr uint16_t kResolution = 9;
  Interface interface { .ethernet = numbers.Get16(body, 0) == kEthernet };
  for (size_t at = 8; at + 4 <= body.size();) {
    const uint16_t code = numbers.Get16(body, at), size = numbers.Get16(body, at + 2);
    if (code == 0) break;
    if (code == kResolution && at + 4 < body.size()) {
      const uint8_t exponent = body[at + 4];
      interface.tick = 1;
      for (int i = 0; i < (exponent & 0x7f); ++i) interface.tick /= (exponent & 0x80) != 0 ? 2 : 10;
    }
    at += 4 + (size + 3u) / 4 * 4;
  }
  return interface;
}

tl::expected<Frames, std::string> ReadPcapng(View file) {
  constexpr uint32_t kSection = 0x0a0d0d0a, kInterface = 1, kEnhancedPacket = 6;
  constexpr uint32_t kMagic = 0x1a2b3c4d;
  Frames frames;
  std::vector<Interface> interfaces;
  Numbers numbers(false);
  while (file.size() >= 12) {
    if (Numbers(false).Get32(file, 0) == kSection) {
      numbers = Numbers(Numbers(true).Get32(file, 8) == kMagic);
      interfaces.clear();
    }
    const uint32_t type = numbers.Get32(file, 0), size = numbers.Get32(file, 4);
    if (size < 12 || size % 4 != 0 || size > file.size()) break;  // cut off: what came before is good
    const View body = file.subspan(8, size - 12);
    if (type == kInterface) interfaces.push_back(ReadInterface(numbers, body));
    if (type == kEnhancedPacket && body.size() >= 20) {
      const uint32_t interface = numbers.Get32(body, 0), kept = numbers.Get32(body, 12);
      if (interface < interfaces.size() && interfaces[interface].ethernet && kept <= body.size() - 20) {
        const uint64_t ticks = uint64_t{numbers.Get32(body, 4)} << 32 | numbers.Get32(body, 8);
        const auto time =
            static_cast<int64_t>(static_cast<long double>(ticks) * interfaces[interface].tick * 1e9L + 0.5L);
        const View bytes = body.subspan(20, kept);
        frames.push_back({Duration(time), Bytes(bytes.begin(), bytes.end()), numbers.Get32(body, 16)});
      }
    }
    file = file.subspan(size);
  }
  return frames;
}

tl::expected<Frames, std::string> ReadPcap(View file, const Numbers& numbers, bool nanoseconds) {
  if (file.size() < 24 || (numbers.Get32(file, 20) & 0xffff) != kEthernet) {
    return tl::unexpected<std::string>("the capture has no Ethernet frames");
  }
  Frames frames;
  file = file.subspan(24);
  while (file.size() >= 16) {
    const uint32_t kept = numbers.Get32(file, 8);
    if (kept > kLongestFrame || kept > file.size() - 16) break;
    const Duration fraction(int64_t{numbers.Get32(file, 4)} * (nanoseconds ? 1 : 1000));
    const View bytes = file.subspan(16, kept);
    frames.push_back({std::chrono::seconds(numbers.Get32(file, 0)) + fraction,
                      Bytes(bytes.begin(), bytes.end()), numbers.Get32(file, 12)});
    file = file.subspan(16 + kept);
  }
  return frames;
}

}  // namespace

tl::expected<Frames, std::string> ReadCapture(const Bytes& file) {
  for (const bool big_endian : {false, true}) {
    const Numbers numbers(big_endian);
    const uint32_t magic = numbers.Get32(file, 0);
    if (magic == 0x0a0d0d0a) return ReadPcapng(file);
    if (magic == 0xa1b2c3d4 || magic == 0xa1b23c4d) return ReadPcap(file, numbers, magic == 0xa1b23c4d);
  }
  return tl::unexpected<std::string>("this is neither pcapng nor pcap");
}

}  // namespace nut::packets
