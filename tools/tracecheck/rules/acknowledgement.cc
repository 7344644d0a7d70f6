#include <fmt/format.h>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kUnsent{"ack-of-unsent", Level::kError, "RFC 9293 3.4, 3.10.7.4", Vantage::kAnywhere,
                       "acknowledges octets that the other side has not sent"};
constexpr Rule kHole{"ack-never-earned", Level::kError, "RFC 9293 3.4", Vantage::kAnywhere,
                     "acknowledges octets that cannot have arrived, though later ones have"};
constexpr Rule kBack{"ack-goes-back", Level::kError, "RFC 9293 3.4", Vantage::kSender,
                     "an acknowledgement number below an earlier one"};
constexpr Rule kStorm{"ack-storm", Level::kWarning, "RFC 5961 7, RFC 9293 3.10.7.4", Vantage::kAnywhere,
                      "acknowledgements answer acknowledgements, and nothing changes"};
constexpr const Rule* kRules[] = {&kUnsent, &kHole, &kBack, &kStorm};

class AcknowledgementFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (!s.packet.rst && s.segment.ack) JudgeNumber(s);
    JudgeStorm(s);
  }

 private:
  void JudgeNumber(const Situation& s) {
    const Position ack = *s.segment.ack;
    if (s.sender.exact && s.sender.acknowledges && ack < s.sender.acked) {
      s.Report(kBack,
               fmt::format("acknowledges {} after {}", s.packet.acknowledgement, Wire(s.sender.acked)));
    }
    // What was sent before the capture began is unknown.
    if (!s.peer.isn) return;
    if (ack > s.peer.next) {
      s.Report(kUnsent, fmt::format("acknowledges {}, {} beyond all that was sent", s.packet.acknowledgement,
                                    ack - s.peer.next));
      return;
    }
    const Position earned = s.peer.arrived.EndOfRun(*s.peer.isn);
    if (ack > earned) {
      s.Report(kHole, fmt::format("acknowledges {}; without a gap only {} has come", s.packet.acknowledgement,
                                  Wire(earned)));
    }
  }

  // Both sides send the same over and over, in turn: each ACK has only the other's ACK as its reason.
  void JudgeStorm(const Situation& s) {
    const Packet& p = s.packet;
    Said& last = said_[s.side];
    const bool same = last.any && last.sequence == p.sequence && last.acknowledgement == p.acknowledgement &&
                      last.window == p.window;
    if (!p.pure_ack() || !same) {
      turns_ = 0;
    } else if (last_side_ != s.side) {
      if (turns_ == 0) since_ = s.now();
      if (++turns_ == s.settings().storm && s.now() - since_ < 1s) {
        s.Report(kStorm,
                 fmt::format("{} in turn within {:.1f} ms", turns_, InMilliseconds(s.now() - since_)));
      }
    } else {
      turns_ = 0;
    }
    last = {true, p.sequence, p.acknowledgement, p.window};
    last_side_ = s.side;
  }

  struct Said {
    bool any = false;
    uint32_t sequence = 0;
    uint32_t acknowledgement = 0;
    uint16_t window = 0;
  };
  std::array<Said, 2> said_;
  Side last_side_ = 0;
  unsigned turns_ = 0;
  Time since_{};
};

}  // namespace

std::unique_ptr<RuleFamily> MakeAcknowledgementFamily() { return std::make_unique<AcknowledgementFamily>(); }
RuleList AcknowledgementRules() { return kRules; }

}  // namespace nut::tracecheck
