#include "tools/tracecheck/capture_file.h"

#include "tools/tracecheck/pcap_file.h"
#include "tools/tracecheck/pcapng_file.h"

namespace nut::tracecheck {

std::unique_ptr<CaptureFile> CaptureFile::Open(std::istream& stream) {
  uint32_t magic = 0;
  if (!stream.read(reinterpret_cast<char*>(&magic), sizeof magic)) return nullptr;
  if (magic == PcapngFile::kMagic) return std::make_unique<PcapngFile>(stream);
  if (PcapFile::IsMagic(magic)) return std::make_unique<PcapFile>(stream, magic);
  return nullptr;
}

bool CaptureFile::Read(void* bytes, size_t size) {
  stream_.read(static_cast<char*>(bytes), static_cast<std::streamsize>(size));
  const auto count = static_cast<size_t>(stream_.gcount());
  if (count == size) return true;
  if (count > 0) Fail("the capture is cut off in the middle of a packet");
  return false;
}

}  // namespace nut::tracecheck
