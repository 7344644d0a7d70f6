// What the engine is made of, what the network layer tells it, and how it ends.
#include "stack/tcp/engine.h"

#include "stack/wire/transport_quote.h"

namespace nut::tcp {
namespace {

// RFC 792: destination unreachable, fragmentation needed and DF set.
constexpr uint8_t kIcmpUnreachable = 3;
constexpr uint8_t kIcmpFragmentationNeeded = 4;
// RFC 792: source quench; obsolete.
constexpr uint8_t kIcmpSourceQuench = 4;

}  // namespace

Engine::Engine(const EngineSurroundings& around, const Rng& rng, const Parameters& parameters,
               EngineOptions options)
    : around_(around),
      parameters_(parameters),
      machine_(around, rng, parameters, options),
      ports_(parameters.first_ephemeral_port, parameters.last_ephemeral_port, rng.Split("ports")) {}

Engine::~Engine() = default;

Result<void> Engine::Start() { return machine_.Start(); }

void Engine::OnPacket(net::ReceivedPacket&& packet) {
  around_.statistics.Add(Counter::kTcpInSegments);
  const auto drop = [&](DropReason reason) { around_.ip.Drop(*packet.frame, reason); };

  if (!machine_.running()) return drop(DropReason::kTcpNoConnection);
  const auto view = wire::TcpView::Parse(packet.frame->data());
  if (!view) return drop(view.error());
  // RFC 9293 MUST-3: "The receiver MUST check it." A device may have done so.
  if (packet.frame->checksum.state == link::ChecksumState::kAbsent &&
      !view->ChecksumOk({packet.source, packet.destination})) {
    return drop(DropReason::kTcpBadChecksum);
  }
  // RFC 9293 MUST-57, MUST-63: nothing to or from groups, broadcasts, or nobody. One and the same end on both
  // sides is the LAND attack: no connection of ours is to itself (Connect refuses it).
  if (!packet.unicast || packet.source.is_unspecified() || around_.ip.IsBroadcastOrMulticast(packet.source)) {
    return drop(DropReason::kTcpBadAddress);
  }
  if (view->source_port().is_none() || view->destination_port().is_none())
    return drop(DropReason::kTcpBadPort);
  if (view->source_port() == view->destination_port() && packet.source == packet.destination)
    return drop(DropReason::kTcpBadAddress);

  const DropReason dropped = machine_.input().Push([&](QueuedSegment& queued) {
    IncomingSegment& segment = queued.segment;
    const DropReason fault = wire::ReadTcpOptions(view->options(), segment.options);
    if (fault != DropReason::kNone) return fault;
    const link::Frame& frame = *packet.frame;
    segment.sequence = view->sequence();
    segment.acknowledgement = view->acknowledgement();
    segment.flags = view->flags();
    segment.window = view->window();
    segment.urgent_pointer = view->urgent_pointer();
    segment.payload = view->payload();
    segment.segment_size = frame.segmentation.segment_size;
    segment.tos = packet.tos;
    // Of a super-segment nobody knows here what the last piece's size was: nothing continues it.
    const bool can_go_on = packet.has_link_header && segment.segment_size == 0 &&
                           frame.position() == frame.network_header + wire::kIpv4HeaderSize;
    if (can_go_on) {
      segment.headers_size = static_cast<uint8_t>(wire::TextFrame::kTcpOffset + view->header_size());
    }
    queued.ends = {{packet.destination, view->destination_port()}, {packet.source, view->source_port()}};
    queued.frames.first = std::move(packet.frame);
    return DropReason::kNone;
  });
  if (dropped != DropReason::kNone) return drop(dropped);
  machine_.Wake();
}

bool Engine::OnContinuation(link::FramePtr& frame) {
  if (!machine_.input().Join(frame)) return false;
  around_.statistics.Add(Counter::kTcpInSegments);
  around_.statistics.Add(Counter::kTcpCoalesced);
  return true;
}

void Engine::OnIcmpError(const net::IcmpErrorReport& report) {
  // RFC 9293 MUST-55: source quench is silently discarded.
  if (report.type == kIcmpSourceQuench) return;
  const auto quote = wire::TransportQuote::Parse(report.transport_header);
  if (!quote) return around_.statistics.Drop(quote.error());
  QueuedError error{.ends = {{report.local, quote->source_port}, {report.remote, quote->destination_port}},
                    .sequence = quote->sequence,
                    .error = report.error,
                    .hard = report.hard,
                    .too_big = report.type == kIcmpUnreachable && report.code == kIcmpFragmentationNeeded,
                    .mtu = report.next_hop_mtu};
  if (!machine_.input().Push(error)) return around_.statistics.Drop(DropReason::kTcpInputQueueFull);
  machine_.Wake();
}

void Engine::Shutdown(Duration grace) {
  stopping_ = true;
  std::vector<ListenerHandle> open;
  machine_.listeners().ForEach([&](const Listener& listener) {
    if (!listener.closed) open.push_back(listener.handle);
  });
  for (const ListenerHandle handle : open) static_cast<void>(CloseListener(handle));
  machine_.table().ForEach([&](ConnectionRecord& record) {
    if (record.ownership != Ownership::kNobody) machine_.Abandon(record, /*reset=*/false);
  });
  if (!machine_.WaitQuiet(grace)) {
    machine_.table().ForEach([&](ConnectionRecord& record) {
      if (record.state != State::kTimeWait) machine_.Abandon(record, /*reset=*/true);
    });
    machine_.WaitQuiet(kForever);  // one pass: an abort needs nobody's answer
  }
  // Only TIME-WAIT is left, which exists for the sake of later connections: there will be none.
  machine_.table().ForEach([&](ConnectionRecord& record) { machine_.DropSilently(record); });
  machine_.StopAndWait();
}

ConnectionRecord* Engine::Owned(ConnectionHandle handle) const {
  ConnectionRecord* record = machine_.table().Find(handle);
  return record != nullptr && record->ownership == Ownership::kApplication ? record : nullptr;
}

Listener* Engine::Open(ListenerHandle handle) const {
  Listener* listener = machine_.listeners().Find(handle);
  return listener != nullptr && !listener->closed ? listener : nullptr;
}

tl::unexpected<Error> Engine::Gone() const {
  return Fail(stopping_ ? Error::kInterrupted : Error::kStaleHandle);
}

}  // namespace nut::tcp
