#include <fmt/format.h>

#include <array>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kControl{"ect-on-control", Level::kError, "RFC 3168 6.1.1, 6.1.4, 6.1.5, 6.1.6",
                        Vantage::kAnywhere,
                        "an ECN codepoint on a SYN, a pure ACK, a retransmission or a window probe"};
constexpr Rule kEctNotAgreed{"ect-not-agreed", Level::kError, "RFC 3168 6.1.1", Vantage::kAnywhere,
                             "an ECN codepoint though ECN was not agreed on"};
constexpr Rule kFlagsNotAgreed{"ecn-flags-not-agreed", Level::kError, "RFC 3168 6.1.1", Vantage::kAnywhere,
                               "ECE or CWR though ECN was not agreed on"};
constexpr Rule kUnasked{"ecn-unasked", Level::kError, "RFC 3168 6.1.1", Vantage::kAnywhere,
                        "a SYN,ACK agrees to an ECN that the SYN did not offer"};
constexpr Rule kEceWithoutCe{"ece-without-ce", Level::kError, "RFC 3168 6.1.3", Vantage::kSender,
                             "ECE though no packet with CE has come"};
constexpr Rule kEceStops{"ece-stops-before-cwr", Level::kError, "RFC 3168 6.1.3", Vantage::kSender,
                         "an ACK without ECE between a packet with CE and the other side's CWR"};
constexpr Rule kCwrMissing{"cwr-missing", Level::kWarning, "RFC 3168 6.1.2", Vantage::kSender,
                           "new text without CWR after an ECE, which was noticed"};
constexpr const Rule* kRules[] = {&kControl,      &kEctNotAgreed, &kFlagsNotAgreed, &kUnasked,
                                  &kEceWithoutCe, &kEceStops,     &kCwrMissing};

using Kind = Transmission::Kind;
constexpr uint8_t kCe = 3;

class EcnFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    const Packet& p = s.packet;
    const Agreed agreed = s.flow.complete() ? s.flow.Ecn() : Agreed::kUnknown;
    if (p.ecn != 0) JudgeCodepoint(s, agreed);
    if (p.syn) {
      if (p.ack && p.ece && !p.cwr && s.peer.isn && !s.peer.offered_ecn) s.Report(kUnasked, p.Flags());
      return;
    }
    if (agreed == Agreed::kNo && (p.ece || p.cwr)) s.Report(kFlagsNotAgreed, p.Flags());
    if (agreed != Agreed::kYes || p.rst) return;
    if (s.sender.exact) {
      JudgeEcho(s);
      JudgeReaction(s);
    }
    if (s.segment.arrives()) Arrive(s);
  }

 private:
  struct Receiver {
    bool marked = false;             // a packet with CE has come
    std::optional<Time> echo_since;  // ECE has to be set
  };
  struct Sender {
    std::optional<Time> told;  // an ECE has come that wants a reaction
    Position reacted = 0;      // the end of what was sent with the last CWR
  };

  void JudgeCodepoint(const Situation& s, Agreed agreed) {
    const Packet& p = s.packet;
    const Kind kind = s.transmission.kind;
    const bool again = s.transmission.repeats() || kind == Kind::kProbe || kind == Kind::kKeepAlive;
    if (p.syn || p.pure_ack() || (s.sender.exact && again)) {
      s.Report(kControl, fmt::format("{}, codepoint {}, {} octets", p.Flags(), p.ecn, p.text_size));
    } else if (agreed == Agreed::kNo && !p.rst) {
      s.Report(kEctNotAgreed, fmt::format("codepoint {}", p.ecn));
    }
  }

  void JudgeEcho(const Situation& s) {
    const Receiver& self = receivers_[s.side];
    if (s.packet.ece && !self.marked) s.Report(kEceWithoutCe, s.packet.Flags());
    if (!s.packet.ece && self.echo_since && s.now() - *self.echo_since > s.settings().slack) {
      s.Report(kEceStops, fmt::format("{:.1f} ms behind the CE", InMilliseconds(s.now() - *self.echo_since)));
    }
  }

  void JudgeReaction(const Situation& s) {
    Sender& self = senders_[s.side];
    if (s.packet.cwr) {
      self.told.reset();
      self.reacted = s.segment.end;
      return;
    }
    if (!self.told || s.transmission.kind != Kind::kNew || s.packet.text_size == 0) return;
    if (s.now() - *self.told <= s.settings().slack) return;
    s.Report(kCwrMissing, fmt::format("{:.1f} ms behind the ECE", InMilliseconds(s.now() - *self.told)));
    self.told.reset();
    self.reacted = s.segment.end;
  }

  void Arrive(const Situation& s) {
    Receiver& receiver = receivers_[s.other()];
    if (s.packet.cwr) receiver.echo_since.reset();
    if (s.packet.ecn == kCe) {
      receiver.marked = true;
      const bool fresh = s.packet.text_size > 0 && s.segment.end > s.peer.acked;
      if (fresh && s.packet.fate == Fate::kUnknown && !receiver.echo_since) receiver.echo_since = s.now();
    }
    Sender& told = senders_[s.other()];
    // RFC 3168 6.1.2: once for a window of data; those of the same window say nothing new.
    if (s.packet.ece && s.segment.ack && *s.segment.ack > told.reacted && !told.told &&
        s.flow.board(s.other()).Flight(s.peer.next) > 0) {
      told.told = s.now();
    }
  }

  std::array<Receiver, 2> receivers_;
  std::array<Sender, 2> senders_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeEcnFamily() { return std::make_unique<EcnFamily>(); }
RuleList EcnRules() { return kRules; }

}  // namespace nut::tracecheck
