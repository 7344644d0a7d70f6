#include "tools/bench/limit/peer.h"

#include <net/if_arp.h>
#include <netinet/ip_icmp.h>

#include <cstring>
#include <utility>

namespace nut::bench {
namespace {

constexpr MacAddress kOurAddress = {0x02, 0x4e, 0x55, 0x54, 0x00, 0x01};
constexpr size_t kLargestContent = 44 * 1460;  // whole segments below the 64 KiB of a virtio super-segment
constexpr size_t kPatternPeriod = 95 * 74;     // RFC 864: lines of 72 out of 95 characters, and CR LF
constexpr size_t kUserBuffer = 256 << 10;

// Long enough that any place of the first period is followed by the largest content.
std::vector<uint8_t> MakePattern() {
  std::vector<uint8_t> pattern(kPatternPeriod + kLargestContent);
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t line = i / 74 % 95;
    const size_t column = i % 74;
    pattern[i] = column == 72 ? '\r' : column == 73 ? '\n' : static_cast<uint8_t>(' ' + (line + column) % 95);
  }
  return pattern;
}

struct ArpBody {
  uint8_t sender[ETH_ALEN];
  uint8_t sender_ip[4];
  uint8_t target[ETH_ALEN];
  uint8_t target_ip[4];
};

}  // namespace

Peer::Peer(const LimitOptions& options, Tap& tap)
    : options_(options),
      tap_(tap),
      largest_(options.offload == Tap::Offload::kAll ? kLargestContent / options.segment * options.segment
                                                     : options.segment),
      pattern_(MakePattern()),
      user_buffer_(kUserBuffer) {
  flows_.reserve(1 << 17);
  std::memcpy(out_.ethernet.h_dest, tap.kernel_address().data(), ETH_ALEN);
  std::memcpy(out_.ethernet.h_source, kOurAddress.data(), ETH_ALEN);
  out_.ethernet.h_proto = htons(ETH_P_IP);
  out_.ip.version = 4;
  out_.ip.ihl = 5;
  out_.ip.frag_off = htons(IP_DF);
  out_.ip.ttl = 64;
  out_.ip.protocol = IPPROTO_TCP;
  out_.ip.saddr = options.address;
}

bool Peer::Turn() {
  uint32_t taken = 0;
  while (taken < options_.batch) {
    const size_t size = tap_.Read(in_.data(), in_.size());
    if (size == 0) break;
    ++taken;
    Take(in_.data(), size);
  }
  counts_.frames += taken;
  for (Flow* flow : ack_due_) {
    if (!std::exchange(flow->ack_due, false)) continue;
    Send(*flow, TH_ACK);
  }
  ack_due_.clear();
  bool more = taken == options_.batch;
  for (Flow* flow : chargen_) more |= Pump(*flow);
  return taken > 0 || more;
}

void Peer::Take(uint8_t* frame, size_t size) {
  if (size < sizeof(Head)) return;
  Head& head = *reinterpret_cast<Head*>(frame);
  if (head.ethernet.h_proto == htons(ETH_P_ARP)) return AnswerArp(frame, size);
  if (head.ethernet.h_proto != htons(ETH_P_IP) || head.ip.daddr != options_.address) return;
  if (head.ip.protocol == IPPROTO_TCP) return TakeSegment(frame, size);
  if (head.ip.protocol == IPPROTO_UDP) return EchoUdp(frame, size);
  if (head.ip.protocol == IPPROTO_ICMP) return EchoIcmp(frame, size);
}

void Peer::AnswerArp(uint8_t* frame, size_t size) {
  Head& head = *reinterpret_cast<Head*>(frame);
  auto& arp = *reinterpret_cast<arphdr*>(frame + kVirtioSize + sizeof(ethhdr));
  auto& body = *reinterpret_cast<ArpBody*>(frame + kVirtioSize + sizeof(ethhdr) + sizeof arp);
  if (size < kVirtioSize + sizeof(ethhdr) + sizeof arp + sizeof body) return;
  if (arp.ar_op != htons(ARPOP_REQUEST) || std::memcmp(body.target_ip, &options_.address, 4) != 0) return;
  arp.ar_op = htons(ARPOP_REPLY);
  std::memcpy(body.target, body.sender, ETH_ALEN);
  std::memcpy(body.sender, kOurAddress.data(), ETH_ALEN);
  std::swap(body.target_ip, body.sender_ip);
  std::memcpy(head.ethernet.h_dest, head.ethernet.h_source, ETH_ALEN);
  std::memcpy(head.ethernet.h_source, kOurAddress.data(), ETH_ALEN);
  tap_.Write(frame, size);
}

void Peer::TurnRound(Head& head) {
  std::swap(head.ip.saddr, head.ip.daddr);  // leaves the sum as it is
  std::memcpy(head.ethernet.h_dest, head.ethernet.h_source, ETH_ALEN);
  std::memcpy(head.ethernet.h_source, kOurAddress.data(), ETH_ALEN);
}

void Peer::EchoIcmp(uint8_t* frame, size_t size) {
  Head& head = *reinterpret_cast<Head*>(frame);
  auto& icmp = *reinterpret_cast<icmphdr*>(frame + sizeof(Head));
  if (size < sizeof(Head) + sizeof icmp || icmp.type != ICMP_ECHO) return;
  icmp.type = ICMP_ECHOREPLY;
  icmp.checksum = Fold(icmp.checksum + static_cast<uint32_t>(htons(ICMP_ECHO << 8)));  // RFC 1624
  TurnRound(head);
  tap_.Write(frame, size);
}

void Peer::EchoUdp(uint8_t* frame, size_t size) {
  Head& head = *reinterpret_cast<Head*>(frame);
  auto& udp = *reinterpret_cast<udphdr*>(frame + sizeof(Head));
  if (size < sizeof(Head) + sizeof udp || udp.dest != htons(7)) return;
  std::swap(udp.source, udp.dest);
  TurnRound(head);  // a checksum, whole or of the pseudo header alone, stays right: only places were changed
  tap_.Write(frame, size);
}

}  // namespace nut::bench
