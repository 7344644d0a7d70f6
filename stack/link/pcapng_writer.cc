#include "stack/link/pcapng_writer.h"

#include <algorithm>
#include <cstring>

namespace nut::link {
namespace {

// Block types and option codes of draft-ietf-opsawg-pcapng, sections 3.5 and 4.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kInterfaceStatistics = 5;
constexpr uint32_t kEnhancedPacket = 6;

constexpr uint16_t kEndOfOptions = 0;
constexpr uint16_t kComment = 1;
constexpr uint16_t kSectionUserApplication = 4;
constexpr uint16_t kInterfaceName = 2;
constexpr uint16_t kInterfaceDescriptionText = 3;
constexpr uint16_t kInterfaceTimeResolution = 9;
constexpr uint16_t kPacketFlags = 2;
constexpr uint16_t kStatisticsReceived = 4;
constexpr uint16_t kStatisticsDropped = 5;

constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kLinkTypeEthernet = 1;
constexpr uint8_t kNanoseconds = 9;  // stamps count 10^-9 s

// The two lowest bits of epb_flags.
constexpr uint32_t kInbound = 1;
constexpr uint32_t kOutbound = 2;

constexpr size_t kOptionLimit = 65535;

}  // namespace

void PcapngWriter::BeginSection(std::string_view application) {
  interfaces_ = 0;
  BeginBlock(kSectionHeader);
  Put32(kByteOrderMagic);
  Put16(1);  // version 1.0
  Put16(0);
  Put64(~uint64_t{0});  // the section's length is not known beforehand
  if (!application.empty()) PutOption(kSectionUserApplication, AsBytes(application));
  EndBlock();
}

uint32_t PcapngWriter::AddInterface(const PcapngInterface& interface) {
  BeginBlock(kInterfaceDescription);
  Put16(kLinkTypeEthernet);
  Put16(0);
  Put32(interface.snap_length);
  PutOption(kInterfaceName, AsBytes(interface.name));
  if (!interface.description.empty()) PutOption(kInterfaceDescriptionText, AsBytes(interface.description));
  PutOption(kInterfaceTimeResolution, {&kNanoseconds, 1});
  EndBlock();
  return interfaces_++;
}

void PcapngWriter::WritePacket(const PcapngPacket& packet) {
  BeginBlock(kEnhancedPacket);
  Put32(packet.interface);
  PutTime(packet.unix_time);
  Put32(static_cast<uint32_t>(packet.bytes.size()));
  Put32(static_cast<uint32_t>(packet.original_size));
  PutPadded(packet.bytes);
  const uint32_t flags = packet.direction == Direction::kReceive ? kInbound : kOutbound;
  PutOption(kPacketFlags, {reinterpret_cast<const uint8_t*>(&flags), sizeof flags});
  if (!packet.comment.empty()) PutOption(kComment, AsBytes(packet.comment));
  EndBlock();
}

void PcapngWriter::WriteStatistics(uint32_t interface, Duration unix_time, uint64_t received,
                                   uint64_t dropped) {
  BeginBlock(kInterfaceStatistics);
  Put32(interface);
  PutTime(unix_time);
  PutOption(kStatisticsReceived, {reinterpret_cast<const uint8_t*>(&received), sizeof received});
  PutOption(kStatisticsDropped, {reinterpret_cast<const uint8_t*>(&dropped), sizeof dropped});
  EndBlock();
}

void PcapngWriter::Flush() {
  if (!failed_ && !buffer_.empty()) failed_ = !sink_.Write(buffer_);
  buffer_.clear();
}

void PcapngWriter::Reset() {
  buffer_.clear();
  failed_ = false;
}

void PcapngWriter::BeginBlock(uint32_t type) {
  block_ = buffer_.size();
  Put32(type);
  Put32(0);  // the length, which EndBlock knows
}

void PcapngWriter::EndBlock() {
  // Every kind of block written here carries options, which end with this one.
  Put16(kEndOfOptions);
  Put16(0);
  const uint32_t length = static_cast<uint32_t>(buffer_.size() - block_ + sizeof length);
  std::memcpy(buffer_.data() + block_ + sizeof(uint32_t), &length, sizeof length);
  Put32(length);
  if (failed_ || buffer_.size() >= kFlushSize) Flush();
}

void PcapngWriter::PutTime(Duration unix_time) {
  const uint64_t stamp = static_cast<uint64_t>(unix_time.count());
  Put32(static_cast<uint32_t>(stamp >> 32));
  Put32(static_cast<uint32_t>(stamp));
}

void PcapngWriter::PutPadded(ByteView bytes) {
  static constexpr uint8_t kZeroes[3] = {};
  Put(bytes.data(), bytes.size());
  Put(kZeroes, (4 - bytes.size() % 4) % 4);
}

void PcapngWriter::PutOption(uint16_t code, ByteView value) {
  value = value.first(std::min(value.size(), kOptionLimit));
  Put16(code);
  Put16(static_cast<uint16_t>(value.size()));
  PutPadded(value);
}

void PcapngWriter::Put(const void* bytes, size_t size) {
  const auto* first = static_cast<const uint8_t*>(bytes);
  buffer_.insert(buffer_.end(), first, first + size);
}

}  // namespace nut::link
