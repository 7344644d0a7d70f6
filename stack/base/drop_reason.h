// Every reason for which the stack lets a frame, packet, segment or datagram go. One counter each; the same
// name shows in the statistics, in the capture's comment and in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nut {

enum class DropReason : uint8_t {
  kNone,  // not dropped
  // Impairment, on purpose
  kImpairLoss,
  kImpairBurstLoss,
  kImpairQueueFull,
  // Link
  kFramePoolEmpty,
  kDeviceQueueFull,
  kDeviceDown,
  kFrameTooLong,
  kOffloadMalformed,  // checksum or segmentation notes that contradict the bytes
  kLoopbackQueueFull,
  kEthernetTruncated,
  kEthernetNotForUs,
  kEthernetUnknownType,
  kEthernetBadSource,
  // ARP
  kArpTruncated,
  kArpBadHeader,
  kArpBadSender,
  kArpNotForUs,
  kArpConflict,
  kArpQueueFull,
  kArpUnresolved,
  kArpTableFull,
  // IPv4
  kIpTruncated,
  kIpBadVersion,
  kIpBadHeaderLength,
  kIpBadTotalLength,
  kIpBadChecksum,
  kIpBadOptions,
  kIpSourceRoute,
  kIpBadSource,
  kIpBadDestination,
  kIpNotForUs,
  kIpNoRoute,
  kIpTooLong,
  kIpTtlExpired,
  kIpUnknownProtocol,
  kIpFiltered,
  kIpNoSourceAddress,
  kIpNeedsFragmentation,  // DF is set and the packet exceeds the MTU
  // Reassembly
  kFragmentMisaligned,
  kFragmentEmpty,
  kFragmentTooLong,
  kFragmentOverlap,
  kFragmentTimeout,
  kFragmentTableFull,
  kFragmentInconsistent,
  // ICMP, IGMP
  kIcmpTruncated,
  kIcmpBadChecksum,
  kIcmpUnknownType,
  kIcmpBroadcastEcho,
  kIcmpRateLimited,
  kIcmpUnmatched,  // an error about a packet that nobody here sent
  kIgmpTruncated,
  kIgmpBadChecksum,
  kIgmpUnknownType,
  // UDP
  kUdpTruncated,
  kUdpBadLength,
  kUdpBadChecksum,
  kUdpNoSocket,
  kUdpQueueFull,
  kUdpBadPort,
  // TCP
  kTcpTruncated,
  kTcpBadHeaderLength,
  kTcpBadOptions,
  kTcpBadChecksum,
  kTcpBadAddress,  // broadcast, multicast or otherwise impossible
  kTcpBadPort,
  kTcpInputQueueFull,
  kTcpNoConnection,
  kTcpListenSynQueueFull,
  kTcpListenAcceptQueueFull,
  kTcpConnectionTableFull,
  kTcpUnexpectedFlags,
  kTcpOutOfWindow,
  kTcpUnacceptableAck,
  kTcpPaws,
  kTcpMissingTimestamp,
  kTcpBlindReset,
  kTcpBlindSyn,
  kTcpChallengeLimited,
  kTcpReassemblyFull,
  kTcpAfterClose,
  kTcpDuplicateData,
  kTcpResetLimited,  // a stranger's segment that is not even answered
  kCount
};

inline constexpr size_t kDropReasonCount = static_cast<size_t>(DropReason::kCount);

// "ip: bad header checksum", "impair: loss". Unique, stable, lower case.
std::string_view NameOf(DropReason reason);

}  // namespace nut
