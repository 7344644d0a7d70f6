#include "stack/tcp/engine_output.h"

#include "stack/wire/checksum.h"

namespace nut::tcp {

link::FramePtr SegmentSender::Build(const wire::EndpointPair& ends, OutgoingSegment& segment) {
  const size_t header_size = wire::TcpHeaderSize(segment.fields.options);
  // Who cuts a super-segment finishes the checksums of its packets.
  const bool unfinished = ip_.offloads_checksum() || segment.segment_size > 0;
  // Who has to read every byte for its checksum may as well put them behind their headers.
  const bool gathered = segment.payload.size() > kLargestCopied && ip_.gathers() && unfinished;
  const size_t size = header_size + (gathered ? 0 : segment.payload.size());
  link::FramePtr frame = ip_.Allocate(size);
  if (!frame) return frame;

  const MutableByteView bytes = frame->Append(size);
  wire::Emit(bytes, segment.fields);
  if (gathered) {
    frame->SetTail(std::move(segment.payload));
  } else {
    segment.payload.CopyTo(bytes.subspan(header_size));
  }

  const wire::PseudoHeader pseudo{ends.local.address, ends.remote.address};
  if (unfinished) {
    wire::OffloadTcpChecksum(bytes, pseudo, frame->tail().size());
    frame->checksum = {link::ChecksumState::kPartial, 0, wire::kTcpChecksumOffset};
  } else {
    wire::FinishTcpChecksum(bytes, pseudo);  // RFC 9293 MUST-2
  }
  if (segment.segment_size > 0) {
    frame->segmentation = {segment.segment_size, static_cast<uint16_t>(header_size)};
  }
  return frame;
}

void SegmentSender::Send(link::FramePtr frame, const wire::EndpointPair& ends, const PacketOptions& options) {
  statistics_.Add(Counter::kTcpOutSegments);
  // The IP layer counts what it cannot send.
  static_cast<void>(ip_.Send(std::move(frame), {.source = ends.local.address,
                                                .destination = ends.remote.address,
                                                .protocol = wire::IpProtocol::kTcp,
                                                .ttl = options.ttl,
                                                .tos = options.tos,
                                                .dont_fragment = options.dont_fragment}));
}

void SegmentSender::SendSoon(link::FramePtr frame, const wire::EndpointPair& ends,
                             const PacketOptions& options) {
  queued_.push_back({std::move(frame), ends, options});
  if (queued_.size() == kBurst) Flush();
}

void SegmentSender::Flush() {
  for (Queued& queued : queued_) Send(std::move(queued.frame), queued.ends, queued.options);
  queued_.clear();
}

}  // namespace nut::tcp
