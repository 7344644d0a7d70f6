#include "stack/wire/tcp_options.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::wire {
namespace {

enum Kind : uint8_t {
  kEndOfList = 0,
  kNoOperation = 1,
  kMss = 2,
  kWindowScale = 3,
  kSackPermitted = 4,
  kSack = 5,
  kTimestamps = 8,
  kUserTimeout = 28,
  kFastOpen = 34,
};

constexpr size_t kMssSize = 4;
constexpr size_t kWindowScaleSize = 3;
constexpr size_t kSackPermittedSize = 2;
constexpr size_t kTimestampsSize = 10;
// Two NOPs in front.
constexpr size_t kAlignedTimestampsSize = 12;
constexpr uint32_t kAlignedTimestampsHead = 0x0101080a;
constexpr size_t kUserTimeoutSize = 4;
constexpr uint16_t kUserTimeoutMinutes = 0x8000;
constexpr size_t kFastOpenHeadSize = 2;
constexpr size_t kSackBlockSize = 8;
constexpr size_t kSackHeadSize = 2;

void ReadSackBlocks(ByteView blocks, SackBlocks& sack) {
  for (; blocks.size() >= kSackBlockSize; blocks = blocks.subspan(kSackBlockSize)) {
    sack.Add({SequenceNumber(LoadBe32(blocks.data())), SequenceNumber(LoadBe32(blocks.data() + 4))});
  }
}

TcpUserTimeout ReadUserTimeout(uint16_t word) {
  return {.minutes = (word & kUserTimeoutMinutes) != 0,
          .value = static_cast<uint16_t>(word & TcpUserTimeout::kMost)};
}

// RFC 7413 4.1.1: a cookie whose length cannot be is none, and no request either.
void ReadFastOpen(ByteView cookie, TcpOptions& options) {
  const size_t size = cookie.size();
  if (size != 0 && (size < TcpFastOpenCookie::kLeast || size > TcpFastOpenCookie::kMost || size % 2 != 0))
    return;
  options.fast_open.emplace().size = static_cast<uint8_t>(size);
  std::copy(cookie.begin(), cookie.end(), options.fast_open->octets.begin());
}

// `option` starts with its kind and length, and is as long as it says.
void ReadOption(ByteView option, TcpOptions& options) {
  const uint8_t* p = option.data();
  switch (p[0]) {
    case kMss:
      if (option.size() == kMssSize) options.mss = LoadBe16(p + 2);
      return;
    case kWindowScale:
      // RFC 7323 2.3: a shift above 14 must be used as 14.
      if (option.size() == kWindowScaleSize) options.window_scale = std::min(p[2], kTcpMaxWindowScale);
      return;
    case kSackPermitted:
      if (option.size() == kSackPermittedSize) options.sack_permitted = true;
      return;
    case kTimestamps:
      if (option.size() == kTimestampsSize) options.timestamps = {LoadBe32(p + 2), LoadBe32(p + 6)};
      return;
    case kUserTimeout:
      if (option.size() == kUserTimeoutSize) options.user_timeout = ReadUserTimeout(LoadBe16(p + 2));
      return;
    case kFastOpen: return ReadFastOpen(option.subspan(kFastOpenHeadSize), options);
    case kSack:
      if (option.size() % kSackBlockSize == kSackHeadSize)
        ReadSackBlocks(option.subspan(kSackHeadSize), options.sack);
      return;
    default: return;
  }
}

// How many SACK blocks fit behind the other options, which take `used` bytes.
size_t FittingSackBlocks(size_t used, const SackBlocks& sack) {
  const size_t left = kTcpMaxOptionsSize - used;
  return left < 4 ? 0 : std::min(sack.size(), (left - 4) / kSackBlockSize);
}

size_t SizeWithoutSack(const TcpOptions& options) {
  size_t size = 0;
  if (options.mss) size += 4;
  if (options.window_scale) size += 4;
  if (options.user_timeout) size += kUserTimeoutSize;
  if (options.fast_open) size += (kFastOpenHeadSize + options.fast_open->size + 3u) / 4 * 4;
  if (options.timestamps) {
    size += 12;  // SACK-permitted takes the place of its two NOPs
  } else if (options.sack_permitted) {
    size += 4;
  }
  return size;
}

// Writes from front to back; the caller has checked that it all fits.
class Writer {
 public:
  explicit Writer(uint8_t* p) : p_(p) {}
  Writer& Byte(uint8_t value) {
    *p_++ = value;
    return *this;
  }
  Writer& Word(uint16_t value) {
    StoreBe16(p_, value);
    p_ += 2;
    return *this;
  }
  Writer& Long(uint32_t value) {
    StoreBe32(p_, value);
    p_ += 4;
    return *this;
  }

 private:
  uint8_t* p_;
};

}  // namespace

DropReason ReadTcpOptions(ByteView bytes, TcpOptions& options) {
  // RFC 7323 appendix A: nearly every segment has this and nothing else.
  if (bytes.size() == kAlignedTimestampsSize && LoadBe32(bytes.data()) == kAlignedTimestampsHead) [[likely]] {
    options.timestamps = {LoadBe32(bytes.data() + 4), LoadBe32(bytes.data() + 8)};
    return DropReason::kNone;
  }
  // Each turn takes at least one byte off, so the walk ends whatever the lengths say.
  while (!bytes.empty() && bytes[0] != kEndOfList) {
    if (bytes[0] == kNoOperation) {
      bytes = bytes.subspan(1);
      continue;
    }
    if (bytes.size() < 2 || bytes[1] < 2 || bytes[1] > bytes.size()) return DropReason::kTcpBadOptions;
    ReadOption(bytes.first(bytes[1]), options);
    bytes = bytes.subspan(bytes[1]);
  }
  return DropReason::kNone;
}

Parsed<TcpOptions> ParseTcpOptions(ByteView bytes) {
  TcpOptions options;
  if (const DropReason fault = ReadTcpOptions(bytes, options); fault != DropReason::kNone)
    return Reject(fault);
  return options;
}

size_t TcpOptionsSize(const TcpOptions& options) {
  const size_t size = SizeWithoutSack(options);
  const size_t blocks = FittingSackBlocks(size, options.sack);
  return blocks == 0 ? size : size + 4 + blocks * kSackBlockSize;
}

void EmitTcpOptions(MutableByteView out, const TcpOptions& options) {
  NUT_INVARIANT(out.size() >= TcpOptionsSize(options), "no room for TCP options");
  NUT_INVARIANT(!options.window_scale || *options.window_scale <= kTcpMaxWindowScale,
                "window scale above 14");
  Writer writer(out.data());
  if (options.mss) writer.Byte(kMss).Byte(kMssSize).Word(*options.mss);
  if (options.sack_permitted) {
    if (!options.timestamps) writer.Byte(kNoOperation).Byte(kNoOperation);
    writer.Byte(kSackPermitted).Byte(kSackPermittedSize);
  }
  if (options.timestamps) {
    if (!options.sack_permitted) writer.Byte(kNoOperation).Byte(kNoOperation);
    writer.Byte(kTimestamps).Byte(kTimestampsSize);
    writer.Long(options.timestamps->value).Long(options.timestamps->echo_reply);
  }
  if (options.window_scale) {
    writer.Byte(kNoOperation).Byte(kWindowScale).Byte(kWindowScaleSize).Byte(*options.window_scale);
  }
  if (options.user_timeout) {
    const uint16_t unit = options.user_timeout->minutes ? kUserTimeoutMinutes : 0;
    writer.Byte(kUserTimeout).Byte(kUserTimeoutSize);
    writer.Word(static_cast<uint16_t>(unit | (options.user_timeout->value & TcpUserTimeout::kMost)));
  }
  if (options.fast_open) {
    const TcpFastOpenCookie& cookie = *options.fast_open;
    if (cookie.size % 4 == 0) writer.Byte(kNoOperation).Byte(kNoOperation);
    writer.Byte(kFastOpen).Byte(static_cast<uint8_t>(kFastOpenHeadSize + cookie.size));
    for (size_t i = 0; i < cookie.size; ++i) writer.Byte(cookie.octets[i]);
  }
  const size_t blocks = FittingSackBlocks(SizeWithoutSack(options), options.sack);
  if (blocks == 0) return;
  const auto length = static_cast<uint8_t>(kSackHeadSize + blocks * kSackBlockSize);
  writer.Byte(kNoOperation).Byte(kNoOperation).Byte(kSack).Byte(length);
  for (size_t i = 0; i < blocks; ++i) {
    writer.Long(options.sack[i].left.number()).Long(options.sack[i].right.number());
  }
}

}  // namespace nut::wire
