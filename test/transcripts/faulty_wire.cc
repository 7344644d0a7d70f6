#include "test/transcripts/faulty_wire.h"

#include <fmt/format.h>

#include "stack/wire/checksum.h"
#include "tools/packets/frame_reader.h"
#include "tools/packets/tcp_bits.h"

namespace nut::transcripts {
namespace {

constexpr size_t kIpHeader = 14;  // its place in a frame
constexpr size_t kTos = kIpHeader + 1, kIpChecksum = kIpHeader + 10, kIpHeaderSize = 20;

bool Is(Kind kind, const packets::Packet& packet) {
  if (packet.protocol != packets::Protocol::kTcp) return false;
  const uint8_t flags = packet.tcp.flags.value_or(0);
  const bool text = packet.payload_size.value_or(0) > 0;
  switch (kind) {
    case Kind::kAny: return true;
    case Kind::kText: return text;
    case Kind::kSyn: return (flags & packets::kSyn) != 0;
    case Kind::kFin: return (flags & packets::kFin) != 0;
    case Kind::kReset: return (flags & packets::kRst) != 0;
    case Kind::kAck: return !text && (flags & (packets::kSyn | packets::kFin | packets::kRst)) == 0;
  }
  return false;
}

// Congestion experienced, with the header's checksum made right again.
void Mark(MutableByteView frame) {
  frame[kTos] |= 0x03;
  frame[kIpChecksum] = frame[kIpChecksum + 1] = 0;
  const uint16_t sum = wire::Checksum(ByteView(frame).subspan(kIpHeader, kIpHeaderSize));
  frame[kIpChecksum] = static_cast<uint8_t>(sum >> 8);
  frame[kIpChecksum + 1] = static_cast<uint8_t>(sum);
}

}  // namespace

const Misfortune* FaultyWire::Judge(ByteView frame) {
  if (misfortunes_.empty()) return nullptr;
  const packets::Packet packet = packets::ReadFrame(frame).packet;
  const Misfortune* found = nullptr;
  for (Misfortune& misfortune : misfortunes_) {
    if (!Is(misfortune.kind, packet)) continue;
    ++misfortune.seen;
    if (misfortune.seen >= misfortune.first && misfortune.seen <= misfortune.last && found == nullptr)
      found = &misfortune;
  }
  return found;
}

void FaultyWire::SendLater(link::FramePtr frame, Duration delay) {
  late_.push_back(std::make_unique<Late>());
  Late* late = late_.back().get();
  late->frame = std::move(frame);
  late->timer = std::make_unique<os::Timer>(timers_, [this, late] { inner().Send(std::move(late->frame)); });
  late->timer->StartAfter(delay);
}

void FaultyWire::Send(link::FramePtr frame) {
  const Misfortune* misfortune = Judge(frame->data());
  if (misfortune == nullptr) {
    observer_(*frame, "");
    return inner().Send(std::move(frame));
  }
  switch (misfortune->fate) {
    case Fate::kLost: return observer_(*frame, "  LOST");
    case Fate::kLate:
      observer_(*frame, fmt::format("  {} ms LATE", ToMillis(misfortune->delay)));
      return SendLater(std::move(frame), misfortune->delay);
    case Fate::kTwice:
      observer_(*frame, "  TWICE");
      inner().Send(pool_.Clone(*frame));
      return inner().Send(std::move(frame));
    case Fate::kMarked:
      Mark(frame->mutable_data());
      observer_(*frame, "  MARKED");
      return inner().Send(std::move(frame));
    case Fate::kDamaged:
      observer_(*frame, "  DAMAGED");
      frame->mutable_data()[frame->size() - 1] ^= 0x20;
      return inner().Send(std::move(frame));
  }
}

}  // namespace nut::transcripts
