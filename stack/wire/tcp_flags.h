// The control bits of a TCP header (RFC 9293 3.1, RFC 3168), as a value: `TcpFlags::kSyn | TcpFlags::kAck`.
#pragma once

#include <cstdint>
#include <string>

namespace nut::wire {

class TcpFlags {
 public:
  static const TcpFlags kFin;
  static const TcpFlags kSyn;
  static const TcpFlags kRst;
  static const TcpFlags kPsh;
  static const TcpFlags kAck;
  static const TcpFlags kUrg;
  static const TcpFlags kEce;
  static const TcpFlags kCwr;

  constexpr TcpFlags() = default;
  constexpr explicit TcpFlags(uint8_t bits) : bits_(bits) {}

  constexpr bool fin() const { return bits_ & 0x01; }
  constexpr bool syn() const { return bits_ & 0x02; }
  constexpr bool rst() const { return bits_ & 0x04; }
  constexpr bool psh() const { return bits_ & 0x08; }
  constexpr bool ack() const { return bits_ & 0x10; }
  constexpr bool urg() const { return bits_ & 0x20; }
  constexpr bool ece() const { return bits_ & 0x40; }
  constexpr bool cwr() const { return bits_ & 0x80; }

  constexpr uint8_t bits() const { return bits_; }
  constexpr bool has_any(TcpFlags others) const { return (bits_ & others.bits_) != 0; }
  constexpr bool has_all(TcpFlags others) const { return (bits_ & others.bits_) == others.bits_; }

  friend constexpr TcpFlags operator|(TcpFlags a, TcpFlags b) { return TcpFlags(a.bits_ | b.bits_); }
  friend constexpr TcpFlags operator&(TcpFlags a, TcpFlags b) { return TcpFlags(a.bits_ & b.bits_); }
  friend constexpr TcpFlags operator-(TcpFlags a, TcpFlags b) { return TcpFlags(a.bits_ & ~b.bits_); }
  constexpr TcpFlags& operator|=(TcpFlags others) { return *this = *this | others; }
  friend constexpr bool operator==(TcpFlags, TcpFlags) = default;

  // As tcpdump spells them: "[S]", "[S.]", "[FP.]", "[none]".
  std::string ToText() const;

 private:
  uint8_t bits_ = 0;
};

inline constexpr TcpFlags TcpFlags::kFin{0x01};
inline constexpr TcpFlags TcpFlags::kSyn{0x02};
inline constexpr TcpFlags TcpFlags::kRst{0x04};
inline constexpr TcpFlags TcpFlags::kPsh{0x08};
inline constexpr TcpFlags TcpFlags::kAck{0x10};
inline constexpr TcpFlags TcpFlags::kUrg{0x20};
inline constexpr TcpFlags TcpFlags::kEce{0x40};
inline constexpr TcpFlags TcpFlags::kCwr{0x80};

}  // namespace nut::wire
