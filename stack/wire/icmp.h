// ICMP messages (RFC 792, 1191): 8 bytes of header, then data. A view lives no longer than the frame it looks
// at.
#pragma once

#include "stack/wire/ipv4_address.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kIcmpHeaderSize = 8;

// A view may return other values than these.
enum class IcmpType : uint8_t {
  kEchoReply = 0,
  kDestinationUnreachable = 3,
  kSourceQuench = 4,
  kRedirect = 5,
  kEchoRequest = 8,
  kTimeExceeded = 11,
  kParameterProblem = 12,
  kTimestamp = 13,
  kTimestampReply = 14,
};

// Codes of kDestinationUnreachable (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1). The wire may carry any
// others.
enum class UnreachableCode : uint8_t {
  kNetwork = 0,
  kHost = 1,
  kProtocol = 2,
  kPort = 3,
  kFragmentationNeeded = 4,
  kSourceRouteFailed = 5,
  kNetworkUnknown = 6,
  kHostUnknown = 7,
  kHostIsolated = 8,
  kNetworkProhibited = 9,
  kHostProhibited = 10,
  kNetworkUnreachableForTos = 11,
  kHostUnreachableForTos = 12,
  kProhibited = 13,
};

// Codes of kTimeExceeded.
enum class TimeExceededCode : uint8_t { kTtl = 0, kReassembly = 1 };

// An error message quotes a packet, and is itself never answered by an error (RFC 1122 3.2.2).
constexpr bool IsError(IcmpType type) {
  return type == IcmpType::kDestinationUnreachable || type == IcmpType::kSourceQuench ||
         type == IcmpType::kRedirect || type == IcmpType::kTimeExceeded ||
         type == IcmpType::kParameterProblem;
}

class IcmpView {
 public:
  // `message` is the whole IP payload. kIcmpTruncated below 8 bytes, kIcmpBadChecksum.
  static Parsed<IcmpView> Parse(ByteView message);

  IcmpType type() const { return static_cast<IcmpType>(bytes_[0]); }
  uint8_t code() const { return bytes_[1]; }
  // The second word, whose meaning depends on the type.
  uint32_t rest() const { return LoadBe32(bytes_.data() + 4); }
  uint16_t identifier() const { return LoadBe16(bytes_.data() + 4); }  // echo, timestamp
  uint16_t sequence() const { return LoadBe16(bytes_.data() + 6); }    // echo, timestamp
  uint16_t next_hop_mtu() const {
    return LoadBe16(bytes_.data() + 6);
  }                                              // fragmentation needed; 0 from old routers
  uint8_t pointer() const { return bytes_[4]; }  // parameter problem
  Ipv4Address gateway() const { return Ipv4Address::Load(bytes_.data() + 4); }  // redirect
  // Of an error: the quoted packet, for Ipv4View::ParseQuoted.
  ByteView payload() const { return bytes_.subspan(kIcmpHeaderSize); }

 private:
  explicit IcmpView(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

// The second word, by what it means.
constexpr uint32_t EchoRest(uint16_t identifier, uint16_t sequence) {
  return uint32_t{identifier} << 16 | sequence;
}
constexpr uint32_t NextHopMtuRest(uint16_t mtu) { return mtu; }
constexpr uint32_t PointerRest(uint8_t pointer) { return uint32_t{pointer} << 24; }

struct IcmpFields {
  IcmpType type = IcmpType::kEchoRequest;
  uint8_t code = 0;
  uint32_t rest = 0;
};

// `message` is header and payload, the payload already in its place: writes the first 8 bytes and sums all of
// it.
void Emit(MutableByteView message, const IcmpFields& fields);

}  // namespace nut::wire
