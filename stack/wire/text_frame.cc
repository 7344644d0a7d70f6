#include "stack/wire/text_frame.h"

#include <cstring>

#include "stack/wire/checksum.h"

namespace nut::wire {
namespace {

// The bits in which `a` and `b` differ, from `offset` on.
template <typename Word>
Word Difference(const uint8_t* a, const uint8_t* b, size_t offset) {
  Word left;
  Word right;
  std::memcpy(&left, a + offset, sizeof left);
  std::memcpy(&right, b + offset, sizeof right);
  return left ^ right;
}

// What differs of an IPv4 header's sum between the frames of a stream: length, identification, checksum.
int32_t ChangingSum(const uint8_t* ip) { return LoadBe16(ip + 2) + LoadBe16(ip + 4) + LoadBe16(ip + 10); }

}  // namespace

bool TextFrame::HasHeadersOf(const uint8_t* before) const {
  const uint8_t* const frame = frame_.data();
  constexpr size_t kIp = kEthernetHeaderSize;
  constexpr size_t kTcp = kTcpOffset;
  // The Ethernet header, and the first two bytes behind it: IP version, lengths and type of service.
  uint64_t difference = Difference<uint64_t>(frame, before, 0) | Difference<uint64_t>(frame, before, 8);
  difference |= Difference<uint32_t>(frame, before, kIp + 6);    // fragment, time to live, protocol
  difference |= Difference<uint64_t>(frame, before, kIp + 12);   // addresses
  difference |= Difference<uint32_t>(frame, before, kTcp);       // ports
  difference |= Difference<uint32_t>(frame, before, kTcp + 8);   // acknowledgement
  difference |= Difference<uint8_t>(frame, before, kTcp + 12);   // header length
  difference |= Difference<uint16_t>(frame, before, kTcp + 14);  // window
  for (size_t i = kTcp + kTcpHeaderSize; i < headers_size_; i += 4) {
    difference |= Difference<uint32_t>(frame, before, i);
  }
  const auto is_plain = [](const uint8_t* headers) {
    return TcpFlags(headers[kTcp + 13]) - TcpFlags::kPsh == TcpFlags::kAck;
  };
  constexpr uint8_t kFragmentBits = 0x3f;  // more fragments, and the offset's first five
  return difference == 0 && is_plain(frame) && is_plain(before) && (frame[kIp + 6] & kFragmentBits) == 0 &&
         frame[kIp + 7] == 0 &&
         (ChangingSum(frame + kIp) - ChangingSum(before + kIp)) % 0xffff == 0;  // one's complement
}

bool TextFrame::TcpChecksumOk() const {
  const ByteView segment = frame_.subspan(kTcpOffset);
  const ByteView addresses = frame_.subspan(kEthernetHeaderSize + 12, 8);
  const uint32_t pseudo =
      PartialSum(addresses, static_cast<uint32_t>(IpProtocol::kTcp)) + static_cast<uint32_t>(segment.size());
  return Checksum(segment, Fold(pseudo)) == 0;
}

}  // namespace nut::wire
