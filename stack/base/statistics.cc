#include "stack/base/statistics.h"

namespace nut {

std::string_view NameOf(Counter counter) {
  switch (counter) {
    case Counter::kFramesIn: return "FramesIn";
    case Counter::kFramesOut: return "FramesOut";
    case Counter::kBytesIn: return "BytesIn";
    case Counter::kBytesOut: return "BytesOut";
    case Counter::kImpairCorrupted: return "ImpairCorrupted";
    case Counter::kImpairDuplicated: return "ImpairDuplicated";
    case Counter::kImpairReordered: return "ImpairReordered";
    case Counter::kCaptureFrames: return "CaptureFrames";
    case Counter::kCaptureFramesLost: return "CaptureFramesLost";
    case Counter::kCaptureCommentsLost: return "CaptureCommentsLost";
    case Counter::kArpRequestsIn: return "ArpRequestsIn";
    case Counter::kArpRepliesIn: return "ArpRepliesIn";
    case Counter::kArpRequestsOut: return "ArpRequestsOut";
    case Counter::kArpRepliesOut: return "ArpRepliesOut";
    case Counter::kIpInReceives: return "IpInReceives";
    case Counter::kIpInDelivers: return "IpInDelivers";
    case Counter::kIpOutRequests: return "IpOutRequests";
    case Counter::kIpReassemblyRequired: return "IpReassemblyRequired";
    case Counter::kIpReassemblyOk: return "IpReassemblyOk";
    case Counter::kIpFragmentsCreated: return "IpFragmentsCreated";
    case Counter::kIcmpInMessages: return "IcmpInMessages";
    case Counter::kIcmpOutMessages: return "IcmpOutMessages";
    case Counter::kIcmpInEchos: return "IcmpInEchos";
    case Counter::kIcmpOutEchoReplies: return "IcmpOutEchoReplies";
    case Counter::kIcmpInErrors: return "IcmpInErrors";
    case Counter::kIcmpOutErrors: return "IcmpOutErrors";
    case Counter::kIgmpInQueries: return "IgmpInQueries";
    case Counter::kIgmpOutReports: return "IgmpOutReports";
    case Counter::kUdpInDatagrams: return "UdpInDatagrams";
    case Counter::kUdpOutDatagrams: return "UdpOutDatagrams";
    case Counter::kTcpActiveOpens: return "TcpActiveOpens";
    case Counter::kTcpPassiveOpens: return "TcpPassiveOpens";
    case Counter::kTcpAttemptFails: return "TcpAttemptFails";
    case Counter::kTcpEstablishedResets: return "TcpEstablishedResets";
    case Counter::kTcpInSegments: return "TcpInSegments";
    case Counter::kTcpOutSegments: return "TcpOutSegments";
    case Counter::kTcpRetransmittedSegments: return "TcpRetransmittedSegments";
    case Counter::kTcpFastRetransmits: return "TcpFastRetransmits";
    case Counter::kTcpRetransmissionTimeouts: return "TcpRetransmissionTimeouts";
    case Counter::kTcpOutResets: return "TcpOutResets";
    case Counter::kTcpInResets: return "TcpInResets";
    case Counter::kTcpDelayedAcks: return "TcpDelayedAcks";
    case Counter::kTcpDuplicateAcksIn: return "TcpDuplicateAcksIn";
    case Counter::kTcpOutOfOrderIn: return "TcpOutOfOrderIn";
    case Counter::kTcpChallengeAcks: return "TcpChallengeAcks";
    case Counter::kTcpZeroWindowProbes: return "TcpZeroWindowProbes";
    case Counter::kTcpKeepAliveProbes: return "TcpKeepAliveProbes";
    case Counter::kTcpTimeWaits: return "TcpTimeWaits";
    case Counter::kTcpTimeWaitRecycled: return "TcpTimeWaitRecycled";
    case Counter::kTcpReaped: return "TcpReaped";
    case Counter::kTcpBytesIn: return "TcpBytesIn";
    case Counter::kTcpBytesOut: return "TcpBytesOut";
    case Counter::kTcpCongestionMarksIn: return "TcpCongestionMarksIn";
    case Counter::kTcpCongestionEchoesIn: return "TcpCongestionEchoesIn";
    case Counter::kTcpBlackHoles: return "TcpBlackHoles";
    case Counter::kTcpSynCookiesSent: return "TcpSynCookiesSent";
    case Counter::kTcpSynCookiesReceived: return "TcpSynCookiesReceived";
    case Counter::kTcpSynCookiesFailed: return "TcpSynCookiesFailed";
    case Counter::kTcpCoalesced: return "TcpCoalesced";
    case Counter::kTcpSackBlocksIn: return "TcpSackBlocksIn";
    case Counter::kTcpSackBlocksIgnored: return "TcpSackBlocksIgnored";
    case Counter::kTcpDuplicateSacksIn: return "TcpDuplicateSacksIn";
    case Counter::kTcpDuplicateSacksOut: return "TcpDuplicateSacksOut";
    case Counter::kTcpTailLossProbes: return "TcpTailLossProbes";
    case Counter::kTcpTailLossesRepaired: return "TcpTailLossesRepaired";
    case Counter::kTcpSpuriousTimeouts: return "TcpSpuriousTimeouts";
    case Counter::kTcpUserTimeoutsIn: return "TcpUserTimeoutsIn";
    case Counter::kTcpPacedPauses: return "TcpPacedPauses";
    case Counter::kTcpFastOpensIn: return "TcpFastOpensIn";
    case Counter::kTcpFastOpensOut: return "TcpFastOpensOut";
    case Counter::kTcpFastOpenCookiesOut: return "TcpFastOpenCookiesOut";
    case Counter::kTcpFastOpenRefused: return "TcpFastOpenRefused";
    case Counter::kTcpWindowsWidened: return "TcpWindowsWidened";
    case Counter::kServerConnections: return "ServerConnections";
    case Counter::kServerLimitReached: return "ServerLimitReached";
    case Counter::kServerTimeouts: return "ServerTimeouts";
    case Counter::kServerDatagrams: return "ServerDatagrams";
    case Counter::kServerDatagramsIgnored: return "ServerDatagramsIgnored";
    case Counter::kCount: break;
  }
  return "?";
}

}  // namespace nut
