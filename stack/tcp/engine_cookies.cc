// Machine under a SYN flood: handshakes that nothing is remembered of (RFC 4987 3.6). Both ends of one are a
// connection like others: the SYN-ACK comes from one that lives as long as this call, and what its
// acknowledgement makes has been through the same steps.
#include "stack/base/invariant.h"
#include "stack/tcp/engine_machine.h"

namespace nut::tcp {
namespace {

// A SYN as far as a cookie keeps it.
IncomingSegment KeptSyn(wire::SequenceNumber sequence, uint16_t window, const wire::TcpOptions& kept) {
  IncomingSegment syn;
  syn.sequence = sequence;
  syn.flags = wire::TcpFlags::kSyn;
  syn.window = window;
  syn.options = kept;
  return syn;
}

}  // namespace

// The SYN queue is full. A SYN that comes again gets the same answer.
DropReason Machine::AnswerWithCookie(Listener& listener, const QueuedSegment& queued, size_t path_mtu) {
  const Parameters& parameters = *listener.parameters;
  wire::TcpOptions kept = SynCookies::Kept(queued.segment.options);
  if (!parameters.timestamps) kept = SynCookies::Kept({.mss = kept.mss});
  ConnectionSetup setup{
      .ends = queued.ends, .timestamp_offset = isn_.TimestampOffset(queued.ends), .path_mtu = path_mtu};
  std::optional<uint32_t> stamp;
  if (kept.timestamps) {
    const uint32_t value = Timestamps(setup.timestamp_offset).Value(now_);
    stamp = SynCookies::Stamp(value, kept);
    setup.timestamp_offset -= value - *stamp;
  }
  setup.initial_sequence = cookies_.Make(queued.ends, queued.segment.sequence, kept, stamp, now_);

  Statistics uncounted;  // it opens when its acknowledgement comes, if ever
  Connection transient(listener.parameters, setup, uncounted);
  transient.OpenPassive(KeptSyn(queued.segment.sequence, queued.segment.window, kept), now_);
  const bool answers = transient.Dispatch(now_, /*segmentation=*/false, outgoing_);
  NUT_INVARIANT(answers, "a SYN is answered");
  listener.cookies_until = After(now_, 2 * SynCookies::kSlot);
  around_.statistics.Add(Counter::kTcpSynCookiesSent);
  Send(queued.ends, outgoing_, {parameters.ttl, parameters.tos, parameters.path_mtu_discovery});
  return DropReason::kNone;
}

std::optional<DropReason> Machine::TakeCookie(Listener& listener, QueuedSegment& queued) {
  const IncomingSegment& segment = queued.segment;
  if (!segment.flags.ack() || segment.flags.syn() || segment.flags.rst()) return std::nullopt;
  if (now_ >= listener.cookies_until) return std::nullopt;
  // A peer that believes in its connection says so again, and is not refused meanwhile.
  if (listener.accept_queue_full()) return DropReason::kTcpListenAcceptQueueFull;
  const auto& timestamps = segment.options.timestamps;
  const std::optional<uint32_t> stamp =
      timestamps && listener.parameters->timestamps ? std::optional(timestamps->echo_reply) : std::nullopt;
  auto kept = cookies_.Read(queued.ends, segment.sequence - 1, segment.acknowledgement - 1, stamp, now_);
  if (!kept) {
    around_.statistics.Add(Counter::kTcpSynCookiesFailed);
    return std::nullopt;
  }
  const auto route = around_.ip.Route(queued.ends.remote.address);
  if (!route) return DropReason::kIpNoRoute;
  ConnectionRecord* record = MakePassive(listener, queued.ends, segment.acknowledgement - 1, *route);
  if (record == nullptr) return DropReason::kTcpConnectionTableFull;

  if (kept->timestamps) kept->timestamps->value = timestamps->value;
  around_.statistics.Add(Counter::kTcpSynCookiesReceived);
  record->connection.OpenByCookie(KeptSyn(segment.sequence - 1, segment.window, *kept), now_);
  NoteTransition(*record);
  return DeliverTo(*record, queued);
}

}  // namespace nut::tcp
