// The language of inputs of node_fuzz. The first byte chooses the world (node_worlds.h); then, again and again, one byte
// says what comes, and its arguments follow. Every string of bytes is a script;
// what is missing at its end is zero. ScriptWriter (node_seeds) writes it, NodeScript runs it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "stack/base/time.h"

namespace nut::fuzz {

// The first byte: the low 4 bits are the command, the next 3 the peer or host (modulo their number); the highest: the
// frame waits in the device until a later command runs the node, so that several are taken up in one batch.
enum class Command : uint8_t {
  kTime,      // index into kWaits, or beyond it (b - 15) * 10 ms; from kFirstRound on so many rounds of 1 ms in which
              // every peer acknowledges what it has got
  kRaw,       // length, bytes: a frame as it is
  kMended,    // length, bytes: a frame whose addresses and checksums are put right
  kSegment,   // a TCP segment of the peer: see kSegment… below
  kOpen,      // node port (index into kPorts), options (kOpen…): SYN, and an ACK for what is answered
  kText,      // index into kTexts: sent in order, with PSH
  kAck,       // window (2): acknowledges everything
  kClose,     // 0: FIN, 1: RST, 2: FIN once more
  kIcmp,      // which of the frames sent (0: the latest), type, code, rest (4), bytes quoted (0: all), damage (place, xor)
  kArp,       // shape (kArp…), one byte for an address
  kFragment,  // protocol, identification, offset and MF (2, as in the header), units of 8 bytes, xor
  kUdp,       // node port (index), own port (2), size, fill
  kReflect,   // which of the frames sent: comes back with addresses exchanged
  kRepeat,    // how often, at most 31: the last frame again
  kNode,      // what the node does: see NodeAction
  kFault,     // n: the n-th allocation of a frame from now fails
};

inline constexpr uint8_t kWithoutRunning = 0x80;
inline constexpr uint8_t kFirstRound = 240;

// kSegment: flags (1), shape (1), then what the shape asks for, in this order, then a payload: a size, below 200 with as
// many bytes following, else (size - 199) * 26 bytes of filling.
inline constexpr uint8_t kSequenceDelta = 0x01;   // a signed byte beside the next number
inline constexpr uint8_t kSequenceAtEdge = 0x02;  // a signed byte beside the right edge; with kSequenceDelta: 4 bytes
inline constexpr uint8_t kAckDelta = 0x04;        // a signed byte beside what is expected
inline constexpr uint8_t kAckAnything = 0x08;     // 4 bytes
inline constexpr uint8_t kWindow = 0x10;          // 2 bytes; else 65535
inline constexpr uint8_t kUrgent = 0x20;          // 2 bytes; else 0
inline constexpr uint8_t kRawOptions = 0x40;      // length, bytes; else timestamps if in use
inline constexpr uint8_t kKeepPlace = 0x80;       // the peer does not count what it has sent

// kOpen: options of the SYN.
inline constexpr uint8_t kOpenMss = 0x01;         // 2 bytes follow
inline constexpr uint8_t kOpenScale = 0x02;       // 1 byte follows
inline constexpr uint8_t kOpenTimestamps = 0x04;
inline constexpr uint8_t kOpenHalf = 0x08;        // no ACK

// kArp: what is a lie.
inline constexpr uint8_t kArpReply = 0x01;
inline constexpr uint8_t kArpSenderIsNode = 0x02;
inline constexpr uint8_t kArpSenderIsNext = 0x04;  // the next host's address with this host's MAC
inline constexpr uint8_t kArpSenderByte = 0x08;    // 198.19.0.b
inline constexpr uint8_t kArpTargetOther = 0x10;   // 198.19.0.b instead of the node
inline constexpr uint8_t kArpGroupMac = 0x20;      // says that it has a group's MAC
inline constexpr uint8_t kArpUnicast = 0x40;       // the frame is for the node alone
inline constexpr uint8_t kArpCut = 0x80;           // only b bytes of it

enum class NodeAction : uint8_t {
  kConnectAndTalk,
  kConnectAndClose,
  kConnectAndAbort,
  kConnectAndRead,
  kSendUdp,
  kConnectAndTinker,
  kSendUdpConnected,
  kSendUdpToGroup,
  kJoinOrLeave,
  kTalkToItself,
  kCount
};

inline constexpr std::array<Duration, 16> kWaits = {0ms, 1ms,  5ms,  40ms, 100ms, 200ms, 500ms, 1s,
                                                    2s,  3s,   10s,  30s,  60s,   120s,  300s,  1000s};

inline constexpr std::array<uint16_t, 8> kPorts = {7, 9, 13, 19, 23, 80, 4242, 0};

inline constexpr std::array<std::string_view, 12> kTexts = {
    "GET / HTTP/1.1\r\nHost: n\r\n\r\n",
    "GET /api/status.json HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n",
    "HEAD /%2e%2e/etc HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: n\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: n\r\nRange: bytes=1-2\r\nIf-None-Match: *\r\n\r\n",
    "GET /status HTTP/1.1\r\nHost: n\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "help\r\nsockets\r\nthreads\r\n",
    "\xff\xfd\x01\xff\xfb\x03timers\r\narp\r\nroutes\r\n",
    "counters\r\nmemory\r\nlog\r\nquit\r\n",
    "echo this",
    "x",
    "\r\n",
};

}  // namespace nut::fuzz
