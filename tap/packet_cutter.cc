#include "tap/packet_cutter.h"

#include <algorithm>
#include <cstring>

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"

namespace nut::tap {

PacketCutter::PacketCutter(const link::Frame& frame, const link::CuttingPlan& plan, size_t vnet_size,
                           Checksums checksums)
    : plan_(plan), vnet_size_(vnet_size), checksums_(checksums) {
  NUT_INVARIANT(vnet_size > 0 || checksums == Checksums::kFinished, "nobody to finish the checksums");
  if (frame.has_tail()) {
    std::ranges::transform(frame.tail(), payload_.begin(), &link::Slice::bytes);
  } else {
    payload_[0] = frame.data().subspan(plan.header_size(), plan.payload_size());  // behind it is padding
  }
  if (vnet_size_ > 0) {
    VnetHeader header;
    if (checksums == Checksums::kLeftUndone) {
      const link::ChecksumOffload unfinished = plan.unfinished_checksum();
      header.flags = VnetHeader::kNeedsChecksum;
      header.checksum_start = unfinished.start;
      header.checksum_offset = unfinished.offset;
    }
    std::memcpy(headers_.data(), &header, sizeof header);
  }
  pieces_[0] = {headers_.data(), vnet_size_ + plan.header_size()};
}

std::span<const iovec> PacketCutter::Next() {
  NUT_INVARIANT(left() > 0, "asked for more packets than there are");
  const size_t index = next_++;
  plan_.PutHeaders(index, MutableByteView(headers_).subspan(vnet_size_, plan_.header_size()));
  Gather(plan_.SizeOf(index));
  if (checksums_ == Checksums::kFinished) FinishChecksum();
  return std::span(pieces_).first(piece_count_);
}

void PacketCutter::Gather(size_t size) {
  piece_count_ = 1;
  while (size > 0) {
    ByteView& slice = payload_[slice_];
    const size_t count = std::min(size, slice.size());
    // writev only reads.
    pieces_[piece_count_++] = {const_cast<uint8_t*>(slice.data()), count};
    slice = slice.subspan(count);
    if (slice.empty()) ++slice_;
    size -= count;
  }
}

void PacketCutter::FinishChecksum() {
  const link::ChecksumOffload place = plan_.unfinished_checksum();
  const MutableByteView segment =
      MutableByteView(headers_).subspan(vnet_size_ + place.start, plan_.header_size() - place.start);
  wire::InternetChecksum sum;
  sum.Add(segment);
  for (const iovec& piece : std::span(pieces_).subspan(1, piece_count_ - 1)) {
    sum.Add({static_cast<const uint8_t*>(piece.iov_base), piece.iov_len});
  }
  StoreBe16(segment.data() + place.offset, sum.Finish());
}

}  // namespace nut::tap
