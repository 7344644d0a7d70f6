// Settings: what the auditor is told about a capture, and the bounds that it judges by. A value.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tools/tracecheck/endpoint.h"
#include "tools/tracecheck/time.h"

namespace nut::tracecheck {

enum class ChecksumMode : uint8_t {
  kAuto,  // unfinished ones are the device's work; wrong ones are judged where the capture is the sender's
  kOn,    // every checksum has to be right
  kOff,   // the checksums mean nothing
};

enum class SuperSegments : uint8_t {
  kAuto,  // packets above both sides' MTU can be on no wire: taken for super-segments
  kOff,   // every packet was on a wire as it is
};

struct Settings {
  // Hosts at which the capture was taken: order and completeness of what they sent is exact.
  std::vector<Address> vantages;
  ChecksumMode checksums = ChecksumMode::kAuto;
  SuperSegments super_segments = SuperSegments::kAuto;

  // How long a host may take to notice what has arrived at it, and to have its frames captured: time in its
  // queues, in interrupts, or without a processor.
  Time slack = 50ms;

  // Retransmission (RFC 6298). The floor of 2.4 is 1 s; 200 ms is what is deployed.
  Time minimum_rto = 200ms;
  Time initial_rto = 1s;
  Time maximum_rto = 60s;

  Time acknowledgement_limit = 500ms;  // RFC 9293 MUST-40
  unsigned initial_window = 10;        // segments, RFC 6928
  Time restart_after = 30s;            // so much silence has forgotten any congestion window
  unsigned storm = 24;                 // ACKs in turn, each answering nothing but an ACK, that are a storm
  Time time_wait = 60s;                // an old SYN does not reopen a connection for so long

  // Limits. What lies beyond is not judged, never judged wrongly.
  size_t retained_octets = 4 << 20;  // of one half's text, to compare retransmissions with
  size_t retained_stamps = 4096;     // runs of TSvals
  size_t retained_acks = 256;        // acknowledgement numbers that a RST may take up
  size_t findings_per_rule = 20;     // of one connection; the others are counted
  size_t connections = 1 << 20;      // beyond it the capture's connections are passed over

  bool AtVantage(const Address& address) const {
    for (const Address& vantage : vantages) {
      if (vantage == address) return true;
    }
    return false;
  }
};

}  // namespace nut::tracecheck
