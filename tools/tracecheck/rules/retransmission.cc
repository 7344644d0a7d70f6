#include <fmt/format.h>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kEarly{"retransmission-too-early", Level::kError, "RFC 6298 2.4, 5", Vantage::kSender,
                      "repeated before the least time-out, though nothing said that it was lost"};
constexpr Rule kUnneeded{"retransmits-acknowledged", Level::kError, "RFC 9293 3.4", Vantage::kSender,
                         "repeats what was acknowledged, as it knew"};
constexpr Rule kBackoff{"backoff-missing", Level::kError, "RFC 6298 5.5", Vantage::kSender,
                        "the time-out after a time-out is not twice as long"};
constexpr Rule kSacked{"retransmits-sacked", Level::kWarning, "RFC 2018 5, RFC 6675 5", Vantage::kSender,
                       "repeats before any time-out what was reported by SACK, as it knew"};
constexpr Rule kSynEarly{"syn-repeated-early", Level::kWarning, "RFC 6298 2.1", Vantage::kSender,
                         "a SYN is repeated in less than a second"};
constexpr Rule kSynBackoff{"syn-backoff-missing", Level::kWarning, "RFC 6298 5.5, RFC 9293 3.8.3 MUST-22",
                           Vantage::kSender, "the wait for a SYN's answer does not double"};
constexpr Rule kProbe{"probe-backoff-missing", Level::kWarning, "RFC 9293 3.8.6.1 SHLD-30", Vantage::kSender,
                      "probes of a closed window do not become rarer"};
constexpr const Rule* kRules[] = {&kEarly,    &kUnneeded,   &kBackoff, &kSacked,
                                  &kSynEarly, &kSynBackoff, &kProbe};

using Kind = Transmission::Kind;

class RetransmissionFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (s.segment.arrives()) syn_heard_[s.other()] |= s.packet.syn;
    if (!s.sender.exact) return;
    JudgeSyn(s);
    JudgeProbe(s);
    const Transmission& t = s.transmission;
    const auto described = [&] {
      return fmt::format("octet {} again after {:.1f} ms", Wire(t.first), InMilliseconds(t.age));
    };
    switch (t.kind) {
      case Kind::kEarly: s.Report(kEarly, described()); break;
      case Kind::kUnneeded:
        s.Report(kUnneeded, fmt::format("{} to {}; acknowledged up to {}", Wire(s.segment.start),
                                        Wire(s.segment.end), Wire(s.peer.acked_arrived)));
        break;
      case Kind::kTimeout: JudgeBackoff(s); break;
      case Kind::kRecovery:
        if (t.sacked && !s.flow.board(s.side).timed_out() && t.age > s.settings().slack &&
            t.age < s.settings().minimum_rto) {
          s.Report(kSacked, described());
        }
        break;
      default: break;
    }
  }

 private:
  void JudgeBackoff(const Situation& s) {
    const Transmission& t = s.transmission;
    if (t.interval_before == Time{} || t.age >= s.settings().maximum_rto * 95 / 100) return;
    // A packet that had to wait for an address leaves late, and the next one seems too near.
    const Time before = s.now() - t.age - t.interval_before;
    if (t.age < t.interval_before * 18 / 10 && !s.flow.WaitedForNeighbour(s.side, before, s.now())) {
      s.Report(kBackoff, fmt::format("{:.0f} ms after {:.0f} ms", InMilliseconds(t.age),
                                     InMilliseconds(t.interval_before)));
    }
  }

  struct Repeats {
    std::optional<Position> start;
    Time last{};
    Time interval{};
  };

  void JudgeSyn(const Situation& s) {
    if (!s.packet.syn) return;
    Repeats& syn = syns_[s.side];
    // A repeated SYN is answered at once, by the same SYN,ACK again.
    const bool asked = syn_heard_[s.side];
    syn_heard_[s.side] = false;
    if (syn.start == s.segment.start && !asked) {
      const Time interval = s.now() - syn.last;
      const Time tolerance = s.settings().slack / 5;
      if (interval < s.settings().initial_rto - tolerance) {
        s.Report(kSynEarly, fmt::format("after {:.0f} ms", InMilliseconds(interval)));
      } else if (syn.interval != Time{} && interval < syn.interval * 18 / 10 &&
                 interval < s.settings().maximum_rto * 95 / 100) {
        s.Report(kSynBackoff, fmt::format("{:.0f} ms after {:.0f} ms", InMilliseconds(interval),
                                          InMilliseconds(syn.interval)));
      }
      syn.interval = interval;
    } else {
      syn.interval = Time{};
    }
    syn.start = s.segment.start;
    syn.last = s.now();
  }

  // Probes carry an octet, or ask with an old sequence number.
  void JudgeProbe(const Situation& s) {
    Repeats& probe = probes_[s.side];
    const bool closed = s.peer.right_edge && s.peer.last_edge <= s.sender.next && s.flow.mutual() &&
                        s.flow.board(s.side).una() >= s.peer.last_edge;
    const bool probes = s.transmission.kind == Kind::kProbe || s.transmission.kind == Kind::kKeepAlive;
    if (!closed || s.packet.rst || !probes || probe.start != s.peer.last_edge) {
      probe = {};
      if (closed && probes) probe = {.start = s.peer.last_edge, .last = s.now()};
      return;
    }
    const Time interval = s.now() - probe.last;
    // What others call exponential grows by less at the end, and not above a minute.
    if (probe.interval != Time{} && interval < probe.interval * 12 / 10 &&
        interval < s.settings().maximum_rto * 95 / 100) {
      s.Report(kProbe, fmt::format("{:.0f} ms after {:.0f} ms", InMilliseconds(interval),
                                   InMilliseconds(probe.interval)));
    }
    probe.interval = interval;
    probe.last = s.now();
  }

  std::array<Repeats, 2> syns_;
  std::array<Repeats, 2> probes_;
  std::array<bool, 2> syn_heard_{};
};

}  // namespace

std::unique_ptr<RuleFamily> MakeRetransmissionFamily() { return std::make_unique<RetransmissionFamily>(); }
RuleList RetransmissionRules() { return kRules; }

}  // namespace nut::tracecheck
