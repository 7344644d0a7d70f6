#include <fmt/format.h>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kWrongAck{"syn-ack-acknowledges-wrong", Level::kError, "RFC 9293 3.5", Vantage::kAnywhere,
                         "a SYN,ACK acknowledges something else than the SYN it answers"};
constexpr Rule kNoAck{"segment-without-ack", Level::kError, "RFC 9293 3.1", Vantage::kAnywhere,
                      "neither SYN nor RST, and without ACK"};
constexpr Rule kFlags{"flags-contradict", Level::kError, "RFC 9293 3.10.7", Vantage::kAnywhere,
                      "SYN together with FIN or RST"};
constexpr Rule kTooSoon{"speaks-before-synchronised", Level::kError, "RFC 9293 3.5", Vantage::kAnywhere,
                        "something behind the SYN before the other side's SYN has come"};
constexpr Rule kIsnBack{"isn-goes-back", Level::kWarning, "RFC 9293 3.4.1, RFC 6528 3", Vantage::kAnywhere,
                        "a new connection between the same endpoints begins below the end of the one before"};
constexpr Rule kReopened{
    "time-wait-reopened-by-old-syn", Level::kError, "RFC 9293 3.6.1 MAY-2, RFC 6191", Vantage::kSender,
    "a SYN that is not beyond the old connection, by number or by timestamp, is accepted"};
constexpr const Rule* kRules[] = {&kWrongAck, &kNoAck, &kFlags, &kTooSoon, &kIsnBack, &kReopened};

class HandshakeFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    const Packet& p = s.packet;
    if (p.syn && (p.fin || p.rst)) s.Report(kFlags, p.Flags());
    if (!p.syn && !p.rst && !p.ack) s.Report(kNoAck, fmt::format("{}, {} octets", p.Flags(), p.text_size));
    if (p.syn && p.ack) JudgeSynAck(s);
    if (p.syn) JudgeIsn(s);
    if (!p.syn && !p.rst && s.sender.isn && !s.peer.seen) {
      s.Report(kTooSoon, fmt::format("{}, sequence number {}", p.Flags(), p.sequence));
    }
  }

 private:
  void JudgeSynAck(const Situation& s) {
    if (!s.peer.isn || s.packet.rst) return;
    // With Fast Open (RFC 7413) it may also acknowledge text that came with the SYN.
    const Position low = *s.peer.isn + 1;
    const Position high = s.peer.arrived.EndOfRun(*s.peer.isn);
    if (*s.segment.ack < low || *s.segment.ack > std::max(low, high)) {
      s.Report(kWrongAck,
               fmt::format("acknowledges {}, the SYN was {}", s.packet.acknowledgement, Wire(*s.peer.isn)));
    }
    const Predecessor& old = s.flow.predecessor();
    if (!s.sender.exact || old.waiting != s.side || s.now() - old.since >= s.settings().time_wait) return;
    const Predecessor::Side& before = old.sides[s.other()];
    const bool beyond = static_cast<int32_t>(Wire(*s.peer.isn) - Wire(before.next)) >= 0;
    const auto& stamps = s.peer.offer.timestamps;
    const bool younger = stamps && before.stamp && static_cast<int32_t>(stamps->value - *before.stamp) > 0;
    if (!beyond && !younger) {
      s.Report(kReopened, fmt::format("the SYN is {}, the old connection ended at {}", Wire(*s.peer.isn),
                                      Wire(before.next)));
    }
  }

  void JudgeIsn(const Situation& s) {
    const Predecessor& old = s.flow.predecessor();
    if (!old.waiting || s.sender.isn || s.now() - old.since >= s.settings().time_wait) return;
    const uint32_t end = Wire(old.sides[s.side].next);
    if (static_cast<int32_t>(s.packet.sequence - end) < 0) {
      s.Report(kIsnBack, fmt::format("{}, {} below the end of the connection before", s.packet.sequence,
                                     end - s.packet.sequence));
    }
  }
};

}  // namespace

std::unique_ptr<RuleFamily> MakeHandshakeFamily() { return std::make_unique<HandshakeFamily>(); }
RuleList HandshakeRules() { return kRules; }

}  // namespace nut::tracecheck
