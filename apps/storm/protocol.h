// The octets of a storm on the wire, for any TCP on either side. Pure functions and constants; of the stack
// it uses bytes.h alone, so that a peer on the host's own sockets is written from this header.
//
//   client                                              server
//   ------                                              ------
//   request header, 32 octets
//   `request_size` octets of content  ────────────────►  reads all of it
//                                     ◄────────────────  `answer_size` octets of content
//   then what `ending` says:
//     kClientCloses   the client closes after the answer; the server reads the end of the stream, and closes
//     kServerCloses   the server closes after the answer; the client reads the end of the stream, and closes
//     kHalfClose      the client finishes sending right after the request; the server reads the end of the
//                     stream before it answers, and closes; the client reads the end of the stream
//     kClientAborts   the client resets when it has half of the answer; the server must see the reset
//     kServerAborts   the server sends half of the answer, then resets; the client must see the reset
//     kClientVanishes the client falls silent when it has half of the answer; the server keeps the connection
//                     open and must give it up by a time limit
//     kServerVanishes the server falls silent, before the answer if the connection's number is odd, else when
//                     half of it is sent; the client must give up by a time limit
//
// Half of an answer is at least one octet. Where the client aborts or vanishes, the server pauses (kPause)
// after the first half, and sends the second one only if the connection's number is even: so that what hits
// it finds data under way, or an idle connection.
//
// Header, big endian:  0 magic "NUTS" | 4 version | 5 kind | 6 ending | 7 zero | 8 connection (8 octets) |
// 16 request_size | 20 answer_size | 24 the first eight octets again, inverted.
//
// Content: octet i of the answer to connection c, or of its request, is octet (Start(c) + i) mod kPeriod of
// one table that everybody has (ContentTable).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "apps/storm/kind.h"
#include "stack/base/bytes.h"

namespace nut::storm {

enum class Ending : uint8_t {
  kClientCloses,
  kServerCloses,
  kHalfClose,
  kClientAborts,
  kServerAborts,
  kClientVanishes,
  kServerVanishes,
};

inline constexpr size_t kEndingCount = 7;
inline constexpr size_t kRequestHeaderSize = 32;
inline constexpr uint32_t kMagic = 0x4e555453;
inline constexpr uint8_t kProtocolVersion = 1;
inline constexpr uint32_t kLargestContent = 1 << 20;  // octets of one request or answer; more is refused
inline constexpr std::chrono::milliseconds kPause{10};

struct Request {
  Kind kind = Kind::kNormal;
  Ending ending = Ending::kClientCloses;
  uint64_t connection = 0;
  uint32_t request_size = 0;  // octets behind the header
  uint32_t answer_size = 1;   // octets; at least 1

  // How much of the answer is sent before an abort or a disappearance.
  uint32_t half_answer() const { return answer_size / 2 > 0 ? answer_size / 2 : 1; }
  bool is_even() const { return connection % 2 == 0; }

  friend bool operator==(const Request&, const Request&) = default;
};

using RequestHeader = std::array<uint8_t, kRequestHeaderSize>;

RequestHeader Encode(const Request& request);
// Nothing when these octets are no header: magic, version, kind, ending, a size, or the repeated octets are
// wrong.
std::optional<Request> Decode(const RequestHeader& header);

// The content of a connection from octet `offset` on: up to `length` octets, fewer at the end of the table;
// at least one if `length` is not 0. Lives as long as the program.
ByteView Content(uint64_t connection, uint64_t offset, size_t length);

// Whether `received` is what stands at `offset`.
bool IsContent(uint64_t connection, uint64_t offset, ByteView received);

}  // namespace nut::storm
