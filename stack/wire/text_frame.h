// TextFrame: an Ethernet frame that carries TCP text over IPv4 without IP options, seen as the successor of
// another one: a stream's frames have the same headers but for a few fields, and whoever has checked the
// first need not parse the next. A view lives no longer than its frame.
#pragma once

#include <optional>

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::wire {

class TextFrame {
 public:
  // Where the TCP header begins.
  static constexpr size_t kTcpOffset = kEthernetHeaderSize + kIpv4HeaderSize;

  // Nothing, where the frame is of another shape, has no text, or padding behind it. Nothing is said about
  // addresses and checksums.
  static std::optional<TextFrame> Parse(ByteView frame);

  size_t headers_size() const { return headers_size_; }  // from the Ethernet header on
  ByteView text() const { return frame_.subspan(headers_size_); }
  uint16_t source_port() const { return LoadBe16(tcp()); }
  uint16_t destination_port() const { return LoadBe16(tcp() + 2); }
  uint8_t last_byte_of_source() const { return frame_[kEthernetHeaderSize + 15]; }
  SequenceNumber sequence() const { return SequenceNumber(LoadBe32(tcp() + 4)); }

  // Whether the headers are those of `before`, the headers_size() bytes of an earlier frame whose IP checksum
  // was right, and so is this one's. Identification, lengths, sequence number, PSH and TCP checksum may
  // differ; the flags are ACK and PSH at most.
  bool HasHeadersOf(const uint8_t* before) const;
  // RFC 9293 MUST-3.
  bool TcpChecksumOk() const;

 private:
  TextFrame(ByteView frame, size_t headers_size) : frame_(frame), headers_size_(headers_size) {}
  const uint8_t* tcp() const { return frame_.data() + kTcpOffset; }

  ByteView frame_;
  size_t headers_size_;
};

inline std::optional<TextFrame> TextFrame::Parse(ByteView frame) {
  if (frame.size() <= kTcpOffset + kTcpHeaderSize) return std::nullopt;
  const uint8_t* const ip = frame.data() + kEthernetHeaderSize;
  const uint8_t* const tcp = frame.data() + kTcpOffset;
  constexpr uint8_t kVersionAndLength = 0x45;
  const size_t headers_size = kTcpOffset + static_cast<size_t>(tcp[12] >> 4) * 4;
  const bool is_tcp = LoadBe16(frame.data() + 12) == static_cast<uint16_t>(EtherType::kIpv4) &&
                      ip[0] == kVersionAndLength && ip[9] == static_cast<uint8_t>(IpProtocol::kTcp);
  const bool fits = kEthernetHeaderSize + LoadBe16(ip + 2) == frame.size() &&
                    headers_size >= kTcpOffset + kTcpHeaderSize && headers_size < frame.size();
  if (!is_tcp || !fits) return std::nullopt;
  return TextFrame(frame, headers_size);
}

}  // namespace nut::wire
