#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kNotAgreed{"sack-not-permitted", Level::kError, "RFC 2018 2", Vantage::kAnywhere,
                          "SACK to a side that has not permitted it"};
constexpr Rule kEmpty{"sack-block-empty", Level::kError, "RFC 2018 3", Vantage::kAnywhere,
                      "a block that ends where it begins, or before"};
constexpr Rule kUnsent{"sack-of-unsent", Level::kError, "RFC 2018 3", Vantage::kAnywhere,
                       "a block with octets that the other side has not sent"};
constexpr Rule kNeverCame{"sack-never-earned", Level::kError, "RFC 2018 3", Vantage::kAnywhere,
                          "a block with octets that cannot have arrived"};
constexpr Rule kBelow{"sack-below-ack", Level::kError, "RFC 2018 3, RFC 2883 4", Vantage::kAnywhere,
                      "a block below the acknowledgement that is not the first"};
constexpr Rule kOverlap{"sack-blocks-overlap", Level::kError, "RFC 2018 3", Vantage::kAnywhere,
                        "blocks that overlap or touch: they are one"};
constexpr Rule kFirst{"sack-first-block", Level::kError, "RFC 2018 4 (MUST)", Vantage::kSender,
                      "the first block does not hold the segment that came last"};
constexpr Rule kDuplicate{"dsack-without-duplicate", Level::kError, "RFC 2883 4", Vantage::kSender,
                          "a D-SACK of octets that came once"};
constexpr Rule kTooWide{"dsack-too-wide", Level::kWarning, "RFC 2883 4", Vantage::kSender,
                        "a D-SACK of octets that came twice and others that came once (Linux joins several)"};
constexpr Rule kStale{
    "sack-block-stale", Level::kWarning, "RFC 2018 3", Vantage::kSender,
    "a block of before that the acknowledgement has reached (Linux: when several gaps close at once)"};
constexpr const Rule* kRules[] = {&kNotAgreed, &kEmpty, &kUnsent,    &kNeverCame, &kBelow,
                                  &kOverlap,   &kFirst, &kDuplicate, &kTooWide,   &kStale};

struct Block {
  Position start;
  Position end;
  bool operator==(const Block&) const = default;
  bool Holds(Position from, Position to) const { return start <= from && to <= end; }
  bool Meets(Position from, Position to) const { return start < to && from < end; }
};

class SackFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (!s.packet.options.sack.empty() && s.segment.ack && !s.packet.rst) JudgeBlocks(s);
    Arrive(s);
  }

 private:
  // The segments of each side that came last, for the rule of the first block.
  struct Arrivals {
    static constexpr size_t kCount = 16;
    std::array<Block, kCount> blocks{};
    std::array<Time, kCount> times{};
    size_t count = 0;
    const Block& last(size_t back) const { return blocks[(count - 1 - back) % kCount]; }
    Time time(size_t back) const { return times[(count - 1 - back) % kCount]; }
  };

  void Arrive(const Situation& s) {
    if (s.segment.start == s.segment.end || s.packet.rst || s.packet.fate != Fate::kUnknown) return;
    Arrivals& arrivals = arrivals_[s.side];
    arrivals.blocks[arrivals.count % Arrivals::kCount] = {s.segment.start,
                                                          std::max(s.segment.text_end, s.segment.start + 1)};
    arrivals.times[arrivals.count % Arrivals::kCount] = s.now();
    ++arrivals.count;
  }

  static std::string Describe(const Block& block) {
    return fmt::format("{} to {}", Wire(block.start), Wire(block.end));
  }

  void JudgeBlocks(const Situation& s) {
    if (s.flow.SackFrom(s.side) == Agreed::kNo) s.Report(kNotAgreed, "the SYN had no SACK-permitted");
    std::vector<Block> blocks;
    for (const auto& [left, right] : s.packet.options.sack) {
      blocks.push_back({Unwrap(left, *s.segment.ack), Unwrap(right, *s.segment.ack)});
      if (blocks.back().end <= blocks.back().start) {
        return s.Report(kEmpty, Describe(blocks.back()));
      }
    }
    const bool duplicate = IsDuplicate(blocks, *s.segment.ack);
    if (duplicate) JudgeDuplicate(s, blocks.front());
    const size_t first = duplicate ? 1 : 0;
    for (size_t i = first; i < blocks.size(); ++i) JudgeBlock(s, blocks, i, first);
    Remember(before_[s.side], blocks);
    if (s.sender.exact && !duplicate && first < blocks.size()) JudgeFirst(s, blocks[first]);
  }

  // RFC 2883 4: below the acknowledgement, or within the second block.
  static bool IsDuplicate(const std::vector<Block>& blocks, Position ack) {
    if (blocks.front().end <= ack) return true;
    return blocks.size() > 1 && blocks[1].Holds(blocks[0].start, blocks[0].end);
  }

  void JudgeBlock(const Situation& s, const std::vector<Block>& blocks, size_t i, size_t first) {
    const Block& block = blocks[i];
    if (block.end <= *s.segment.ack && IsOfBefore(s, block)) {
      if (s.sender.exact) s.Report(kStale, Describe(block));
      return;
    }
    if (block.start <= *s.segment.ack) {
      s.Report(kBelow, fmt::format("{}; acknowledges {}", Describe(block), s.packet.acknowledgement));
    }
    for (size_t j = first; j < i; ++j) {
      if (blocks[j].start <= block.end && block.start <= blocks[j].end) {
        s.Report(kOverlap, fmt::format("{} and {}", Describe(blocks[j]), Describe(block)));
      }
    }
    if (!s.peer.isn) return;
    if (block.end > s.peer.next) {
      s.Report(kUnsent,
               fmt::format("{}, {} beyond all that was sent", Describe(block), block.end - s.peer.next));
    } else if (!s.peer.arrived.Contains(block.start, block.end)) {
      s.Report(kNeverCame, Describe(block));
    }
  }

  // An option has room for three or four: what Linux leaves over may have been told a few segments ago.
  static void Remember(std::vector<Block>& before, const std::vector<Block>& blocks) {
    constexpr size_t kRemembered = 16;
    before.insert(before.begin(), blocks.begin(), blocks.end());
    if (before.size() > kRemembered) before.resize(kRemembered);
  }

  // Told, as it is or smaller, by one of the last segments that told any.
  bool IsOfBefore(const Situation& s, const Block& block) const {
    return std::ranges::any_of(before_[s.side],
                               [&](const Block& told) { return block.Meets(told.start, told.end); });
  }

  void JudgeDuplicate(const Situation& s, const Block& block) {
    if (!s.sender.exact || !s.peer.isn || s.peer.repeated.Contains(block.start, block.end)) return;
    if (block.end <= *s.segment.ack && IsOfBefore(s, block)) return s.Report(kStale, Describe(block));
    const bool in_part = s.peer.repeated.Touches(block.start, block.end);
    s.Report(in_part ? kTooWide : kDuplicate, Describe(block));
  }

  // What came last may not have been noticed; so that one, or one of those shortly before.
  void JudgeFirst(const Situation& s, const Block& first) {
    const Arrivals& arrivals = arrivals_[s.other()];
    if (arrivals.count == 0 || arrivals.last(0).start <= *s.segment.ack) return;
    const size_t known = std::min(arrivals.count, Arrivals::kCount);
    for (size_t back = 0; back < known; ++back) {
      const Block& arrival = arrivals.last(back);
      if (first.Holds(arrival.start, arrival.end)) return;
      // One in sequence, or a duplicate, changes no order; judged again when there is no doubt.
      if (arrival.start <= *s.segment.ack || s.peer.repeated.Touches(arrival.start, arrival.end)) return;
      if (s.now() - arrivals.time(back) > s.settings().slack) break;
      if (back + 1 == Arrivals::kCount) return;
    }
    s.Report(kFirst, fmt::format("{}; {} came last", Describe(first), Describe(arrivals.last(0))));
  }

  std::array<Arrivals, 2> arrivals_;
  std::array<std::vector<Block>, 2> before_;  // of the last segments with SACK, the newest first
};

}  // namespace

std::unique_ptr<RuleFamily> MakeSackFamily() { return std::make_unique<SackFamily>(); }
RuleList SackRules() { return kRules; }

}  // namespace nut::tracecheck
