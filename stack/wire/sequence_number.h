// A TCP sequence number: 32 bits on a circle (RFC 9293 3.4). Comparisons hold while two numbers are less than
// 2^31 apart; there is no operator<, because a circle has no total order to sort by.
#pragma once

#include <cstdint>

namespace nut::wire {

class SequenceNumber {
 public:
  constexpr SequenceNumber() = default;
  constexpr explicit SequenceNumber(uint32_t number) : number_(number) {}

  constexpr uint32_t number() const { return number_; }

  constexpr SequenceNumber operator+(uint32_t count) const { return SequenceNumber(number_ + count); }
  constexpr SequenceNumber operator-(uint32_t count) const { return SequenceNumber(number_ - count); }
  constexpr SequenceNumber& operator+=(uint32_t count) {
    number_ += count;
    return *this;
  }

  // Signed distance from `other` to this one, in octets.
  constexpr int32_t operator-(SequenceNumber other) const {
    return static_cast<int32_t>(number_ - other.number_);
  }

  constexpr bool Before(SequenceNumber other) const { return *this - other < 0; }
  constexpr bool AtOrBefore(SequenceNumber other) const { return *this - other <= 0; }
  constexpr bool After(SequenceNumber other) const { return *this - other > 0; }
  constexpr bool AtOrAfter(SequenceNumber other) const { return *this - other >= 0; }

  // start <= this < start + length
  constexpr bool InWindow(SequenceNumber start, uint32_t length) const {
    return number_ - start.number_ < length;
  }

  friend constexpr bool operator==(SequenceNumber, SequenceNumber) = default;

 private:
  uint32_t number_ = 0;
};

constexpr SequenceNumber Max(SequenceNumber a, SequenceNumber b) { return a.After(b) ? a : b; }
constexpr SequenceNumber Min(SequenceNumber a, SequenceNumber b) { return a.Before(b) ? a : b; }

}  // namespace nut::wire
