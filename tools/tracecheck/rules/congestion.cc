#include <fmt/format.h>

#include <array>

#include "tools/tracecheck/rules/families.h"

// How much a congestion window can be at most cannot be seen, but bounded: it begins with ten segments, and
// every acknowledgement adds what it acknowledges at most (or a segment for each one acknowledged, as those
// count who count packets). A loss takes three tenths away at least (RFC 9438; RFC 5681 takes half), a
// time-out all but one segment, unless it is found to have been spurious. What is outstanding is underrated:
// whatever the sender may have learnt to be delivered is not in it. So what is found here is wrong; not all
// that is wrong is found.
namespace nut::tracecheck {
namespace {

constexpr Rule kInitial{"initial-window-exceeded", Level::kError, "RFC 6928 2, RFC 5681 3.1",
                        Vantage::kSender, "more than ten segments before the first acknowledgement"};
constexpr Rule kExceeded{"congestion-window-exceeded", Level::kError, "RFC 5681 3.1", Vantage::kSender,
                         "more outstanding than slow start from the initial window can have allowed"};
constexpr Rule kTimeout{"window-after-timeout", Level::kError, "RFC 5681 3.1 (5)", Vantage::kSender,
                        "more after a time-out than slow start from one segment allows"};
constexpr Rule kRestart{"restart-window-exceeded", Level::kWarning, "RFC 5681 4.1", Vantage::kSender,
                        "more than the initial window at once after a long silence"};
constexpr const Rule* kRules[] = {&kInitial, &kExceeded, &kTimeout, &kRestart};

using Kind = Transmission::Kind;
constexpr double kMostOptions = 40;

class CongestionFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    // What the peer has said before is counted when the host speaks next.
    if (s.sender.exact && s.flow.complete() && !s.packet.rst && !s.packet.syn) JudgeSender(s);
  }

 private:
  struct Sender {
    bool begun = false;
    double smss = 0;
    double window = 0;       // the bound
    double before_loss = 0;  // restored when the loss was none
    uint64_t delivered = 0;  // of the scoreboard, as counted already
    uint64_t pieces = 0;
    uint64_t undone = 0;
    uint64_t duplicates = 0;
    bool recovering = false;
    std::optional<double> budget;  // octets that may still be sent since a time-out
    std::optional<Time> last_sent;
    std::optional<double> burst;  // octets since a long silence
  };

  static double InitialWindow(const Settings& settings, double smss) {
    return std::max(settings.initial_window * smss, 14600.0);
  }

  void Begin(const Situation& s, Sender& sender) {
    sender.begun = true;
    sender.smss = s.peer.offer.mss.value_or(536);
    sender.window = InitialWindow(s.settings(), sender.smss);
    sender.delivered = s.flow.board(s.side).delivered();
    sender.pieces = s.flow.board(s.side).delivered_pieces();
  }

  void Grow(const Scoreboard& board, Sender& sender, const Settings& settings) {
    const double octets = static_cast<double>(board.delivered() - sender.delivered);
    const double pieces = static_cast<double>(board.delivered_pieces() - sender.pieces);
    sender.delivered = board.delivered();
    sender.pieces = board.delivered_pieces();
    // Who counts segments counts those with options as whole ones.
    const double whole = octets * sender.smss / std::max(1.0, sender.smss - kMostOptions);
    const double growth = std::max(whole, pieces * sender.smss);
    sender.window += growth;
    // Each delivery lets as much out again, and slow start as much again; a whole segment at least. Each
    // duplicate ACK says that a segment has left the network.
    const double duplicates = static_cast<double>(board.all_duplicates() - sender.duplicates);
    sender.duplicates = board.all_duplicates();
    if (sender.budget) {
      *sender.budget += 2 * growth + duplicates * sender.smss;
      if (growth > 0) *sender.budget += 2 * sender.smss;
    }
    if (growth > 0) sender.burst.reset();
    if (board.undone() != sender.undone) {
      sender.undone = board.undone();
      sender.window = std::max(sender.window, sender.before_loss + growth);
      sender.budget.reset();
    }
    if (sender.recovering && !board.recovering()) {
      sender.recovering = false;
      if (sender.budget) {
        sender.window = std::max(sender.window, InitialWindow(settings, sender.smss));
        sender.budget.reset();
      }
    }
  }

  void JudgeSender(const Situation& s) {
    Sender& sender = senders_[s.side];
    const Scoreboard& board = s.flow.board(s.side);
    if (!sender.begun) Begin(s, sender);
    Grow(board, sender, s.settings());
    const Kind kind = s.transmission.kind;
    if (s.segment.start == s.segment.end || kind == Kind::kNothing || kind == Kind::kKeepAlive) return;
    const double size = static_cast<double>(s.segment.end - s.segment.start);
    if (kind == Kind::kTimeout || kind == Kind::kRecovery) Lost(s, sender);
    JudgeBudget(s, sender, size);
    JudgeRestart(s, sender, size);
    if (kind == Kind::kNew && !sender.recovering && !sender.budget) JudgeFlight(s, sender);
  }

  void Lost(const Situation& s, Sender& sender) {
    const bool timeout = s.transmission.kind == Kind::kTimeout;
    if (!sender.recovering) {
      sender.recovering = true;
      sender.before_loss = std::max(sender.before_loss, sender.window);
      sender.window = std::max(0.7 * sender.window, 2 * sender.smss) + 3 * sender.smss;
    }
    if (timeout) sender.budget = sender.smss;
  }

  void JudgeBudget(const Situation& s, Sender& sender, double size) {
    if (!sender.budget) return;
    *sender.budget -= size;
    // A FIN behind a full segment, or two time-outs' worth in one.
    if (*sender.budget < -sender.smss) {
      s.Report(kTimeout, fmt::format("{:.0f} octets more", -*sender.budget));
      sender.budget.reset();
    }
  }

  void JudgeRestart(const Situation& s, Sender& sender, double size) {
    const bool idle = sender.last_sent && s.now() - *sender.last_sent > s.settings().restart_after &&
                      s.flow.board(s.side).Flight(s.sender.next) == 0;
    sender.last_sent = s.now();
    if (idle) sender.burst = 0;
    if (!sender.burst || s.transmission.kind != Kind::kNew) return;
    *sender.burst += size;
    if (*sender.burst > InitialWindow(s.settings(), sender.smss) + sender.smss) {
      s.Report(kRestart, fmt::format("{:.0f} octets", *sender.burst));
      sender.burst.reset();
    }
  }

  void JudgeFlight(const Situation& s, Sender& sender) {
    const Scoreboard& board = s.flow.board(s.side);
    const double flight = static_cast<double>(board.Flight(s.segment.end) - (s.packet.fin ? 1 : 0));
    // RFC 3042: two more for the first two duplicate ACKs, RFC 5681: one for each further one; RFC 8985 7.3:
    // a tail loss probe with new text.
    const double allowed = sender.window + (board.duplicate_acks() + 1) * sender.smss;
    if (flight <= allowed) return;
    const bool first = board.delivered() <= 1;  // only the SYN
    s.Report(first ? kInitial : kExceeded,
             fmt::format("{:.0f} octets are outstanding, {:.0f} is the most there can be", flight, allowed));
  }

  std::array<Sender, 2> senders_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeCongestionFamily() { return std::make_unique<CongestionFamily>(); }
RuleList CongestionRules() { return kRules; }

}  // namespace nut::tracecheck
