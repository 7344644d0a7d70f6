#include "stack/link/cutting_plan.h"

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"

namespace nut::link {
namespace {

using wire::TcpFlags;

constexpr size_t kNetworkStart = wire::kEthernetHeaderSize;

// The fields that differ from packet to packet. All else in the headers, options included, is repeated byte
// for byte, which is why they are patched in place here rather than parsed and emitted anew.
constexpr size_t kIpTotalLength = 2;
constexpr size_t kIpIdentification = 4;
constexpr size_t kIpChecksum = 10;
constexpr size_t kTcpSequence = 4;
constexpr size_t kTcpFlags = 13;
constexpr size_t kTcpUrgentPointer = 18;

}  // namespace

// SegmentationInfo::header_size is not asked: kernels treat theirs as a hint, and the bytes know.
std::optional<CuttingPlan> CuttingPlan::Of(const Frame& frame) {
  NUT_INVARIANT(frame.segmentation.segment_size != 0, "a frame that is one packet was to be cut");
  const auto ethernet = wire::EthernetView::Parse(frame.data());
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return std::nullopt;
  // In front of a tail lie the headers alone: the packet looks cut off.
  const auto ip = frame.has_tail() ? wire::Ipv4View::ParseQuoted(ethernet->payload())
                                   : wire::Ipv4View::Parse(ethernet->payload());
  if (!ip || ip->is_fragment() || ip->protocol() != wire::IpProtocol::kTcp) return std::nullopt;
  const auto tcp = wire::TcpView::Parse(ip->payload());
  if (!tcp) return std::nullopt;

  CuttingPlan plan;
  plan.transport_start_ = kNetworkStart + ip->header_size();
  plan.header_size_ = plan.transport_start_ + tcp->header_size();
  plan.payload_size_ = kNetworkStart + ip->total_length() - plan.header_size_;
  if (frame.has_tail() && (frame.size() != plan.header_size_ || frame.tail().size() != plan.payload_size_)) {
    return std::nullopt;
  }
  plan.segment_size_ = frame.segmentation.segment_size;
  plan.packets_ = std::max<size_t>(1, (plan.payload_size_ + plan.segment_size_ - 1) / plan.segment_size_);
  plan.identification_ = ip->identification();
  plan.sequence_ = tcp->sequence();
  plan.flags_ = tcp->flags();
  plan.urgent_pointer_ = tcp->urgent_pointer();
  plan.pseudo_sum_ = wire::PseudoHeader{ip->source(), ip->destination(), wire::IpProtocol::kTcp, 0}.Sum();

  std::copy_n(frame.data().begin(), plan.header_size_, plan.headers_.begin());
  uint8_t* const network = plan.headers_.data() + kNetworkStart;
  StoreBe16(network + kIpTotalLength, 0);
  StoreBe16(network + kIpIdentification, 0);
  StoreBe16(network + kIpChecksum, 0);
  plan.ip_sum_ = wire::PartialSum({network, ip->header_size()});
  return plan;
}

TcpFlags CuttingPlan::FlagsOf(size_t index) const {
  TcpFlags result = flags_;
  // RFC 3168 6.1.2: CWR answers one ECE; said again in every packet it would answer later ones unseen.
  if (index > 0) result = result - TcpFlags::kCwr;
  if (index + 1 < packets_) result = result - TcpFlags::kFin - TcpFlags::kPsh;
  // RFC 9293 3.8.5: the pointer counts from this segment's sequence number, so it shrinks from packet to
  // packet, and packets behind it have nothing urgent.
  if (index > 0 && urgent_pointer_ <= OffsetOf(index)) result = result - TcpFlags::kUrg;
  return result;
}

void CuttingPlan::PutHeaders(size_t index, MutableByteView out) const {
  NUT_INVARIANT(index < packets_ && out.size() == header_size_, "headers of no packet of this frame");
  std::memcpy(out.data(), headers_.data(), header_size_);

  uint8_t* const ip = out.data() + kNetworkStart;
  const auto length = static_cast<uint16_t>(header_size_ - kNetworkStart + SizeOf(index));
  const auto identification = static_cast<uint16_t>(identification_ + index);
  StoreBe16(ip + kIpTotalLength, length);
  StoreBe16(ip + kIpIdentification, identification);
  // The sum over parts is the sum of their sums (RFC 1071 section 2).
  StoreBe16(ip + kIpChecksum,
            static_cast<uint16_t>(~wire::Fold(uint64_t{ip_sum_} + length + identification)));

  uint8_t* const tcp = out.data() + transport_start_;
  const size_t offset = OffsetOf(index);
  const TcpFlags flags = FlagsOf(index);
  StoreBe32(tcp + kTcpSequence, (sequence_ + static_cast<uint32_t>(offset)).number());
  tcp[kTcpFlags] = flags.bits();
  StoreBe16(tcp + kTcpUrgentPointer,
            flags.urg() ? static_cast<uint16_t>(urgent_pointer_ - offset) : uint16_t{0});
  const uint32_t segment = header_size_ - transport_start_ + SizeOf(index);
  StoreBe16(tcp + wire::kTcpChecksumOffset, wire::Fold(uint64_t{pseudo_sum_} + segment));
}

}  // namespace nut::link
