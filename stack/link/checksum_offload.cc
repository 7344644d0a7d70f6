#include "stack/link/checksum_offload.h"

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"
#include "stack/wire/udp.h"

namespace nut::link {

bool ChecksumOffloadIsSound(const Frame& frame) {
  return size_t{frame.checksum.start} + frame.checksum.offset + sizeof(uint16_t) <= frame.size();
}

uint16_t FinishedChecksum(const Frame& frame) {
  NUT_INVARIANT(ChecksumOffloadIsSound(frame), "a checksum was asked for outside the frame");
  wire::InternetChecksum sum;
  sum.Add(frame.data().subspan(frame.checksum.start));
  for (const Slice& slice : frame.tail()) sum.Add(slice.bytes);
  const uint16_t checksum = sum.Finish();
  // In UDP a field of 0 means "no checksum" (RFC 768); in one's complement 0xffff is the same number. The
  // place of the field tells UDP from TCP, where tshark would call the 0xffff wrong.
  return checksum == 0 && frame.checksum.offset == wire::kUdpChecksumOffset ? 0xffff : checksum;
}

bool FinishChecksum(Frame& frame) {
  if (frame.checksum.state != ChecksumState::kPartial) return true;
  if (!ChecksumOffloadIsSound(frame)) return false;
  const uint16_t checksum = FinishedChecksum(frame);
  StoreBe16(frame.mutable_data().data() + frame.checksum.start + frame.checksum.offset, checksum);
  frame.checksum = {};
  return true;
}

}  // namespace nut::link
