#include "tools/packets/wire.h"

#include <algorithm>

#include "tools/packets/frame_reader.h"
#include "tools/packets/frame_writer.h"

namespace nut::packets {

void ScriptedWire::AnswerArp(wire::Ipv4Address own, const wire::MacAddress& mac) {
  own_ = own;
  mac_ = mac;
}

bool ScriptedWire::Bring(const Bytes& bytes) {
  link::FramePtr frame = pool_.Allocate(bytes.size());
  if (!frame) return false;
  std::ranges::copy(bytes, frame->Append(bytes.size()).begin());
  arriving_.Push(std::move(frame));
  if (listener_ != nullptr) listener_->OnReceivable();
  return true;
}

bool ScriptedWire::TakeArp(ByteView frame) {
  if (!own_) return false;
  const ReadPacket read = ReadFrame(frame);
  if (read.packet.protocol != Protocol::kArp) return false;
  const ArpPart& arp = read.packet.arp;
  if (arp.operation == 1u && arp.target_ip != own_) {
    Packet reply;
    reply.protocol = Protocol::kArp;
    reply.arp = {2, mac_, arp.sender_mac, arp.target_ip, arp.sender_ip};
    Route route;
    route.source_mac = mac_;
    route.destination_mac = *arp.sender_mac;
    static_cast<void>(Bring(WriteFrame(reply, route)));
  }
  return true;
}

void ScriptedWire::Send(link::FramePtr frame) {
  if (TakeArp(frame->data())) return;
  sent_.push_back({clock_.Now(), Bytes(frame->data().begin(), frame->data().end())});
}

size_t ScriptedWire::Receive(std::span<link::FramePtr> batch) {
  size_t count = 0;
  while (count < batch.size() && !arriving_.empty()) batch[count++] = arriving_.Pop();
  return count;
}

}  // namespace nut::packets
