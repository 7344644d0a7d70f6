#include "tools/tracecheck/pcap_file.h"

namespace nut::tracecheck {
namespace {

constexpr uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr uint32_t kNanoseconds = 0xa1b23c4d;
constexpr size_t kRestOfHeader = 20;  // behind the magic number
constexpr size_t kPacketHeader = 16;

}  // namespace

bool PcapFile::IsMagic(uint32_t magic) {
  const uint32_t other = __builtin_bswap32(magic);
  return magic == kMicroseconds || magic == kNanoseconds || other == kMicroseconds || other == kNanoseconds;
}

PcapFile::PcapFile(std::istream& stream, uint32_t magic)
    : CaptureFile(stream),
      order_(magic != kMicroseconds && magic != kNanoseconds),
      nanoseconds_(magic == kNanoseconds || __builtin_bswap32(magic) == kNanoseconds) {
  uint8_t header[kRestOfHeader];
  if (!Read(header, sizeof header)) {
    Fail("the capture has no whole header");
    return;
  }
  // The upper bits say whether a frame check sequence follows each packet.
  link_ = static_cast<LinkType>(order_.Get32(header + 16) & 0xffff);
}

std::optional<Record> PcapFile::Next() {
  uint8_t header[kPacketHeader];
  if (!failure().empty() || !Read(header, sizeof header)) return std::nullopt;
  const uint32_t fraction = order_.Get32(header + 4);
  const size_t size = order_.Get32(header + 8);
  if (size > kLongest) {
    Fail("a packet's length is impossible");
    return std::nullopt;
  }
  Record record{.number = ++number_,
                .time = std::chrono::seconds(order_.Get32(header)) +
                        Time(nanoseconds_ ? fraction : int64_t{fraction} * 1000),
                .link = link_,
                .original_size = order_.Get32(header + 12)};
  record.bytes.resize(size);
  if (!Read(record.bytes.data(), size)) {
    Fail("the capture is cut off in the middle of a packet");
    return std::nullopt;
  }
  return record;
}

}  // namespace nut::tracecheck
