#include <fmt/format.h>

#include <array>
#include <optional>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kMissing{"challenge-ack-missing", Level::kWarning, "RFC 5961 3.2, 4.2", Vantage::kSender,
                        "a SYN, or a RST within the window but not at its edge, is not answered by an ACK"};
constexpr Rule kObeyed{"syn-answered-by-rst", Level::kError, "RFC 5961 4.2", Vantage::kSender,
                       "a SYN has a synchronised connection reset"};
constexpr const Rule* kRules[] = {&kMissing, &kObeyed};

class ChallengeFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    Pass(s.flow, s.now());
    if (s.packet.rst || s.segment.ack) JudgeAnswer(s);
    if (!s.packet.rst) spoke_[s.side] = s.now();
    if (s.packet.rst) JudgeReset(s);
  }

  // A SYN that belongs to no handshake of this connection.
  void Stray(const Situation& s) override {
    Pass(s.flow, s.now());
    if (Challenged(s)) owed_[s.other()] = Owed{s.packet.number, s.now(), true};
  }

  void StrayRefused(const Situation& s) override { JudgeAnswer(s); }

  void End(const Flow& flow, Time now) override { Pass(flow, now); }

 private:
  struct Owed {
    uint64_t packet;
    Time time;
    bool syn;
  };

  // The receiver is certainly alive and synchronised: it has spoken within this time.
  static constexpr Time kAlive = 1s;

  bool Challenged(const Situation& s) const {
    const Half& receiver = s.peer;
    if (!receiver.exact || !receiver.synchronised || s.packet.fate != Fate::kUnknown || !s.flow.complete()) {
      return false;
    }
    if (receiver.reset || s.sender.reset || receiver.fin || s.sender.fin) return false;
    const auto& spoke = spoke_[s.other()];
    return spoke && s.now() - *spoke < kAlive;
  }

  void JudgeReset(const Situation& s) {
    if (!Challenged(s)) return;
    const Position expected = s.sender.arrived.EndOfRun(s.peer.acked);
    // At the end of what was reported by SACK some take it for exact.
    if (s.segment.start <= expected || s.segment.start == s.sender.next) return;
    if (s.segment.start >= s.peer.right_edge.value_or(0)) return;
    owed_[s.other()] = Owed{s.packet.number, s.now(), false};
  }

  void JudgeAnswer(const Situation& s) {
    std::optional<Owed>& owed = owed_[s.side];
    if (!owed) return;
    if (s.packet.rst && owed->syn && s.sender.exact) {
      s.Report(kObeyed, fmt::format("{:.1f} ms behind the SYN in packet {}",
                                    InMilliseconds(s.now() - owed->time), owed->packet));
    }
    owed.reset();
  }

  void Pass(const Flow& flow, Time now) {
    for (Side side : {0u, 1u}) {
      std::optional<Owed>& owed = owed_[side];
      if (!owed || now - owed->time <= 1s) continue;
      flow.Report(kMissing, side, owed->packet, owed->time, owed->syn ? "a SYN" : "a RST");
      owed.reset();
    }
  }

  std::array<std::optional<Owed>, 2> owed_;
  std::array<std::optional<Time>, 2> spoke_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeChallengeFamily() { return std::make_unique<ChallengeFamily>(); }
RuleList ChallengeRules() { return kRules; }

}  // namespace nut::tracecheck
