// Trace: a made-up capture of one connection between hosts A and B, written line by line with libtins and
// then judged. Sequence numbers count from each side's SYN. A value of one test.
#pragma once

#include <tins/tins.h>

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "tools/tracecheck/auditor.h"

namespace nut::tracecheck {

inline constexpr const char* kA = "198.19.0.1";
inline constexpr const char* kB = "198.19.0.2";

enum class At { kA, kB, kBoth, kBetween };

class Trace {
 public:
  struct Line {
    double milliseconds;
    Tins::IP ip;
    std::string comment;
    size_t cut = 0;  // octets kept of the frame; 0: all
    bool wrong_checksum = false;
    Tins::TCP& tcp() { return ip.rfind_pdu<Tins::TCP>(); }
  };

  bool timestamps = true;
  bool sack = true;
  bool ecn = false;
  double ticks_a = 1;  // of A's timestamp clock, a millisecond
  int scale_a = 7;     // below 0: not offered
  int scale_b = 7;
  uint16_t mss_a = 1460;
  uint16_t mss_b = 1460;
  uint32_t isn_a = 1000;
  uint32_t isn_b = 50000;

  // flags: any of "SFRPAUEC".
  Line& A(double milliseconds, const std::string& flags, uint32_t sequence, uint32_t acknowledgement,
          size_t octets = 0);
  Line& B(double milliseconds, const std::string& flags, uint32_t sequence, uint32_t acknowledgement,
          size_t octets = 0);
  // An ARP request, or an answer, from one host to the other.
  void Asks(double milliseconds, const char* host, const char* target);
  void Answers(double milliseconds, const char* host, const char* target);
  // SYN, SYN,ACK, ACK at 0, 1 and 2 ms.
  void Open();
  // FIN both ways from A's and B's next numbers.
  void Close(double milliseconds, uint32_t a, uint32_t b);

  Line& line(size_t i) { return *std::next(lines_.begin(), static_cast<ptrdiff_t>(i)); }
  size_t size() const { return lines_.size(); }
  void Erase(size_t i) { lines_.erase(std::next(lines_.begin(), static_cast<ptrdiff_t>(i))); }

  // Adds a SACK option with blocks of the other side's numbers.
  static void Sack(Line& line, uint32_t isn, std::vector<std::pair<uint32_t, uint32_t>> blocks);

  std::vector<Record> Records();
  // The names of the rules that were broken, each once, in order; warnings and errors (and information where
  // asked for).
  std::vector<std::string> Judge(At at, Level least = Level::kWarning, Settings settings = {});

 private:
  Line& Add(bool from_a, double milliseconds, const std::string& flags, uint32_t sequence,
            uint32_t acknowledgement, size_t octets);

  void Arp(double milliseconds, uint16_t opcode, const char* host, const char* target);

  std::vector<Record> arps_;
  std::list<Line> lines_;  // no vector: what libtins assigns to by moving it forgets without freeing it
  std::optional<uint32_t> stamp_a_, stamp_b_;
};

}  // namespace nut::tracecheck
