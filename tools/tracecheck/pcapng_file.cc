#include "tools/tracecheck/pcapng_file.h"

#include <algorithm>

namespace nut::tracecheck {
namespace {

// Block types and option codes of draft-ietf-opsawg-pcapng, sections 3.5 and 4.
constexpr uint32_t kInterfaceBlock = 1;
constexpr uint32_t kOldPacketBlock = 2;
constexpr uint32_t kSimplePacketBlock = 3;
constexpr uint32_t kEnhancedPacketBlock = 6;
constexpr uint16_t kEndOfOptions = 0;
constexpr uint16_t kComment = 1;
constexpr uint16_t kFlags = 2;
constexpr uint16_t kTimeResolution = 9;
constexpr uint16_t kTimeOffset = 14;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;

constexpr size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

}  // namespace

PcapngFile::PcapngFile(std::istream& stream) : CaptureFile(stream) {}

template <typename Visit>
void PcapngFile::ForOptions(Bytes options, Visit visit) const {
  while (options.size() >= 4) {
    const uint16_t code = order_.Get16(options.data());
    const size_t size = order_.Get16(options.data() + 2);
    if (code == kEndOfOptions || 4 + size > options.size()) return;
    visit(code, options.subspan(4, size));
    options = options.subspan(std::min(options.size(), 4 + Padded(size)));
  }
}

bool PcapngFile::ReadSection() {
  uint8_t start[8];  // the block's length, and the magic number that says in which order to read it
  if (!Read(start, sizeof start)) return false;
  uint32_t magic;
  std::memcpy(&magic, start + 4, sizeof magic);
  if (magic != kByteOrderMagic && __builtin_bswap32(magic) != kByteOrderMagic) {
    Fail("a section has no byte order");
    return false;
  }
  order_ = ByteOrder(magic != kByteOrderMagic);
  const size_t length = order_.Get32(start);
  if (length < 28 || length > kLongest) {
    Fail("a section header's length is impossible");
    return false;
  }
  body_.resize(length - 12);
  section_start_ += section_interfaces_;
  section_interfaces_ = 0;
  return Read(body_.data(), body_.size());
}

bool PcapngFile::ReadBlock(uint32_t* type) {
  if (at_first_) {
    at_first_ = false;
    *type = kMagic;
    return ReadSection();
  }
  uint8_t start[8];
  if (!Read(start, 4)) return false;
  *type = order_.Get32(start);
  if (*type == kMagic) return ReadSection();
  if (!Read(start + 4, 4)) return false;
  const size_t length = order_.Get32(start + 4);
  if (length < 12 || length > kLongest || length % 4 != 0) {
    Fail("a block's length is impossible");
    return false;
  }
  body_.resize(length - 8);
  if (!Read(body_.data(), body_.size())) return false;
  body_.resize(length - 12);  // the length is there once more
  return true;
}

std::optional<Record> PcapngFile::Next() {
  uint32_t type = 0;
  while (failure().empty() && ReadBlock(&type)) {
    std::optional<Record> record;
    switch (type) {
      case kInterfaceBlock: ReadInterface(); break;
      case kEnhancedPacketBlock: record = EnhancedPacket(); break;
      case kSimplePacketBlock: record = SimplePacket(); break;
      case kOldPacketBlock: record = OldPacket(); break;
      default: break;
    }
    if (record) return record;
  }
  return std::nullopt;
}

void PcapngFile::ReadInterface() {
  if (body_.size() < 8) return Fail("an interface's description is too short");
  Interface interface {
    .link = static_cast<LinkType>(order_.Get16(body_.data())), .snap_length = order_.Get32(body_.data() + 4)
  };
  ForOptions(Bytes(body_).subspan(8), [&](uint16_t code, Bytes value) {
    if (code == kTimeResolution && !value.empty()) {
      interface.binary = (value[0] & 0x80) != 0;
      interface.exponent = value[0] & 0x7f;
    }
    if (code == kTimeOffset && value.size() >= 8) {
      interface.offset = std::chrono::seconds(static_cast<int64_t>(order_.Get64(value.data())));
    }
  });
  interfaces_.push_back(interface);
  ++section_interfaces_;
}

Time PcapngFile::TimeOf(const Interface& interface, uint64_t stamp) {
  const auto scaled = [&](__int128 per_second) {
    const __int128 whole = static_cast<__int128>(stamp) * 1'000'000'000;
    return Time(static_cast<int64_t>(whole / per_second));
  };
  __int128 per_second = 1;
  for (int i = 0; i < std::min<int>(interface.exponent, interface.binary ? 63 : 18); ++i) {
    per_second *= interface.binary ? 2 : 10;
  }
  return interface.offset + scaled(per_second);
}

std::optional<Record> PcapngFile::MakeRecord(uint32_t interface, uint64_t stamp, size_t captured,
                                             size_t original, size_t header) {
  if (interface >= section_interfaces_ || header + captured > body_.size()) {
    Fail("a packet's block contradicts itself");
    return std::nullopt;
  }
  const Interface& described = interfaces_[section_start_ + interface];
  Record record{.number = ++number_,
                .time = TimeOf(described, stamp),
                .interface = section_start_ + interface,
                .link = described.link,
                .original_size = original};
  const Bytes data = Bytes(body_).subspan(header, captured);
  record.bytes.assign(data.begin(), data.end());
  return record;
}

std::optional<Record> PcapngFile::EnhancedPacket() {
  constexpr size_t kHeader = 20;
  if (body_.size() < kHeader) {
    Fail("a packet's block is too short");
    return std::nullopt;
  }
  const uint8_t* const block = body_.data();
  const uint64_t stamp = uint64_t{order_.Get32(block + 4)} << 32 | order_.Get32(block + 8);
  const size_t captured = order_.Get32(block + 12);
  auto record = MakeRecord(order_.Get32(block), stamp, captured, order_.Get32(block + 16), kHeader);
  if (!record) return record;
  const size_t options = std::min(body_.size(), kHeader + Padded(captured));
  ForOptions(Bytes(body_).subspan(options), [&](uint16_t code, Bytes value) {
    if (code == kComment) {
      if (!record->comment.empty()) record->comment += "; ";
      record->comment.append(value.begin(), value.end());
    }
    if (code == kFlags && value.size() >= 4) {
      const uint32_t direction = order_.Get32(value.data()) & 3;
      if (direction == 1) record->direction = Direction::kIn;
      if (direction == 2) record->direction = Direction::kOut;
    }
  });
  return record;
}

std::optional<Record> PcapngFile::SimplePacket() {
  if (body_.size() < 4 || section_interfaces_ == 0) {
    Fail("a packet's block is too short");
    return std::nullopt;
  }
  const size_t original = order_.Get32(body_.data());
  const uint32_t snap = interfaces_[section_start_].snap_length;
  size_t captured = std::min(original, body_.size() - 4);
  if (snap != 0) captured = std::min<size_t>(captured, snap);
  return MakeRecord(0, 0, captured, original, 4);
}

std::optional<Record> PcapngFile::OldPacket() {
  constexpr size_t kHeader = 20;
  if (body_.size() < kHeader) {
    Fail("a packet's block is too short");
    return std::nullopt;
  }
  const uint8_t* const block = body_.data();
  const uint64_t stamp = uint64_t{order_.Get32(block + 4)} << 32 | order_.Get32(block + 8);
  return MakeRecord(order_.Get16(block), stamp, order_.Get32(block + 12), order_.Get32(block + 16), kHeader);
}

}  // namespace nut::tracecheck
