#include "tools/packetdrill/raw_ip_wire.h"

#include <algorithm>

#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"

namespace nut::packetdrill {
namespace {

// Who everybody else is on this wire.
constexpr wire::MacAddress kOthers({0x02, 0, 0, 0, 0, 0x01});

}  // namespace

link::FramePtr RawIpWire::Frame(size_t size, wire::EtherType type) {
  link::FramePtr frame = pool_.Allocate(wire::kEthernetHeaderSize + size);
  if (!frame) return frame;
  wire::Emit(frame->Append(wire::kEthernetHeaderSize),
             {.destination = node_, .source = kOthers, .type = type});
  return frame;
}

void RawIpWire::Arrive(link::FramePtr frame) {
  arriving_.Push(std::move(frame));
  if (listener_ != nullptr) listener_->OnReceivable();
}

bool RawIpWire::Bring(ByteView packet) {
  link::FramePtr frame = Frame(packet.size(), wire::EtherType::kIpv4);
  if (!frame) return false;
  std::ranges::copy(packet, frame->Append(packet.size()).begin());
  Arrive(std::move(frame));
  return true;
}

void RawIpWire::AnswerArp(ByteView packet) {
  const auto arp = wire::ArpView::Parse(packet);
  if (!arp || arp->operation() != wire::ArpOperation::kRequest || arp->target_ip() == own_) return;
  link::FramePtr frame = Frame(wire::kArpSize, wire::EtherType::kArp);
  if (!frame) return;
  wire::Emit(frame->Append(wire::kArpSize),
             wire::ArpFields{wire::ArpOperation::kReply, kOthers, arp->target_ip(), node_, arp->sender_ip()});
  Arrive(std::move(frame));
}

void RawIpWire::Send(link::FramePtr frame) {
  const auto ethernet = wire::EthernetView::Parse(frame->data());
  if (!ethernet) return;
  if (ethernet->Is(wire::EtherType::kArp)) return AnswerArp(ethernet->payload());
  const ByteView packet = ethernet->payload();
  sent_.push_back({clock_.Now(), {packet.begin(), packet.end()}});
}

size_t RawIpWire::Receive(std::span<link::FramePtr> batch) {
  size_t count = 0;
  while (count < batch.size() && !arriving_.empty()) batch[count++] = arriving_.Pop();
  return count;
}

}  // namespace nut::packetdrill
