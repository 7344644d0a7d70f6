#include "stack/link/segmenter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "stack/link/checksum_offload.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::link {
namespace {

using wire::TcpFlags;

constexpr size_t kNetworkStart = wire::kEthernetHeaderSize;
constexpr size_t kMaxHeaders = kNetworkStart + wire::kIpv4MaxHeaderSize + wire::kTcpMaxHeaderSize;

// The fields that differ from packet to packet. All else in the headers, options included, is repeated byte
// for byte, which is why they are patched in place here rather than parsed and emitted anew.
constexpr size_t kIpTotalLength = 2;
constexpr size_t kIpIdentification = 4;
constexpr size_t kIpChecksum = 10;
constexpr size_t kTcpSequence = 4;
constexpr size_t kTcpFlags = 13;
constexpr size_t kTcpUrgentPointer = 18;

}  // namespace

// What the cutting of one frame needs to know, taken from its bytes before they are used again.
struct Segmenter::Plan {
  std::array<uint8_t, kMaxHeaders> headers;
  size_t transport_start;  // of the TCP header, from the frame's begin
  size_t header_size;      // Ethernet + IP + TCP
  size_t payload_size;     // of the whole frame
  size_t segment_size;
  uint16_t identification;
  wire::SequenceNumber sequence;
  TcpFlags flags;
  uint16_t urgent_pointer;
  wire::PseudoHeader pseudo;
  ChecksumState state;
  DeviceCapabilities capable;  // who takes the packets is

  size_t packets() const { return (payload_size + segment_size - 1) / segment_size; }

  // Nothing when the frame is no whole IPv4 packet with a TCP segment in it. SegmentationInfo::header_size is
  // not asked: kernels treat theirs as a hint, and the bytes know.
  static std::optional<Plan> Of(const Frame& frame, const DeviceCapabilities& capable) {
    const auto ethernet = wire::EthernetView::Parse(frame.data());
    if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return std::nullopt;
    // In front of a tail lie the headers alone: the packet looks cut off.
    const auto ip = frame.has_tail() ? wire::Ipv4View::ParseQuoted(ethernet->payload())
                                     : wire::Ipv4View::Parse(ethernet->payload());
    if (!ip || ip->is_fragment() || ip->protocol() != wire::IpProtocol::kTcp) return std::nullopt;
    const auto tcp = wire::TcpView::Parse(ip->payload());
    if (!tcp) return std::nullopt;

    Plan plan;
    plan.transport_start = kNetworkStart + ip->header_size();
    plan.header_size = plan.transport_start + tcp->header_size();
    plan.payload_size = kNetworkStart + ip->total_length() - plan.header_size;
    if (frame.has_tail() && (frame.size() != plan.header_size || frame.tail().size() != plan.payload_size)) {
      return std::nullopt;
    }
    plan.capable = capable;
    plan.segment_size = frame.segmentation.segment_size;
    plan.identification = ip->identification();
    plan.sequence = tcp->sequence();
    plan.flags = tcp->flags();
    plan.urgent_pointer = tcp->urgent_pointer();
    plan.pseudo = {.source = ip->source(), .destination = ip->destination()};
    plan.state =
        frame.checksum.state == ChecksumState::kVerified ? ChecksumState::kVerified : ChecksumState::kAbsent;
    std::copy_n(frame.data().begin(), plan.header_size, plan.headers.begin());
    return plan;
  }

  TcpFlags FlagsOf(size_t index) const {
    TcpFlags result = flags;
    // RFC 3168 6.1.2: CWR answers one ECE; said again in every packet it would answer later ones unseen.
    if (index > 0) result = result - TcpFlags::kCwr;
    if (index + 1 < packets()) result = result - TcpFlags::kFin - TcpFlags::kPsh;
    // RFC 9293 3.8.5: the pointer counts from this segment's sequence number, so it shrinks from packet to
    // packet, and packets behind it have nothing urgent.
    if (index > 0 && urgent_pointer <= index * segment_size) result = result - TcpFlags::kUrg;
    return result;
  }

  // Puts the headers of packet `index` in front of its payload, which is in its place already.
  void FillHeaders(Frame& frame, size_t index) const {
    const size_t offset = index * segment_size;
    const MutableByteView packet = frame.mutable_data();
    std::memcpy(packet.data(), headers.data(), header_size);

    uint8_t* const ip = packet.data() + kNetworkStart;
    StoreBe16(ip + kIpTotalLength, static_cast<uint16_t>(frame.total_size() - kNetworkStart));
    StoreBe16(ip + kIpIdentification, static_cast<uint16_t>(identification + index));
    StoreBe16(ip + kIpChecksum, 0);
    StoreBe16(ip + kIpChecksum,
              wire::Checksum(packet.subspan(kNetworkStart, transport_start - kNetworkStart)));

    const MutableByteView segment = packet.subspan(transport_start);
    StoreBe32(segment.data() + kTcpSequence, (sequence + static_cast<uint32_t>(offset)).number());
    const TcpFlags packet_flags = FlagsOf(index);
    segment[kTcpFlags] = packet_flags.bits();
    StoreBe16(segment.data() + kTcpUrgentPointer,
              packet_flags.urg() ? static_cast<uint16_t>(urgent_pointer - offset) : uint16_t{0});
    FillChecksum(frame, segment);
  }

  void FillChecksum(Frame& frame, MutableByteView segment) const {
    const bool left_to_device = capable.checksum && state != ChecksumState::kVerified;
    if (!left_to_device && !frame.has_tail()) {
      wire::FinishTcpChecksum(segment, pseudo);
      frame.checksum = {.state = state};
      return;
    }
    wire::OffloadTcpChecksum(segment, pseudo, frame.tail().size());
    frame.checksum = {ChecksumState::kPartial, static_cast<uint16_t>(transport_start),
                      wire::kTcpChecksumOffset};
    if (left_to_device) return;
    FinishChecksum(frame);
    frame.checksum = {.state = state};
  }
};

void Segmenter::Split(FramePtr frame, FrameQueue& out, const DeviceCapabilities& capable) {
  if (frame->segmentation.segment_size == 0) {
    if (capable.checksum || FinishChecksum(*frame)) {
      out.Push(std::move(frame));
    } else {
      statistics_.Drop(DropReason::kOffloadMalformed);
    }
    return;
  }
  const std::optional<Plan> plan = Plan::Of(*frame, capable);
  if (!plan || plan->packets() > options_.maximum_packets) {
    statistics_.Drop(DropReason::kOffloadMalformed);
    return;
  }
  Cut(std::move(frame), *plan, out);
}

void Segmenter::Cut(FramePtr frame, const Plan& plan, FrameQueue& out) {
  if (!frame->has_tail()) frame->TrimTo(plan.header_size + plan.payload_size);  // padding is in no packet
  const size_t last = plan.payload_size == 0 ? 0 : plan.packets() - 1;
  const size_t made = frame->has_tail() ? last + 1 : last;
  for (size_t index = 0; index < made; ++index) {
    if (FramePtr packet = MakePacket(*frame, plan, index)) {
      out.Push(std::move(packet));
    } else {
      statistics_.Drop(DropReason::kFramePoolEmpty);
    }
  }
  if (frame->has_tail()) return;
  // The last packet stays where it is: the headers go over payload that has been copied away.
  frame->TrimFront(last * plan.segment_size);
  plan.FillHeaders(*frame, last);
  frame->segmentation = {};
  out.Push(std::move(frame));
}

FramePtr Segmenter::MakePacket(const Frame& frame, const Plan& plan, size_t index) {
  const size_t offset = index * plan.segment_size;
  const size_t size = std::min(plan.segment_size, plan.payload_size - offset);
  const bool gathered = frame.has_tail() && plan.capable.gather;
  FramePtr packet = pool_.Allocate(plan.header_size + (gathered ? 0 : size));
  if (!packet) return packet;
  packet->Append(plan.header_size);
  if (gathered) {
    packet->SetTail(frame.tail().Part(offset, size));
  } else if (frame.has_tail()) {
    frame.tail().Part(offset, size).CopyTo(packet->Append(size));
  } else {
    std::memcpy(packet->Append(size).data(), frame.data().data() + plan.header_size + offset, size);
  }
  plan.FillHeaders(*packet, index);
  packet->link_scope = frame.link_scope;
  packet->received = frame.received;
  packet->capture_ticket = frame.capture_ticket;
  return packet;
}

}  // namespace nut::link
