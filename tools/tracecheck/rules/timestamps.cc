#include <fmt/format.h>

#include <array>
#include <deque>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kMissing{"timestamps-missing", Level::kError, "RFC 7323 3.2", Vantage::kAnywhere,
                        "timestamps were agreed on, and a segment that is no RST has none"};
constexpr Rule kNotAgreed{"timestamps-not-agreed", Level::kError, "RFC 7323 3.2", Vantage::kAnywhere,
                          "timestamps that were not agreed on"};
constexpr Rule kBack{"tsval-goes-back", Level::kError, "RFC 7323 4.1, 5.4", Vantage::kSender,
                     "a TSval below an earlier one"};
constexpr Rule kTooFast{"timestamp-clock-too-fast", Level::kError, "RFC 7323 5.4", Vantage::kSender,
                        "the timestamp clock ticks more often than once in a millisecond"};
constexpr Rule kNeverSent{"tsecr-never-sent", Level::kError, "RFC 7323 3.2", Vantage::kAnywhere,
                          "a TSecr that the other side has never sent as TSval"};
constexpr Rule kEchoBack{"tsecr-goes-back", Level::kError, "RFC 7323 4.3", Vantage::kSender,
                         "a TSecr below an earlier one: TS.Recent only grows"};
constexpr Rule kWithoutAck{"tsecr-without-ack", Level::kError, "RFC 7323 3.2", Vantage::kAnywhere,
                           "a TSecr other than 0 without ACK"};
constexpr const Rule* kRules[] = {&kMissing,   &kNotAgreed, &kBack,      &kTooFast,
                                  &kNeverSent, &kEchoBack,  &kWithoutAck};

bool Below(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

// The TSvals that a side has sent, as runs of successive numbers, so that a clock that ticks through a bulk
// transfer takes little room.
class Stamps {
 public:
  void Add(uint32_t value, size_t limit) {
    if (!runs_.empty() && value - runs_.back().first <= runs_.back().last - runs_.back().first) return;
    if (!runs_.empty() && value == runs_.back().last + 1) {
      runs_.back().last = value;
      return;
    }
    runs_.push_back({value, value});
    if (runs_.size() > limit) {
      runs_.pop_front();
      forgotten_ = true;
    }
  }
  bool empty() const { return runs_.empty(); }
  // What is older than all that is remembered counts as sent, if anything was forgotten.
  bool MayHave(uint32_t value, bool complete) const {
    for (const Run& run : runs_) {
      if (value - run.first <= run.last - run.first) return true;
    }
    return (forgotten_ || !complete) && !runs_.empty() && Below(value, runs_.front().first);
  }

 private:
  struct Run {
    uint32_t first, last;
  };
  std::deque<Run> runs_;
  bool forgotten_ = false;
};

class TimestampFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    const Packet& p = s.packet;
    const auto& stamps = p.options.timestamps;
    const Agreed agreed = s.flow.Timestamps();
    if (!p.syn && !p.rst) {
      if (agreed == Agreed::kYes && !stamps) s.Report(kMissing, p.Flags());
      if (agreed == Agreed::kNo && stamps && s.flow.complete()) s.Report(kNotAgreed, p.Flags());
    }
    if (!stamps) return;
    Clock& self = sides_[s.side];
    if (!p.ack && stamps->echo != 0 && !p.rst) s.Report(kWithoutAck, fmt::format("TSecr {}", stamps->echo));
    if (p.ack && !p.rst && agreed != Agreed::kNo) JudgeEcho(s, *stamps);
    if (s.segment.arrives()) self.sent.Add(stamps->value, s.settings().retained_stamps);
    if (p.rst) return;
    if (s.sender.exact) JudgeClock(s, *stamps);
    self.last = stamps->value;
    self.last_echo = p.ack ? std::optional(stamps->echo) : std::nullopt;
  }

 private:
  struct Clock {
    Stamps sent;
    std::optional<uint32_t> last;
    std::optional<uint32_t> last_echo;
    std::optional<uint32_t> first;
    Time first_time{};
    bool clock_judged = false;
  };

  void JudgeClock(const Situation& s, const TcpOptions::Timestamps& stamps) {
    Clock& self = sides_[s.side];
    if (self.last && Below(stamps.value, *self.last)) {
      s.Report(kBack, fmt::format("TSval {} after {}", stamps.value, *self.last));
    }
    if (s.packet.syn) return;  // a SYN,ACK with a cookie has other things in its stamp
    if (!self.first) {
      self.first = stamps.value;
      self.first_time = s.now();
    }
    const Time passed = s.now() - self.first_time;
    const uint32_t ticks = stamps.value - *self.first;
    if (passed < 1s || self.clock_judged || Below(stamps.value, *self.first)) return;
    if (ticks > InMilliseconds(passed) * 1.1 + InMilliseconds(s.settings().slack)) {
      self.clock_judged = true;
      s.Report(kTooFast, fmt::format("{} ticks in {:.3f} s", ticks, InSeconds(passed)));
    }
  }

  void JudgeEcho(const Situation& s, const TcpOptions::Timestamps& stamps) {
    const Clock& self = sides_[s.side];
    const Clock& peer = sides_[s.other()];
    if (!peer.sent.empty() && !peer.sent.MayHave(stamps.echo, s.peer.isn.has_value())) {
      s.Report(kNeverSent, fmt::format("TSecr {}; the other side's last TSval was {}", stamps.echo,
                                       peer.last.value_or(0)));
      return;
    }
    if (s.sender.exact && self.last_echo && Below(stamps.echo, *self.last_echo)) {
      s.Report(kEchoBack, fmt::format("TSecr {} after {}", stamps.echo, *self.last_echo));
    }
  }

  std::array<Clock, 2> sides_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeTimestampFamily() { return std::make_unique<TimestampFamily>(); }
RuleList TimestampRules() { return kRules; }

}  // namespace nut::tracecheck
