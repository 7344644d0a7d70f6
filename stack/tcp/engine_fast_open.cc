// Machine's part in TCP Fast Open (RFC 7413): whose text is taken with the SYN, and which cookies are kept.
#include "stack/tcp/engine_machine.h"

namespace nut::tcp {

// What a SYN's option comes to. Text that may not be taken is dropped with what follows it: the peer repeats
// it when the handshake is over.
Machine::FastOpen Machine::JudgeFastOpen(const Listener& listener, QueuedSegment& queued) {
  IncomingSegment& syn = queued.segment;
  if (!listener.parameters->fast_open || !syn.options.fast_open) return FastOpen::kNone;
  FastOpen verdict = FastOpen::kOffer;
  if (cookies_for_text_.IsGood(queued.ends, *syn.options.fast_open, now_)) {
    // RFC 7413 5.1: a limit on handshakes that are known by a cookie alone.
    if (listener.fast_open_count < listener.parameters->maximum_fast_opens) return FastOpen::kTake;
    verdict = FastOpen::kNone;
  }
  if (!syn.options.fast_open->is_request()) around_.statistics.Add(Counter::kTcpFastOpenRefused);
  syn.payload = {};
  syn.flags = syn.flags - wire::TcpFlags::kFin;
  return verdict;
}

void Machine::ApplyFastOpen(FastOpen verdict, Listener& listener, ConnectionRecord& record, bool text) {
  if (verdict == FastOpen::kOffer) {
    record.connection.OfferCookie(cookies_for_text_.Make(record.ends(), now_));
    around_.statistics.Add(Counter::kTcpFastOpenCookiesOut);
  } else if (verdict == FastOpen::kTake && text) {
    around_.statistics.Add(Counter::kTcpFastOpensIn);
    record.connection.OpenFast();
    ++listener.fast_open_count;
    Promote(record);
  }
}

// Its handshake is no longer unfinished.
void Machine::EndFastOpen(const ConnectionRecord& record) {
  if (!record.connection.is_fast_open()) return;
  Listener* listener = listeners_.Find(record.listener);
  if (listener != nullptr) --listener->fast_open_count;
}

// The answer to a SYN of ours.
void Machine::NoteCookieOf(const ConnectionRecord& record, const IncomingSegment& answer) {
  const wire::IpAddress server = record.ends().remote.address;
  if (record.connection.syn_was_lost()) fast_open_cache_.Forget(server);
  const auto& cookie = answer.options.fast_open;
  if (!cookie || cookie->is_request()) return;
  fast_open_cache_.Note({server, *cookie, answer.options.mss.value_or(kDefaultMss), now_});
}

}  // namespace nut::tcp
