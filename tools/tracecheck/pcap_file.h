// PcapFile: the classic format (draft-ietf-opsawg-pcap). Made by CaptureFile::Open.
#pragma once

#include "tools/tracecheck/byte_order.h"
#include "tools/tracecheck/capture_file.h"

namespace nut::tracecheck {

class PcapFile final : public CaptureFile {
 public:
  static bool IsMagic(uint32_t magic);

  // `magic`: the four bytes that were read already.
  PcapFile(std::istream& stream, uint32_t magic);

  std::optional<Record> Next() override;

 private:
  ByteOrder order_;
  bool nanoseconds_;
  LinkType link_ = LinkType::kEthernet;
  uint64_t number_ = 0;
};

}  // namespace nut::tracecheck
