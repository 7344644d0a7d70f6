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

  size_t packets() const { return (payload_size + segment_size - 1) / segment_size; }

  // Nothing when the frame is no whole IPv4 packet with a TCP segment in it. SegmentationInfo::header_size is
  // not asked: kernels treat theirs as a hint, and the bytes know.
  static std::optional<Plan> Of(const Frame& frame) {
    const auto ethernet = wire::EthernetView::Parse(frame.data());
    if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return std::nullopt;
    const auto ip = wire::Ipv4View::Parse(ethernet->payload());
    if (!ip || ip->is_fragment() || ip->protocol() != wire::IpProtocol::kTcp) return std::nullopt;
    const auto tcp = wire::TcpView::Parse(ip->payload());
    if (!tcp) return std::nullopt;

    Plan plan;
    plan.transport_start = kNetworkStart + ip->header_size();
    plan.header_size = plan.transport_start + tcp->header_size();
    plan.payload_size = tcp->payload().size();
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
  void FillHeaders(MutableByteView packet, size_t index) const {
    const size_t offset = index * segment_size;
    std::copy_n(headers.begin(), header_size, packet.begin());

    uint8_t* const ip = packet.data() + kNetworkStart;
    StoreBe16(ip + kIpTotalLength, static_cast<uint16_t>(packet.size() - kNetworkStart));
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
    wire::FinishTcpChecksum(segment, pseudo);
  }
};

void Segmenter::Split(FramePtr frame, FrameQueue& out) {
  if (frame->segmentation.segment_size == 0) {
    if (FinishChecksum(*frame)) {
      out.Push(std::move(frame));
    } else {
      statistics_.Drop(DropReason::kOffloadMalformed);
    }
    return;
  }
  const std::optional<Plan> plan = Plan::Of(*frame);
  if (!plan || plan->packets() > options_.maximum_packets) {
    statistics_.Drop(DropReason::kOffloadMalformed);
    return;
  }
  Cut(std::move(frame), *plan, out);
}

void Segmenter::Cut(FramePtr frame, const Plan& plan, FrameQueue& out) {
  frame->TrimTo(plan.header_size + plan.payload_size);  // a short frame's padding is in no packet
  const size_t last = plan.payload_size == 0 ? 0 : plan.packets() - 1;
  for (size_t index = 0; index < last; ++index) {
    FramePtr packet = pool_.Allocate(plan.header_size + plan.segment_size);
    if (!packet) {
      statistics_.Drop(DropReason::kFramePoolEmpty);
      continue;
    }
    const MutableByteView bytes = packet->Append(plan.header_size + plan.segment_size);
    const ByteView payload =
        frame->data().subspan(plan.header_size + index * plan.segment_size, plan.segment_size);
    std::copy(payload.begin(), payload.end(), bytes.begin() + plan.header_size);
    plan.FillHeaders(bytes, index);
    packet->checksum.state = plan.state;
    packet->link_scope = frame->link_scope;
    packet->received = frame->received;
    packet->capture_ticket = frame->capture_ticket;
    out.Push(std::move(packet));
  }
  // The last packet stays where it is: the headers go over payload that has been copied away.
  frame->TrimFront(last * plan.segment_size);
  plan.FillHeaders(frame->mutable_data(), last);
  frame->checksum = {.state = plan.state};
  frame->segmentation = {};
  out.Push(std::move(frame));
}

}  // namespace nut::link
