// PcapngFile: the block format (draft-ietf-opsawg-pcapng): several sections and interfaces, enhanced, simple
// and the old packet blocks, with comments and directions. Blocks of other kinds are passed over. Made by
// CaptureFile::Open.
#pragma once

#include <span>
#include <vector>

#include "tools/tracecheck/byte_order.h"
#include "tools/tracecheck/capture_file.h"

namespace nut::tracecheck {

class PcapngFile final : public CaptureFile {
 public:
  static constexpr uint32_t kMagic = 0x0a0d0d0a;  // reads the same in both byte orders

  // The stream stands behind the first block's type.
  explicit PcapngFile(std::istream& stream);

  std::optional<Record> Next() override;

 private:
  struct Interface {
    LinkType link;
    uint32_t snap_length;
    Time offset{};
    bool binary = false;  // stamps count 2^-exponent seconds, else 10^-exponent
    uint8_t exponent = 6;
  };
  using Bytes = std::span<const uint8_t>;

  bool ReadBlock(uint32_t* type);
  bool ReadSection();
  void ReadInterface();
  std::optional<Record> EnhancedPacket();
  std::optional<Record> SimplePacket();
  std::optional<Record> OldPacket();
  std::optional<Record> MakeRecord(uint32_t interface, uint64_t stamp, size_t captured, size_t original,
                                   size_t header);
  static Time TimeOf(const Interface& interface, uint64_t stamp);

  // Calls `visit(code, value)` for each option.
  template <typename Visit>
  void ForOptions(Bytes options, Visit visit) const;

  ByteOrder order_{false};
  std::vector<uint8_t> body_;  // of the block just read, without type and lengths
  std::vector<Interface> interfaces_;
  uint32_t section_start_ = 0;  // number of the section's first interface in the whole file
  uint32_t section_interfaces_ = 0;
  uint64_t number_ = 0;
  bool at_first_ = true;
};

}  // namespace nut::tracecheck
