#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kSequence{"rst-sequence", Level::kError, "RFC 9293 3.5.2, 3.10.7.1", Vantage::kAnywhere,
                         "a RST that is neither in sequence nor takes up what it answers"};
constexpr Rule kAnswers{"rst-answers-rst", Level::kError, "RFC 9293 3.5.2, 3.10.7.1", Vantage::kSender,
                        "a RST in answer to a RST"};
constexpr Rule kIgnored{"rst-ignored", Level::kError, "RFC 9293 3.10.7.4, RFC 5961 3.2", Vantage::kSender,
                        "goes on after a RST with exactly the sequence number that it expected"};
constexpr const Rule* kRules[] = {&kSequence, &kAnswers, &kIgnored};

class ResetFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (s.packet.rst) {
      JudgeSequence(s);
      JudgeAnswer(s);
    } else {
      JudgeIgnored(s);
    }
    if (s.segment.arrives()) Remember(s);
  }

 private:
  struct Heard {
    std::deque<uint32_t> acks;       // acknowledgement numbers of one side, the latest last
    std::optional<Time> last_other;  // when it sent something that was no RST
    bool last_was_reset = false;
    uint32_t reset_ack = 0;
    Time reset_time{};
    std::optional<Time> exact_reset;  // a RST that the other side had to obey
  };

  void Remember(const Situation& s) {
    Heard& heard = heard_[s.side];
    heard.last_was_reset = s.packet.rst;
    if (s.packet.rst) {
      heard.reset_ack = s.packet.acknowledgement;
      heard.reset_time = s.now();
      const bool certain = s.packet.fate == Fate::kUnknown && s.peer.synchronised && s.sender.seen &&
                           !(s.sender.fin && s.peer.fin);
      if (certain && s.peer.exact && s.segment.start == s.sender.arrived.EndOfRun(s.peer.acked) &&
          s.segment.start < s.peer.right_edge.value_or(0)) {
        heard.exact_reset = s.now();
      }
      return;
    }
    heard.last_other = s.now();
    if (!s.packet.ack || (!heard.acks.empty() && heard.acks.back() == s.packet.acknowledgement)) return;
    heard.acks.push_back(s.packet.acknowledgement);
    if (heard.acks.size() > s.settings().retained_acks) heard.acks.pop_front();
  }

  void JudgeSequence(const Situation& s) {
    const Packet& p = s.packet;
    const Heard& heard = heard_[s.other()];
    // Of its own accord: from the octets that are outstanding, or the next one.
    const bool own = s.sender.seen && s.segment.start >= s.peer.acked_arrived &&
                     (!s.sender.exact || s.segment.start <= s.sender.next);
    if (own || !s.peer.seen) return;
    if (!p.ack) {
      // In answer to a segment with ACK: its acknowledgement number. Without a beginning there may be others.
      if (!s.peer.isn || heard.acks.size() >= s.settings().retained_acks) return;
      if (std::find(heard.acks.begin(), heard.acks.end(), p.sequence) != heard.acks.end()) return;
      s.Report(kSequence,
               fmt::format("sequence number {}, which the other side has not acknowledged", p.sequence));
      return;
    }
    // In answer to a segment without ACK: sequence number 0, and all of that segment acknowledged.
    const bool answers = *s.segment.ack > s.peer.first && *s.segment.ack <= s.peer.next;
    if (p.sequence == 0 && answers) return;
    // Or a SYN-ACK was lost on its way here, and this is its connection's end.
    if (!s.sender.seen && !s.sender.exact && answers) return;
    if (s.sender.seen && !s.sender.isn) return;
    s.Report(kSequence, fmt::format("sequence number {}, acknowledges {}", p.sequence, p.acknowledgement));
  }

  void JudgeAnswer(const Situation& s) {
    const Heard& heard = heard_[s.other()];
    if (!s.sender.exact || s.packet.ack || !heard.last_was_reset) return;
    if (s.packet.sequence != heard.reset_ack || s.now() - heard.reset_time > 1s) return;
    // Something else that it may be the answer to, and may have been on its way through the host.
    if (heard.last_other && s.now() - *heard.last_other <= s.settings().slack) return;
    if (heard.last_other && answered_[s.side] < *heard.last_other) return;
    s.Report(kAnswers, fmt::format("sequence number {}, {:.1f} ms behind it", s.packet.sequence,
                                   InMilliseconds(s.now() - heard.reset_time)));
  }

  void JudgeIgnored(const Situation& s) {
    answered_[s.side] = s.now();
    const std::optional<Time>& reset = heard_[s.other()].exact_reset;
    if (!s.sender.exact || !reset || s.packet.syn) return;
    if (s.now() - *reset <= s.settings().slack) return;
    s.Report(kIgnored,
             fmt::format("{}, {:.1f} ms behind it", s.packet.Flags(), InMilliseconds(s.now() - *reset)));
  }

  std::array<Heard, 2> heard_;
  std::array<Time, 2> answered_{};
};

}  // namespace

std::unique_ptr<RuleFamily> MakeResetFamily() { return std::make_unique<ResetFamily>(); }
RuleList ResetRules() { return kRules; }

}  // namespace nut::tracecheck
