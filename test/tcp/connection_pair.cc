#include "test/tcp/connection_pair.h"

#include <algorithm>

namespace nut::tcp {
namespace {

ConnectionSetup Setup(bool client, const PairOptions& options) {
  const wire::Endpoint left{wire::Ipv4Address(198, 19, 0, 1), wire::Port(40000)};
  const wire::Endpoint right{wire::Ipv4Address(198, 19, 0, 2), wire::Port(80)};
  return {.ends = client ? wire::EndpointPair{left, right} : wire::EndpointPair{right, left},
          .initial_sequence = wire::SequenceNumber(client ? options.client_isn : options.server_isn),
          .timestamp_offset = client ? 0xffff'fff0u : 12345u,
          .path_mtu = options.path_mtu};
}

}  // namespace

ConnectionPair::ConnectionPair(const PairOptions& options) : options_(options), chance_(options.seed) {
  now_ += 1s;
  ends_[0] = std::make_unique<Connection>(options_.client, Setup(true, options_), statistics_);
  ends_[0]->OpenActive(now_);
}

void ConnectionPair::Check() {
  for (const auto& end : ends_) {
    if (end) end->CheckInvariants();
  }
}

void ConnectionPair::Collect() {
  for (int from = 0; from < 2; ++from) {
    OutgoingSegment out;
    while (ends_[from] && ends_[from]->Dispatch(now_, options_.segmentation, out)) {
      Check();
      for (const SegmentValue& piece : SegmentValue::Cut(out)) {
        if (filter(1 - from, piece)) Launch(1 - from, piece);
      }
    }
  }
}

void ConnectionPair::Launch(int to, const SegmentValue& segment) {
  const int copies = 1 + (chance_.Chance(options_.duplicate) ? 1 : 0);
  for (int i = 0; i < copies; ++i) {
    if (chance_.Chance(options_.loss)) continue;
    const Duration jitter = options_.jitter > Duration::zero()
                                ? Duration(static_cast<int64_t>(chance_.Below(options_.jitter.count())))
                                : Duration::zero();
    air_.push({now_ + options_.delay + jitter, order_++, to, segment});
  }
}

void ConnectionPair::Land(const Flying& flying) {
  landed(flying.to, flying.segment);
  const IncomingSegment segment = flying.segment.AsIncoming();
  auto& end = ends_[flying.to];
  if (!end) {
    if (!segment.flags.syn() || segment.flags.ack()) return;
    end = std::make_unique<Connection>(options_.server, Setup(false, options_), statistics_);
    end->OpenPassive(segment, now_);
    return;
  }
  const DropReason reason = end->OnSegment(segment, now_);
  if (reason != DropReason::kNone) statistics_.Drop(reason);
}

Instant ConnectionPair::NextEvent() const {
  Instant next = air_.empty() ? kNever : air_.top().at;
  for (const auto& end : ends_) {
    if (end) next = std::min(next, end->poll_at());
  }
  return next;
}

void ConnectionPair::StepTo(Instant at) {
  now_ = std::max(now_, at);
  while (!air_.empty() && air_.top().at <= now_) {
    const Flying flying = air_.top();
    air_.pop();
    Land(flying);
    Check();
  }
  for (const auto& end : ends_) {
    if (end && end->poll_at() <= now_) end->OnTimer(now_);
  }
  Check();
}

bool ConnectionPair::RunUntil(const std::function<bool()>& done, Duration limit) {
  const Instant end = now_ + limit;
  while (true) {
    application(now_);
    Check();
    Collect();
    if (done()) return true;
    const Instant next = NextEvent();
    if (next == kNever || next > end) return false;
    StepTo(next);
  }
}

void ConnectionPair::RunFor(Duration length) {
  const Instant end = now_ + length;
  RunUntil([&] { return NextEvent() > end; }, kForever - now_.time_since_epoch());
  now_ = end;
}

}  // namespace nut::tcp
