#include "test/transcripts/peer.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "tools/packets/frame_reader.h"
#include "tools/packets/frame_writer.h"

namespace nut::transcripts {

using packets::Packet;
using packets::Protocol;

Peer::Peer(link::Hub& hub, os::TimerQueue& timers, wire::Ipv4Address address)
    : address_(address), port_(hub, "peer", frames_, statistics_), listen_(timers, [this] { Listen(); }) {
  port_.SetListener(this);
}

void Peer::Send(const packets::Bytes& bytes) {
  link::FramePtr frame = frames_.Allocate(bytes.size());
  NUT_INVARIANT(frame != nullptr, "a packet that is longer than any frame");
  std::ranges::copy(bytes, frame->Append(bytes.size()).begin());
  port_.Send(std::move(frame));
}

void Peer::Listen() {
  link::FramePtr batch[8];
  while (const size_t count = port_.Receive(batch)) {
    for (size_t i = 0; i < count; ++i) {
      const Packet request = packets::ReadFrame(batch[i]->data()).packet;
      batch[i].reset();
      if (request.protocol != Protocol::kArp || request.arp.operation != 1u ||
          request.arp.target_ip != address_)
        continue;
      Packet reply;
      reply.protocol = Protocol::kArp;
      reply.arp = {2, mac_, request.arp.sender_mac, address_, request.arp.sender_ip};
      packets::Route route;
      route.source_mac = mac_;
      route.destination_mac = *request.arp.sender_mac;
      Send(packets::WriteFrame(reply, route));
    }
  }
}

}  // namespace nut::transcripts
