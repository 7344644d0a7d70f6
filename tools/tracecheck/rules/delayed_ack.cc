#include <fmt/format.h>

#include <array>
#include <deque>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kLate{"ack-late", Level::kError, "RFC 9293 3.8.6.3 MUST-40", Vantage::kSender,
                     "text that came in order is not acknowledged within half a second"};
constexpr Rule kSecond{"ack-skips-second-segment", Level::kWarning, "RFC 9293 3.8.6.3 SHLD-19",
                       Vantage::kSender, "two full segments wait for their acknowledgement"};
constexpr Rule kGap{"gap-not-reported", Level::kWarning, "RFC 5681 4.2", Vantage::kSender,
                    "a segment that came out of order is not answered by an acknowledgement at once"};
constexpr const Rule* kRules[] = {&kLate, &kSecond, &kGap};

class DelayedAckFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    for (Side side : {0u, 1u}) Pass(s.flow, side, s.now());
    if (s.packet.rst) {
      for (Owed& owed : owed_) owed = {};
      return;
    }
    Answered(s);
    Arrived(s);
  }

  void End(const Flow& flow, Time now) override {
    for (Side side : {0u, 1u}) Pass(flow, side, now);
  }

 private:
  struct Arrival {
    uint64_t packet;
    Time time;
    Position end;
    bool full;
  };
  // What a host still has to acknowledge.
  struct Owed {
    std::deque<Arrival> arrivals;
    std::optional<Arrival> beyond_gap;
    bool second_reported = false;
  };

  // Enough for any window; who owes more than that has been reported long since.
  static constexpr size_t kMostArrivals = 65536;

  void Answered(const Situation& s) {
    Owed& owed = owed_[s.side];
    if (!s.segment.ack) return;
    while (!owed.arrivals.empty() && owed.arrivals.front().end <= *s.segment.ack) owed.arrivals.pop_front();
    owed.beyond_gap.reset();
  }

  // A packet on its way to a host at which the capture was taken has arrived there.
  void Arrived(const Situation& s) {
    const Half& receiver = s.peer;
    if (!receiver.exact || !receiver.synchronised || receiver.reset || s.packet.syn) return;
    if (s.packet.fate != Fate::kUnknown || s.segment.start == s.segment.end || !receiver.right_edge) return;
    if (s.segment.end > *receiver.right_edge || s.segment.end <= receiver.acked || !s.sender.seen) return;
    // A stamp that is older than others makes it an old segment (RFC 7323 5.3).
    const auto& stamps = s.packet.options.timestamps;
    std::optional<uint32_t>& newest = newest_stamp_[s.side];
    if (stamps) {
      if (newest && static_cast<int32_t>(stamps->value - *newest) < 0) return;
      newest = stamps->value;
    }
    Owed& owed = owed_[s.other()];
    const Arrival arrival{s.packet.number, s.now(), s.segment.end,
                          s.segment.text_size() >= std::max<size_t>(s.sender.largest_text, 536)};
    if (s.segment.start > s.sender.arrived.EndOfRun(receiver.acked)) {
      if (!owed.beyond_gap) owed.beyond_gap = arrival;
      return;
    }
    if (owed.arrivals.size() < kMostArrivals) owed.arrivals.push_back(arrival);
  }

  void Pass(const Flow& flow, Side side, Time now) {
    Owed& owed = owed_[side];
    const Settings& settings = flow.settings();
    if (!owed.arrivals.empty()) {
      const Arrival oldest = owed.arrivals.front();
      const Time waited = now - oldest.time;
      if (waited > settings.acknowledgement_limit + settings.slack) {
        if (!flow.WaitedForNeighbour(side, oldest.time, now)) {
          flow.Report(
              kLate, side, oldest.packet, oldest.time,
              fmt::format("octets up to {} waited {:.0f} ms", Wire(oldest.end), InMilliseconds(waited)));
        }
        owed.arrivals.clear();
      }
    }
    if (!owed.second_reported && owed.arrivals.size() >= 2) JudgeSecond(flow, side, now);
    if (owed.beyond_gap && now - owed.beyond_gap->time > settings.acknowledgement_limit + settings.slack) {
      flow.Report(kGap, side, owed.beyond_gap->packet, owed.beyond_gap->time,
                  fmt::format("nothing was sent for {:.0f} ms", InMilliseconds(now - owed.beyond_gap->time)));
      owed.beyond_gap.reset();
    }
  }

  void JudgeSecond(const Flow& flow, Side side, Time now) {
    Owed& owed = owed_[side];
    int full = 0;
    for (const Arrival& arrival : owed.arrivals) {
      if (!arrival.full || ++full < 2) continue;
      // A host may treat what comes together together, and some wait for a pause.
      if (now - arrival.time > flow.settings().slack) {
        owed.second_reported = true;
        flow.Report(kSecond, side, arrival.packet, arrival.time,
                    fmt::format("waited {:.0f} ms", InMilliseconds(now - arrival.time)));
      }
      return;
    }
  }

  std::array<Owed, 2> owed_;
  std::array<std::optional<uint32_t>, 2> newest_stamp_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeDelayedAckFamily() { return std::make_unique<DelayedAckFamily>(); }
RuleList DelayedAckRules() { return kRules; }

}  // namespace nut::tracecheck
