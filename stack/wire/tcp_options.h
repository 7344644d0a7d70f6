// The options of a TCP header as values (RFC 9293 3.2, RFC 7323, RFC 2018). Parsing decides what the bytes
// say, never whether the option is welcome: MSS on a segment without SYN, or an MSS of 0, is the connection's
// to judge.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/bytes.h"
#include "stack/wire/parsed.h"
#include "stack/wire/sequence_number.h"

namespace nut::wire {

inline constexpr size_t kTcpMaxOptionsSize = 40;
inline constexpr uint8_t kTcpMaxWindowScale = 14;  // RFC 7323 2.3

struct TcpTimestamps {
  uint32_t value = 0;       // TSval
  uint32_t echo_reply = 0;  // TSecr
  friend constexpr bool operator==(const TcpTimestamps&, const TcpTimestamps&) = default;
};

// Octets left <= x < right have arrived. From the wire, so possibly empty or inverted.
struct SackBlock {
  SequenceNumber left;
  SequenceNumber right;
  friend constexpr bool operator==(const SackBlock&, const SackBlock&) = default;
};

// As many blocks as a header holds, in the order of the wire.
class SackBlocks {
 public:
  static constexpr size_t kCapacity = 4;

  // False, and nothing added, when full.
  constexpr bool Add(const SackBlock& block) {
    if (count_ == kCapacity) return false;
    blocks_[count_++] = block;
    return true;
  }
  constexpr void Clear() { count_ = 0; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr size_t size() const { return count_; }
  constexpr const SackBlock& operator[](size_t index) const { return blocks_[index]; }
  constexpr const SackBlock* begin() const { return blocks_.data(); }
  constexpr const SackBlock* end() const { return blocks_.data() + count_; }

  friend constexpr bool operator==(const SackBlocks& a, const SackBlocks& b) {
    if (a.count_ != b.count_) return false;
    for (size_t i = 0; i < a.count_; ++i) {
      if (a.blocks_[i] != b.blocks_[i]) return false;
    }
    return true;
  }

 private:
  std::array<SackBlock, kCapacity> blocks_{};
  uint8_t count_ = 0;
};

// RFC 5482 3: how long the sender of this waits for acknowledgements until it gives up; 0 is reserved.
struct TcpUserTimeout {
  static constexpr uint16_t kMost = 0x7fff;
  bool minutes = false;  // the granularity, G: seconds without it
  uint16_t value = 0;    // 15 bits
  friend constexpr bool operator==(const TcpUserTimeout&, const TcpUserTimeout&) = default;
};

// RFC 7413 4.1.1: what a server gave out, or the wish for it: then without octets.
struct TcpFastOpenCookie {
  static constexpr size_t kLeast = 4;
  static constexpr size_t kMost = 16;
  uint8_t size = 0;  // 0, or an even number from kLeast to kMost
  std::array<uint8_t, kMost> octets{};
  constexpr bool is_request() const { return size == 0; }
  friend constexpr bool operator==(const TcpFastOpenCookie&, const TcpFastOpenCookie&) = default;
};

struct TcpOptions {
  std::optional<uint16_t> mss;
  std::optional<uint8_t> window_scale;  // 0–14
  bool sack_permitted = false;
  std::optional<TcpTimestamps> timestamps;
  std::optional<TcpUserTimeout> user_timeout;
  std::optional<TcpFastOpenCookie> fast_open;
  SackBlocks sack;

  // None, without a touch to what none of them says.
  constexpr void Clear() {
    mss.reset();
    window_scale.reset();
    sack_permitted = false;
    timestamps.reset();
    user_timeout.reset();
    fast_open.reset();
    sack.Clear();
  }

  friend constexpr bool operator==(const TcpOptions&, const TcpOptions&) = default;
};

// Reads the options between a header's 20th byte and its end. The only error is kTcpBadOptions: a length of 0
// or 1, or one that leaves `bytes`, the length byte itself missing included (RFC 9293 MUST-7, MUST-68). An
// unknown option, and a known one whose length is not its own, is skipped by the length it gives (MUST-6):
// the walk stays sound, and the segment is as good as without the option. Window scale above 14 counts as 14.
// Of an option that comes twice the last counts; SACK blocks add up.
Parsed<TcpOptions> ParseTcpOptions(ByteView bytes);
// The same into `options`, which says nothing yet: kNone, or kTcpBadOptions.
DropReason ReadTcpOptions(ByteView bytes, TcpOptions& options);

// Bytes that EmitTcpOptions writes: a multiple of 4, at most 40. SACK blocks that do not fit are left out
// from the end, so that the most recent ones, which come first (RFC 2018 section 4), stay.
size_t TcpOptionsSize(const TcpOptions& options);

// Writes the first TcpOptionsSize(options) bytes of `out`; NOPs align each option's values to 4 bytes.
void EmitTcpOptions(MutableByteView out, const TcpOptions& options);

}  // namespace nut::wire
