#include "stack/base/drop_reason.h"

namespace nut {

std::string_view NameOf(DropReason reason) {
  switch (reason) {
    case DropReason::kNone: return "none";
    case DropReason::kImpairLoss: return "impair: loss";
    case DropReason::kImpairBurstLoss: return "impair: burst loss";
    case DropReason::kImpairQueueFull: return "impair: queue full";
    case DropReason::kFramePoolEmpty: return "link: frame pool empty";
    case DropReason::kDeviceQueueFull: return "link: device queue full";
    case DropReason::kDeviceDown: return "link: device down";
    case DropReason::kFrameTooLong: return "link: frame too long";
    case DropReason::kOffloadMalformed: return "link: malformed offload";
    case DropReason::kLoopbackQueueFull: return "link: loopback queue full";
    case DropReason::kEthernetTruncated: return "ethernet: truncated";
    case DropReason::kEthernetNotForUs: return "ethernet: not for us";
    case DropReason::kEthernetUnknownType: return "ethernet: unknown type";
    case DropReason::kEthernetBadSource: return "ethernet: bad source";
    case DropReason::kArpTruncated: return "arp: truncated";
    case DropReason::kArpBadHeader: return "arp: bad header";
    case DropReason::kArpBadSender: return "arp: bad sender";
    case DropReason::kArpNotForUs: return "arp: not for us";
    case DropReason::kArpConflict: return "arp: address conflict";
    case DropReason::kArpQueueFull: return "arp: pending queue full";
    case DropReason::kArpUnresolved: return "arp: unresolved";
    case DropReason::kArpTableFull: return "arp: table full";
    case DropReason::kIpTruncated: return "ip: truncated";
    case DropReason::kIpBadVersion: return "ip: bad version";
    case DropReason::kIpBadHeaderLength: return "ip: bad header length";
    case DropReason::kIpBadTotalLength: return "ip: bad total length";
    case DropReason::kIpBadChecksum: return "ip: bad header checksum";
    case DropReason::kIpBadOptions: return "ip: bad options";
    case DropReason::kIpSourceRoute: return "ip: source route";
    case DropReason::kIpBadSource: return "ip: bad source";
    case DropReason::kIpBadDestination: return "ip: bad destination";
    case DropReason::kIpNotForUs: return "ip: not for us";
    case DropReason::kIpNoRoute: return "ip: no route";
    case DropReason::kIpTooLong: return "ip: too long";
    case DropReason::kIpTtlExpired: return "ip: time to live expired";
    case DropReason::kIpUnknownProtocol: return "ip: unknown protocol";
    case DropReason::kIpFiltered: return "ip: filtered";
    case DropReason::kIpNoSourceAddress: return "ip: no source address";
    case DropReason::kIpNeedsFragmentation: return "ip: needs fragmentation";
    case DropReason::kFragmentMisaligned: return "fragment: misaligned";
    case DropReason::kFragmentEmpty: return "fragment: empty";
    case DropReason::kFragmentTooLong: return "fragment: too long";
    case DropReason::kFragmentOverlap: return "fragment: overlap";
    case DropReason::kFragmentTimeout: return "fragment: timeout";
    case DropReason::kFragmentTableFull: return "fragment: table full";
    case DropReason::kFragmentInconsistent: return "fragment: inconsistent";
    case DropReason::kIcmpTruncated: return "icmp: truncated";
    case DropReason::kIcmpBadChecksum: return "icmp: bad checksum";
    case DropReason::kIcmpUnknownType: return "icmp: unknown type";
    case DropReason::kIcmpBroadcastEcho: return "icmp: broadcast echo";
    case DropReason::kIcmpRateLimited: return "icmp: rate limited";
    case DropReason::kIcmpUnmatched: return "icmp: unmatched error";
    case DropReason::kIgmpTruncated: return "igmp: truncated";
    case DropReason::kIgmpBadChecksum: return "igmp: bad checksum";
    case DropReason::kIgmpUnknownType: return "igmp: unknown type";
    case DropReason::kUdpTruncated: return "udp: truncated";
    case DropReason::kUdpBadLength: return "udp: bad length";
    case DropReason::kUdpBadChecksum: return "udp: bad checksum";
    case DropReason::kUdpNoSocket: return "udp: no socket";
    case DropReason::kUdpQueueFull: return "udp: queue full";
    case DropReason::kUdpBadPort: return "udp: bad port";
    case DropReason::kTcpTruncated: return "tcp: truncated";
    case DropReason::kTcpBadHeaderLength: return "tcp: bad header length";
    case DropReason::kTcpBadOptions: return "tcp: bad options";
    case DropReason::kTcpBadChecksum: return "tcp: bad checksum";
    case DropReason::kTcpBadAddress: return "tcp: bad address";
    case DropReason::kTcpBadPort: return "tcp: bad port";
    case DropReason::kTcpInputQueueFull: return "tcp: input queue full";
    case DropReason::kTcpNoConnection: return "tcp: no connection";
    case DropReason::kTcpListenSynQueueFull: return "tcp: syn queue full";
    case DropReason::kTcpListenAcceptQueueFull: return "tcp: accept queue full";
    case DropReason::kTcpConnectionTableFull: return "tcp: connection table full";
    case DropReason::kTcpUnexpectedFlags: return "tcp: unexpected flags";
    case DropReason::kTcpOutOfWindow: return "tcp: out of window";
    case DropReason::kTcpUnacceptableAck: return "tcp: unacceptable ack";
    case DropReason::kTcpPaws: return "tcp: old timestamp";
    case DropReason::kTcpMissingTimestamp: return "tcp: missing timestamp";
    case DropReason::kTcpBlindReset: return "tcp: blind reset";
    case DropReason::kTcpBlindSyn: return "tcp: blind syn";
    case DropReason::kTcpChallengeLimited: return "tcp: challenge ack limited";
    case DropReason::kTcpReassemblyFull: return "tcp: reassembly full";
    case DropReason::kTcpAfterClose: return "tcp: data after close";
    case DropReason::kTcpDuplicateData: return "tcp: duplicate data";
    case DropReason::kTcpResetLimited: return "tcp: reset limited";
    case DropReason::kCount: break;
  }
  return "?";
}

}  // namespace nut
