// What a node has counted since it started: traffic by the names of RFC 1213 and 4022/4293, and every drop by
// its reason. One object per node, written by every layer, read by the status page, by tests and by tools.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "stack/base/drop_reason.h"

namespace nut {

enum class Counter : uint8_t {
  kFramesIn,
  kFramesOut,
  kBytesIn,
  kBytesOut,
  kImpairCorrupted,
  kImpairDuplicated,
  kImpairReordered,
  kCaptureFrames,        // recorded
  kCaptureFramesLost,    // not written, because the capture's sink failed
  kCaptureCommentsLost,  // came when their frame had been written, or were too long
  kArpRequestsIn,
  kArpRepliesIn,
  kArpRequestsOut,
  kArpRepliesOut,
  kIpInReceives,
  kIpInDelivers,
  kIpOutRequests,
  kIpReassemblyRequired,
  kIpReassemblyOk,
  kIpFragmentsCreated,
  kIcmpInMessages,
  kIcmpOutMessages,
  kIcmpInEchos,
  kIcmpOutEchoReplies,
  kIcmpInErrors,
  kIcmpOutErrors,
  kIgmpInQueries,
  kIgmpOutReports,
  kUdpInDatagrams,
  kUdpOutDatagrams,
  kTcpActiveOpens,
  kTcpPassiveOpens,
  kTcpAttemptFails,
  kTcpEstablishedResets,
  kTcpInSegments,
  kTcpOutSegments,
  kTcpRetransmittedSegments,
  kTcpFastRetransmits,
  kTcpRetransmissionTimeouts,
  kTcpOutResets,
  kTcpInResets,
  kTcpDelayedAcks,
  kTcpDuplicateAcksIn,
  kTcpOutOfOrderIn,
  kTcpChallengeAcks,
  kTcpZeroWindowProbes,
  kTcpKeepAliveProbes,
  kTcpTimeWaits,
  kTcpTimeWaitRecycled,
  kTcpReaped,
  kTcpBytesIn,
  kTcpBytesOut,
  kTcpCongestionMarksIn,   // segments that a router had marked (RFC 3168 CE)
  kTcpCongestionEchoesIn,  // windows in which the peer told of such
  kTcpBlackHoles,          // paths that were taken to swallow large packets
  kTcpSynCookiesSent,
  kTcpSynCookiesReceived,
  kTcpSynCookiesFailed,    // ACKs that might have been one, and were not
  kTcpCoalesced,           // segments that were handled together with the one before
  kTcpSackBlocksIn,        // that said something (RFC 2018)
  kTcpSackBlocksIgnored,   // that could not be true, or beyond what a scoreboard keeps
  kTcpDuplicateSacksIn,    // RFC 2883: something arrived twice there
  kTcpDuplicateSacksOut,   // and here
  kTcpTailLossProbes,      // RFC 8985 7
  kTcpTailLossesRepaired,  // by one of them
  kTcpSpuriousTimeouts,    // undone (RFC 3522)
  kTcpUserTimeoutsIn,      // RFC 5482: advice that was taken into account
  kTcpPacedPauses,         // output that waited for its rate
  kTcpFastOpensIn,         // RFC 7413: SYNs whose text went to the application at once
  kTcpFastOpensOut,        // SYNs of ours with text
  kTcpFastOpenCookiesOut,  // given to clients
  kTcpFastOpenRefused,     // cookies that were not ours, or too many unfinished handshakes
  kTcpWindowsWidened,      // once for each doubling of what a receiver offers
  // Services
  kServerConnections,
  kServerLimitReached,      // a connection found every allowed thread busy and waits
  kServerTimeouts,          // connections closed because the peer was idle or too slow
  kServerDatagrams,         // requests answered by the services over UDP
  kServerDatagramsIgnored,  // requests of suspicious origin, or above the limit of answers
  kCount
};

inline constexpr size_t kCounterCount = static_cast<size_t>(Counter::kCount);

// "TcpActiveOpens", as `netstat -s` and nstat spell such names.
std::string_view NameOf(Counter counter);

class Statistics {
 public:
  void Add(Counter counter, uint64_t amount = 1) { counters_[static_cast<size_t>(counter)] += amount; }
  void Drop(DropReason reason, uint64_t count = 1) { drops_[static_cast<size_t>(reason)] += count; }

  uint64_t operator[](Counter counter) const { return counters_[static_cast<size_t>(counter)]; }
  uint64_t operator[](DropReason reason) const { return drops_[static_cast<size_t>(reason)]; }

 private:
  std::array<uint64_t, kCounterCount> counters_{};
  std::array<uint64_t, kDropReasonCount> drops_{};
};

}  // namespace nut
