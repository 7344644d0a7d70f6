// Scoreboard: what is outstanding, in runs of octets that were sent at one time and have fared alike: in
// flight, selectively acknowledged, or lost (RFC 6675 2, RFC 8985 5.2). It only keeps the books: what counts
// as lost is its owner's to say. Owned by a SackState; for connections with SACK. However a peer chooses its
// blocks, there are at most so many runs, and each block costs at most one pass over them (CVE-2019-11477).
#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>

#include "stack/base/time.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

enum class Fate : uint8_t { kInFlight, kSacked, kLost };

// Begins where the one before it ends.
struct SentRun {
  wire::SequenceNumber end;
  Fate fate = Fate::kInFlight;
  bool resent = false;  // some of it was sent more than once
  Instant sent_at{};    // the last time
};

class Scoreboard {
 public:
  // Part of a run, as visitors see it.
  struct Piece {
    wire::SequenceNumber begin;
    wire::SequenceNumber end;
    Instant sent_at;
    bool resent;

    uint32_t size() const { return static_cast<uint32_t>(end - begin); }
  };
  struct Limits {
    size_t runs;    // that transmissions make; later ones join the last
    size_t ranges;  // that were selectively acknowledged and do not touch
  };

  bool empty() const { return head_ == runs_.size(); }
  wire::SequenceNumber begin() const { return begin_; }
  wire::SequenceNumber end() const { return empty() ? begin_ : runs_.back().end; }
  size_t runs() const { return runs_.size() - head_; }
  size_t ranges() const { return ranges_; }
  uint32_t sacked() const { return sacked_; }  // octets
  uint32_t lost() const { return lost_; }
  // RFC 6675 4, SetPipe: octets thought to be in the network.
  uint32_t pipe() const { return static_cast<uint32_t>(end() - begin_) - sacked_ - lost_; }

  // The octets from `begin` to `end` go out now: new ones, which follow end(), or again.
  void NoteSent(wire::SequenceNumber begin, wire::SequenceNumber end, Instant now, const Limits& limits);

  // Cumulatively acknowledged up to `ack`. Calls `visit(Piece)` for what is new by that, and says how many
  // octets it is.
  template <typename Visitor>
  uint32_t Acknowledge(wire::SequenceNumber ack, Visitor visit);

  // The same for a block within begin() and end(). Nothing: there are too many ranges already.
  template <typename Visitor>
  std::optional<uint32_t> Sack(const wire::SackBlock& block, const Limits& limits, Visitor visit);

  // Those in flight of which `judge(Piece)` says so are lost now. How many octets that is.
  template <typename Judge>
  uint32_t MarkLost(Judge judge);
  // The same by RFC 6675 4, IsLost: `threshold` ranges above it, or more than (threshold - 1) * mss octets,
  // are there; once only.
  uint32_t MarkLostBySacks(unsigned threshold, uint32_t mss);

  // The first octets, `mss` at most, that were sent once, and above which something is there, are lost (RFC
  // 6675 4, NextSeg 3). False: there are none.
  bool MarkFirstDoubtfulLost(uint32_t mss);
  // The last in flight, `mss` octets at most, are lost (NextSeg 4).
  void MarkTailLost(uint32_t mss);

  // Whatever is in flight is lost.
  void MarkAllLost();
  // And what the receiver has said is not believed any more (RFC 2018 8).
  void Forget();
  // Nothing is lost after all.
  void Restore();
  void Clear();

  // The first run of lost octets, if there is one.
  std::optional<wire::SackBlock> FirstLost() const {
    if (lost_ == 0) return std::nullopt;
    return FindLost();
  }
  // Begin of the last run; not when empty.
  wire::SequenceNumber last_begin() const { return BeginOf(runs_.size() - 1); }
  // Breaks an invariant when the sums are wrong.
  void Check() const;

 private:
  wire::SequenceNumber BeginOf(size_t index) const { return index == head_ ? begin_ : runs_[index - 1].end; }
  Piece PieceOf(size_t index) const {
    return {BeginOf(index), runs_[index].end, runs_[index].sent_at, runs_[index].resent};
  }
  // The run that holds `octet`.
  size_t Find(wire::SequenceNumber octet) const;
  // Cuts a run in two at `octet`, if none begins there; says which begins there.
  size_t SplitAt(wire::SequenceNumber octet);
  bool TouchesRange(const wire::SackBlock& block) const;
  std::optional<wire::SackBlock> FindLost() const;
  void Resend(wire::SequenceNumber begin, wire::SequenceNumber end, Instant now, const Limits& limits);
  // `octets` of `fate` come or go.
  void Count(Fate fate, uint32_t octets);
  void Discount(Fate fate, uint32_t octets);
  void NoteLost(size_t index);
  // Makes one of the runs from `first` to before `last`, which are selectively acknowledged, and neighbours.
  void JoinSacked(size_t first, size_t last);
  void JoinLost();
  void Compact();

  // A request or an answer is one run: without memory of its own.
  boost::container::small_vector<SentRun, 4> runs_;  // from head_ on
  size_t head_ = 0;
  size_t ranges_ = 0;
  wire::SequenceNumber begin_;              // SND.UNA
  mutable wire::SequenceNumber lost_from_;  // nothing before it is lost
  uint32_t sacked_ = 0;
  uint32_t lost_ = 0;
};

template <typename Visitor>
uint32_t Scoreboard::Acknowledge(wire::SequenceNumber ack, Visitor visit) {
  uint32_t delivered = 0;
  while (!empty() && begin_.Before(ack)) {
    const SentRun& run = runs_[head_];
    const Piece piece{begin_, Min(run.end, ack), run.sent_at, run.resent};
    if (run.fate != Fate::kSacked) {
      delivered += piece.size();
      visit(piece);
    }
    Discount(run.fate, piece.size());
    begin_ = piece.end;
    if (begin_ != run.end) break;
    if (run.fate == Fate::kSacked) --ranges_;
    ++head_;
  }
  Compact();
  return delivered;
}

template <typename Visitor>
std::optional<uint32_t> Scoreboard::Sack(const wire::SackBlock& block, const Limits& limits, Visitor visit) {
  const SentRun& known = runs_[Find(block.left)];
  if (known.fate == Fate::kSacked && known.end.AtOrAfter(block.right)) return 0;  // told before
  if (ranges_ >= limits.ranges && !TouchesRange(block)) return std::nullopt;
  const size_t first = SplitAt(block.left);
  const size_t last = block.right == end() ? runs_.size() : SplitAt(block.right);
  uint32_t delivered = 0;
  for (size_t i = first; i < last; ++i) {
    if (runs_[i].fate == Fate::kSacked) continue;
    const Piece piece = PieceOf(i);
    visit(piece);
    delivered += piece.size();
    Discount(runs_[i].fate, piece.size());
    Count(Fate::kSacked, piece.size());
    runs_[i].fate = Fate::kSacked;
    ++ranges_;
  }
  JoinSacked(first, last);
  return delivered;
}

template <typename Judge>
uint32_t Scoreboard::MarkLost(Judge judge) {
  const uint32_t before = lost_;
  for (size_t i = head_; i < runs_.size(); ++i) {
    if (runs_[i].fate == Fate::kInFlight && judge(PieceOf(i))) NoteLost(i);
  }
  if (lost_ > before) JoinLost();
  return lost_ - before;
}

}  // namespace nut::tcp
