#include "stack/tcp/scoreboard.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {

using wire::SequenceNumber;

size_t Scoreboard::Find(SequenceNumber octet) const {
  const auto found = std::partition_point(runs_.begin() + static_cast<ptrdiff_t>(head_), runs_.end(),
                                          [&](const SentRun& run) { return run.end.AtOrBefore(octet); });
  return static_cast<size_t>(found - runs_.begin());
}

size_t Scoreboard::SplitAt(SequenceNumber octet) {
  const size_t index = Find(octet);
  if (BeginOf(index) == octet) return index;
  SentRun front = runs_[index];
  front.end = octet;
  if (front.fate == Fate::kSacked) ++ranges_;
  runs_.insert(runs_.begin() + static_cast<ptrdiff_t>(index), front);
  return index + 1;
}

bool Scoreboard::TouchesRange(const wire::SackBlock& block) const {
  const size_t left = Find(block.left);
  const auto is_sacked = [&](size_t index) { return runs_[index].fate == Fate::kSacked; };
  if (is_sacked(left) || (left > head_ && BeginOf(left) == block.left && is_sacked(left - 1))) return true;
  const size_t right = Find(block.right);
  return right < runs_.size() && is_sacked(right);
}

void Scoreboard::Count(Fate fate, uint32_t octets) {
  if (fate == Fate::kSacked) sacked_ += octets;
  if (fate == Fate::kLost) lost_ += octets;
}

void Scoreboard::Discount(Fate fate, uint32_t octets) {
  if (fate == Fate::kSacked) sacked_ -= octets;
  if (fate == Fate::kLost) lost_ -= octets;
}

void Scoreboard::NoteLost(size_t index) {
  const Piece piece = PieceOf(index);
  if (lost_ == 0 || piece.begin.Before(lost_from_)) lost_from_ = piece.begin;
  runs_[index].fate = Fate::kLost;
  Count(Fate::kLost, piece.size());
}

void Scoreboard::NoteSent(SequenceNumber begin, SequenceNumber end, Instant now, const Limits& limits) {
  if (empty()) {
    Clear();
    begin_ = begin;
  }
  if (begin.Before(this->end())) {
    Resend(begin, Min(end, this->end()), now, limits);
    begin = this->end();
    if (!end.After(begin)) return;
  }
  if (!empty()) {
    SentRun& last = runs_.back();
    const bool plain = last.fate == Fate::kInFlight && !last.resent;
    // Sent together, or nobody can afford to tell them apart: then the later time counts for both, so that
    // nothing is thought lost too early.
    if (plain && (last.sent_at == now || runs() >= limits.runs)) {
      last.end = end;
      last.sent_at = now;
      return;
    }
  }
  runs_.push_back({.end = end, .sent_at = now});
}

void Scoreboard::Resend(SequenceNumber begin, SequenceNumber end, Instant now, const Limits& limits) {
  const size_t first = SplitAt(begin);
  const size_t last = end == this->end() ? runs_.size() : SplitAt(end);
  for (size_t i = first; i < last; ++i) {
    SentRun& run = runs_[i];
    if (run.fate == Fate::kSacked) continue;
    Discount(run.fate, PieceOf(i).size());
    run = {.end = run.end, .fate = Fate::kInFlight, .resent = true, .sent_at = now};
  }
  // What follows each other and went out together is one run; beyond the limit everything that was sent again
  // of one hole: so there are two in each at most.
  if (first == head_ || last != first + 1) return;
  const SentRun& before = runs_[first - 1];
  const bool together = before.sent_at == now || runs() > limits.runs;
  if (before.fate == Fate::kInFlight && before.resent && together) {
    runs_.erase(runs_.begin() + static_cast<ptrdiff_t>(first - 1));
  }
}

void Scoreboard::JoinSacked(size_t first, size_t last) {
  if (first > head_ && runs_[first - 1].fate == Fate::kSacked) --first;
  if (last < runs_.size() && runs_[last].fate == Fate::kSacked) ++last;
  ranges_ -= last - first - 1;
  runs_[first].end = runs_[last - 1].end;
  runs_.erase(runs_.begin() + static_cast<ptrdiff_t>(first + 1),
              runs_.begin() + static_cast<ptrdiff_t>(last));
}

void Scoreboard::JoinLost() {
  size_t kept = head_;
  for (size_t i = head_ + 1; i < runs_.size(); ++i) {
    if (runs_[i].fate == Fate::kLost && runs_[kept].fate == Fate::kLost) {
      runs_[kept].end = runs_[i].end;
      runs_[kept].resent |= runs_[i].resent;
      runs_[kept].sent_at = std::max(runs_[kept].sent_at, runs_[i].sent_at);
    } else {
      runs_[++kept] = runs_[i];
    }
  }
  if (!empty()) runs_.resize(kept + 1);
}

uint32_t Scoreboard::MarkLostBySacks(unsigned threshold, uint32_t mss) {
  const uint32_t before = lost_;
  uint32_t octets = 0;
  size_t ranges = 0;
  for (size_t i = runs_.size(); i > head_; --i) {
    const size_t index = i - 1;
    const SentRun& run = runs_[index];
    if (run.fate == Fate::kSacked) {
      octets += PieceOf(index).size();
      ++ranges;
    } else if (run.fate == Fate::kInFlight && !run.resent &&
               (ranges >= threshold || octets > (threshold - 1) * mss)) {
      NoteLost(index);
    }
  }
  if (lost_ > before) JoinLost();
  return lost_ - before;
}

bool Scoreboard::MarkFirstDoubtfulLost(uint32_t mss) {
  if (ranges_ == 0) return false;
  size_t last_range = runs_.size() - 1;
  while (runs_[last_range].fate != Fate::kSacked) --last_range;
  for (size_t i = head_; i < last_range; ++i) {
    if (runs_[i].fate != Fate::kInFlight || runs_[i].resent) continue;
    if (PieceOf(i).size() > mss) SplitAt(BeginOf(i) + mss);
    NoteLost(i);
    JoinLost();
    return true;
  }
  return false;
}

void Scoreboard::MarkTailLost(uint32_t mss) {
  for (size_t i = runs_.size(); i > head_; --i) {
    if (runs_[i - 1].fate != Fate::kInFlight) continue;
    const size_t cut = PieceOf(i - 1).size() > mss ? SplitAt(runs_[i - 1].end - mss) : i - 1;
    NoteLost(cut);
    JoinLost();
    return;
  }
}

void Scoreboard::MarkAllLost() {
  MarkLost([](const Piece&) { return true; });
}

void Scoreboard::Forget() {
  for (size_t i = head_; i < runs_.size(); ++i) {
    if (runs_[i].fate == Fate::kSacked) runs_[i].fate = Fate::kInFlight;
  }
  sacked_ = 0;
  ranges_ = 0;
  MarkAllLost();
}

void Scoreboard::Restore() {
  for (size_t i = head_; i < runs_.size(); ++i) {
    if (runs_[i].fate == Fate::kLost) runs_[i].fate = Fate::kInFlight;
  }
  lost_ = 0;
}

void Scoreboard::Clear() {
  runs_.clear();
  head_ = 0;
  ranges_ = sacked_ = lost_ = 0;
}

void Scoreboard::Compact() {
  if (empty()) {
    runs_.clear();
    head_ = 0;
  } else if (head_ >= 16 && head_ >= runs()) {
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
}

std::optional<wire::SackBlock> Scoreboard::FindLost() const {
  for (size_t i = Find(Max(lost_from_, begin_)); i < runs_.size(); ++i) {
    if (runs_[i].fate != Fate::kLost) continue;
    lost_from_ = BeginOf(i);
    return wire::SackBlock{lost_from_, runs_[i].end};
  }
  return std::nullopt;
}

void Scoreboard::Check() const {
  uint32_t sacked = 0;
  uint32_t lost = 0;
  size_t ranges = 0;
  for (size_t i = head_; i < runs_.size(); ++i) {
    const Piece piece = PieceOf(i);
    NUT_INVARIANT(piece.end.After(piece.begin), "a run has octets, and they are in order");
    if (runs_[i].fate == Fate::kSacked) sacked += piece.size(), ++ranges;
    if (runs_[i].fate == Fate::kLost) lost += piece.size();
  }
  NUT_INVARIANT(sacked == sacked_ && lost == lost_ && ranges == ranges_, "the scoreboard's sums are right");
  NUT_INVARIANT(lost_ == 0 || FirstLost().has_value(), "what is lost is found");
}

}  // namespace nut::tcp
