#include <fmt/format.h>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kHole{"sequence-hole", Level::kError, "RFC 9293 3.4", Vantage::kSender,
                     "a segment begins beyond all that its sender has sent"};
constexpr Rule kFinMoved{"fin-moved", Level::kError, "RFC 9293 3.6", Vantage::kAnywhere,
                         "a second FIN at another sequence number"};
constexpr Rule kAfterFin{"data-after-fin", Level::kError, "RFC 9293 3.6", Vantage::kAnywhere,
                         "text at or behind the sequence number of the FIN"};
constexpr Rule kAfterRst{"data-after-rst", Level::kError, "RFC 9293 3.10.7.4", Vantage::kSender,
                         "goes on after its own RST"};
constexpr Rule kMss{"mss-exceeded", Level::kError, "RFC 9293 3.7.1 MUST-14, MUST-16", Vantage::kAnywhere,
                    "more in a segment than the other side's MSS leaves room for"};
constexpr Rule kNagle{"small-segments-outstanding", Level::kInformation, "RFC 9293 3.7.4 SHLD-7",
                      Vantage::kSender, "a small segment while another one is not acknowledged"};
constexpr Rule kUrgentNone{"urgent-without-octets", Level::kWarning, "RFC 9293 3.8.5 MUST-62",
                           Vantage::kAnywhere, "URG with an urgent pointer of 0: it points behind nothing"};
constexpr Rule kUrgentStray{"urgent-pointer-without-urg", Level::kInformation, "RFC 9293 3.1",
                            Vantage::kAnywhere, "an urgent pointer without URG"};
constexpr Rule kUrgentBack{"urgent-pointer-goes-back", Level::kWarning, "RFC 9293 3.8.5", Vantage::kSender,
                           "new text with an urgent pointer below an earlier one"};
constexpr const Rule* kRules[] = {&kHole,  &kFinMoved,   &kAfterFin,    &kAfterRst,  &kMss,
                                  &kNagle, &kUrgentNone, &kUrgentStray, &kUrgentBack};

// What a host assumes that was told nothing (RFC 9293 3.7.1 MUST-15), by version of IP.
size_t MssOf(const Half& half) {
  if (half.offer.mss) return *half.offer.mss;
  return half.endpoint.address.is_ipv4() ? 536 : 1220;
}

class SequenceFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    JudgeUrgent(s);
    if (s.packet.rst) return;
    const Segment& g = s.segment;
    if (s.sender.exact && s.sender.seen && g.start > s.sender.next) {
      s.Report(kHole, fmt::format("begins at {}, {} beyond {}", s.packet.sequence, g.start - s.sender.next,
                                  Wire(s.sender.next)));
    }
    if (s.sender.fin) JudgeAfterFin(s);
    if (s.sender.exact && s.sender.reset && !s.packet.syn) {
      s.Report(kAfterRst, fmt::format("{}, {:.1f} ms behind it", s.packet.Flags(),
                                      InMilliseconds(s.now() - *s.sender.reset)));
    }
    JudgeSize(s);
    JudgeNagle(s);
  }

 private:
  void JudgeAfterFin(const Situation& s) {
    const Position fin = *s.sender.fin;
    if (s.packet.fin && s.segment.end - 1 != fin) {
      s.Report(kFinMoved, fmt::format("at {}, was at {}", Wire(s.segment.end - 1), Wire(fin)));
    } else if (s.segment.text_end > fin && s.packet.text_size > 0) {
      s.Report(kAfterFin,
               fmt::format("text up to {}, the FIN was at {}", Wire(s.segment.text_end), Wire(fin)));
    }
  }

  void JudgeSize(const Situation& s) {
    if (!s.peer.isn || s.packet.syn || s.packet.text_size == 0) return;
    // RFC 6691: options in front of the text come out of the MSS.
    const size_t fixed = 20 + (s.sender.endpoint.address.is_ipv4() ? 20 : 40);
    const size_t size = s.packet.text_size + s.packet.header_size - 20;
    const size_t limit = MssOf(s.peer);
    if (size <= limit) return;
    const size_t mtu = std::max(limit, s.sender.isn ? MssOf(s.sender) : 65535) + fixed;
    if (s.settings().super_segments == SuperSegments::kAuto && s.packet.ip_size > mtu) return;
    s.Report(kMss, fmt::format("{} octets with options, the MSS is {}", size, limit));
  }

  void JudgeNagle(const Situation& s) {
    if (s.transmission.kind != Transmission::Kind::kNew || s.packet.fin || s.packet.syn) return;
    const bool small =
        s.packet.text_size > 0 && s.packet.text_size + s.packet.header_size - 20 < MssOf(s.peer);
    if (!small || !s.peer.isn) return;
    if (small_end_ > s.flow.board(s.side).una() && small_side_ == s.side) {
      s.Report(kNagle, fmt::format("{} octets, {} are outstanding", s.packet.text_size,
                                   s.flow.board(s.side).Flight(s.sender.next)));
    }
    small_end_ = s.segment.end;
    small_side_ = s.side;
  }

  void JudgeUrgent(const Situation& s) {
    const Packet& p = s.packet;
    if (!p.urg) {
      if (p.urgent != 0) s.Report(kUrgentStray, fmt::format("{}", p.urgent));
      return;
    }
    if (p.urgent == 0) s.Report(kUrgentNone, p.Flags());
    const Position pointer = s.segment.start + p.urgent;
    std::optional<Position>& last = urgent_[s.side];
    const bool fresh = s.transmission.kind == Transmission::Kind::kNew;
    if (s.sender.exact && last && pointer < *last && fresh && s.segment.start < *last) {
      s.Report(kUrgentBack, fmt::format("{} after {}", Wire(pointer), Wire(*last)));
    }
    last = std::max(last.value_or(pointer), pointer);
  }

  Position small_end_ = 0;
  Side small_side_ = 0;
  std::array<std::optional<Position>, 2> urgent_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeSequenceFamily() { return std::make_unique<SequenceFamily>(); }
RuleList SequenceRules() { return kRules; }

}  // namespace nut::tracecheck
