#include <fmt/format.h>

#include <array>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kRetreats{"window-right-edge-retreats", Level::kWarning,
                         "RFC 9293 3.8.6 SHLD-14, RFC 7323 2.4", Vantage::kSender,
                         "the right edge of the window moves back by more than the scale's rounding"};
constexpr Rule kBeyond{"data-beyond-window", Level::kError, "RFC 9293 3.3.1, 3.8.6", Vantage::kAnywhere,
                       "text beyond every window that the other side has offered"};
constexpr Rule kShrunk{"data-beyond-shrunk-window", Level::kWarning, "RFC 9293 3.8.6 SHLD-15",
                       Vantage::kSender, "new text beyond a window that was taken back, as the sender knew"};
constexpr const Rule* kRules[] = {&kRetreats, &kBeyond, &kShrunk};

class WindowFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (s.packet.rst) return;
    if (s.sender.exact && s.segment.edge) JudgeEdge(s);
    JudgeText(s);
    if (s.segment.ack && s.segment.arrives() && s.segment.edge) Offer(s);
  }

 private:
  // What was offered last, and since when it has been less than before.
  struct Offered {
    std::optional<Position> sent_edge;
    std::optional<Time> shrunk;
    Position edge = 0;
  };

  void JudgeEdge(const Situation& s) {
    std::optional<Position>& greatest = offered_[s.side].sent_edge;
    const Position edge = *s.segment.edge;
    // RFC 7323 2.4: the shift cuts off up to 2^scale - 1 octets.
    if (greatest && *greatest - edge >= (Position{1} << s.segment.scale)) {
      s.Report(kRetreats,
               fmt::format("from {} to {}, {} octets back", Wire(*greatest), Wire(edge), *greatest - edge));
    }
    greatest = std::max(greatest.value_or(edge), edge);
  }

  void Offer(const Situation& s) {
    Offered& offered = offered_[s.side];
    if (*s.segment.edge >= s.sender.right_edge.value_or(0)) {
      offered.shrunk.reset();
    } else if (!offered.shrunk) {
      offered.shrunk = s.now();
    }
    offered.edge = *s.segment.edge;
  }

  void JudgeText(const Situation& s) {
    if (!s.peer.right_edge || s.segment.start == s.segment.end || s.packet.syn) return;
    const Position edge = *s.peer.right_edge;
    const bool one_octet = s.segment.end - s.segment.start <= 1;
    if (s.segment.end > edge) {
      // RFC 9293 3.8.6.1: one octet asks whether the window has opened.
      if (one_octet && s.segment.start <= edge) return;
      s.Report(kBeyond,
               fmt::format("up to {}, {} beyond {}", Wire(s.segment.end), s.segment.end - edge, Wire(edge)));
      return;
    }
    const Offered& offered = offered_[s.other()];
    if (!s.sender.exact || !offered.shrunk || s.now() - *offered.shrunk < s.settings().slack) return;
    if (s.segment.start >= s.sender.next && s.segment.end > offered.edge && !one_octet) {
      s.Report(kShrunk, fmt::format("up to {}, {} beyond {}", Wire(s.segment.end),
                                    s.segment.end - offered.edge, Wire(offered.edge)));
    }
  }

  std::array<Offered, 2> offered_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeWindowFamily() { return std::make_unique<WindowFamily>(); }
RuleList WindowRules() { return kRules; }

}  // namespace nut::tracecheck
