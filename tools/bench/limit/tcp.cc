// The TCP of the limit program: exactly the segments that a flawless exchange needs.

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "tools/bench/limit/peer.h"

namespace nut::bench {
namespace {

constexpr uint8_t kWindowShift = 8;
constexpr int kSegmentsATurn = 16;  // that a chargen connection writes before ACKs are looked for
constexpr size_t kPatternPeriod = 95 * 74;
constexpr size_t kSmallestHead = sizeof(Head) + sizeof(tcphdr);
constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\nHello from Nut/Net\n";

bool Before(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

FlowKey KeyOf(uint32_t remote_address, uint16_t remote_port, uint16_t local_port) {
  return {uint64_t{remote_address} << 32 | uint32_t{remote_port} << 16 | local_port};
}

// RFC 7323, 2.2: the shift that the other end will use; 0 when it offers none.
uint8_t WindowShiftOf(const tcphdr& tcp) {
  const auto* options = reinterpret_cast<const uint8_t*>(&tcp + 1);
  const size_t size = tcp.doff * 4 - sizeof tcp;
  for (size_t at = 0; at < size && options[at] != TCPOPT_EOL;) {
    if (options[at] == TCPOPT_NOP) {
      ++at;
      continue;
    }
    if (at + 1 >= size || options[at + 1] < 2) return 0;
    if (options[at] == TCPOPT_WINDOW && at + 2 < size) return options[at + 2];
    at += options[at + 1];
  }
  return 0;
}

}  // namespace

uint16_t Peer::OfferedWindow() const {
  return htons(std::min<uint32_t>(options_.window >> kWindowShift, 65535));
}

TcpHead& Peer::Address(const Flow& flow, uint8_t flags, size_t options, size_t size) {
  const size_t tcp_size = sizeof(tcphdr) + options;
  out_.vnet = {};
  out_.vnet.flags = VirtioHeader::kNeedsChecksum;
  out_.vnet.checksum_start = kTransportStart;
  out_.vnet.checksum_offset = offsetof(tcphdr, check);
  out_.vnet.header_size = static_cast<uint16_t>(kTransportStart + tcp_size);
  if (size > options_.segment) {
    out_.vnet.segmentation = VirtioHeader::kTcp4;
    out_.vnet.segment_size = static_cast<uint16_t>(options_.segment);
  }
  out_.ip.tot_len = htons(static_cast<uint16_t>(sizeof(iphdr) + tcp_size + size));
  out_.ip.daddr = flow.remote_address;
  SealIp(out_.ip);
  out_.tcp = {};
  out_.tcp.source = flow.local_port;
  out_.tcp.dest = flow.remote_port;
  out_.tcp.seq = htonl(flow.send_next);
  out_.tcp.ack_seq = htonl(flow.receive_next);
  out_.tcp.doff = tcp_size / 4;
  out_.tcp.th_flags = flags;
  out_.tcp.window = OfferedWindow();
  out_.tcp.check = PseudoHeaderSum(out_.ip, tcp_size + size);
  return out_;
}

void Peer::Send(Flow& flow, uint8_t flags, const uint8_t* content, size_t size) {
  TcpHead& head = Address(flow, flags, 0, size);
  const iovec parts[2] = {{&head, kSmallestHead}, {const_cast<uint8_t*>(content), size}};
  flow.send_next += static_cast<uint32_t>(size) + ((flags & TH_FIN) != 0);
  flow.fin_sent |= (flags & TH_FIN) != 0;
  flow.ack_due = false;  // this one said it
  counts_.octets_out += size;
  tap_.Write(parts, size > 0 ? 2 : 1);
}

void Peer::SendSyn(Flow& flow, uint8_t flags) {
  TcpHead& head = Address(flow, flags, sizeof head.options, 0);
  head.tcp.window = htons(65535);  // never scaled in a SYN
  const uint16_t mss = static_cast<uint16_t>(options_.segment);
  const uint8_t options[8] = {
      TCPOPT_MAXSEG, 4,         static_cast<uint8_t>(mss >> 8), static_cast<uint8_t>(mss), TCPOPT_WINDOW, 3,
      kWindowShift,  TCPOPT_NOP};
  std::memcpy(head.options, options, sizeof options);
  ++flow.send_next;
  tap_.Write(&head, sizeof head);
}

void Peer::TakeSegment(uint8_t* frame, size_t size) {
  if (size < kSmallestHead) return;
  Head& head = *reinterpret_cast<Head*>(frame);
  auto* tcp = reinterpret_cast<tcphdr*>(frame + sizeof(Head));
  const size_t before_content = sizeof(Head) + tcp->doff * 4;
  const size_t whole = kVirtioSize + sizeof(ethhdr) + ntohs(head.ip.tot_len);  // a short frame is padded
  if (whole > size || before_content > whole) return;
  const Segment segment{&head, tcp, frame + before_content, whole - before_content};
  const FlowKey key = KeyOf(head.ip.saddr, tcp->source, tcp->dest);
  if ((tcp->th_flags & (TH_SYN | TH_ACK)) == TH_SYN) return Accept(segment, key);
  const auto found = flows_.find(key);
  if (found == flows_.end()) return;
  Flow& flow = found->second;
  if (tcp->rst) {
    if (flow.service == Service::kOpener) ++counts_.failed;
    return Drop(key);
  }
  if (tcp->syn) {  // the answer to our own: the request completes the handshake
    flow.receive_next = ntohl(tcp->seq) + 1;
    flow.remote_shift = WindowShiftOf(*tcp);
    return Send(flow, TH_ACK | TH_PUSH, pattern_.data(), 1);
  }
  Acknowledged(flow, segment);
  if (segment.size > 0 || tcp->fin) {
    if (!TakeContent(key, flow, segment)) return;
  }
  if (flow.fin_sent && flow.fin_received && flow.send_acknowledged == flow.send_next) Drop(key);
}

void Peer::Accept(const Segment& segment, FlowKey key) {
  const auto [place, is_new] = flows_.try_emplace(key);
  Flow& flow = place->second;
  if (!is_new) {
    if (ntohl(segment.tcp->seq) + 1 == flow.receive_next) ++counts_.out_of_order;  // the SYN came again
    Drop(key);
    return Accept(segment, key);
  }
  flow.remote_address = segment.head->ip.saddr;
  flow.remote_port = segment.tcp->source;
  flow.local_port = segment.tcp->dest;
  switch (ntohs(flow.local_port)) {
    case 7: flow.service = Service::kEcho; break;
    case 9: flow.service = Service::kDiscard; break;
    case 19: flow.service = Service::kChargen; break;
    case 80: flow.service = Service::kHttp; break;
    default: {
      flow.receive_next = ntohl(segment.tcp->seq) + 1;
      Send(flow, TH_RST | TH_ACK);
      flows_.erase(key);
      return;
    }
  }
  ++counts_.accepted;
  flow.remote_shift = WindowShiftOf(*segment.tcp);
  flow.receive_next = ntohl(segment.tcp->seq) + 1;
  flow.send_next = next_sequence_ += 1 << 20;
  SendSyn(flow, TH_SYN | TH_ACK);
  flow.send_acknowledged = flow.send_limit = flow.send_next;
  if (flow.service == Service::kChargen) chargen_.push_back(&flow);
}

void Peer::Acknowledged(Flow& flow, const Segment& segment) {
  const uint32_t ack = ntohl(segment.tcp->ack_seq);
  if (Before(ack, flow.send_acknowledged) || Before(flow.send_next, ack)) return;
  flow.send_acknowledged = ack;
  flow.send_limit = ack + (uint32_t{ntohs(segment.tcp->window)} << flow.remote_shift);
}

bool Peer::TakeContent(FlowKey key, Flow& flow, const Segment& segment) {
  if (ntohl(segment.tcp->seq) != flow.receive_next) {
    ++counts_.out_of_order;
    Send(flow, TH_ACK);  // RFC 9293, 3.10.7.4: at once, so that the sender notices
    return true;
  }
  flow.receive_next += static_cast<uint32_t>(segment.size);
  if (segment.size > 0) {
    AckLater(flow);
    Deliver(flow, segment.content, segment.size);
  }
  if (segment.tcp->fin) {
    ++flow.receive_next;
    flow.fin_received = true;
    Send(flow, flow.fin_sent ? TH_ACK : TH_FIN | TH_ACK);
    if (flow.service == Service::kOpener) {
      ++counts_.opened;
      Drop(key);  // no TIME-WAIT: what it costs a stack is the stack's
      return false;
    }
  }
  return true;
}

void Peer::AckLater(Flow& flow) {
  if (std::exchange(flow.ack_due, true)) return;
  ack_due_.push_back(&flow);
}

void Peer::Deliver(Flow& flow, const uint8_t* content, size_t size) {
  counts_.octets_in += size;
  switch (flow.service) {
    case Service::kEcho: return Send(flow, TH_ACK | TH_PUSH, content, size);
    case Service::kHttp: return AnswerHttp(flow, content, size);
    case Service::kOpener: return Send(flow, TH_FIN | TH_ACK);
    case Service::kChargen: return;
    case Service::kDiscard: break;
  }
  if (!options_.copy) return;
  if (user_at_ + size > user_buffer_.size()) user_at_ = 0;
  std::memcpy(user_buffer_.data() + user_at_, content, size);
  user_at_ += size;
}

void Peer::AnswerHttp(Flow& flow, const uint8_t* content, size_t size) {
  const std::string_view request(reinterpret_cast<const char*>(content), size);
  if (!request.ends_with("\r\n\r\n")) return;
  const bool stays = request.find("HTTP/1.0\r\n") == request.npos || request.find("eep-") != request.npos;
  Send(flow, stays ? TH_ACK | TH_PUSH : TH_FIN | TH_ACK | TH_PUSH,
       reinterpret_cast<const uint8_t*>(kHttpAnswer.data()), kHttpAnswer.size());
}

bool Peer::Pump(Flow& flow) {
  for (int i = 0; i < kSegmentsATurn && !flow.fin_sent; ++i) {
    const uint32_t room = Before(flow.send_next, flow.send_limit) ? flow.send_limit - flow.send_next : 0;
    const size_t size = std::min<size_t>(room, largest_);
    // A small one only when nothing else would bring the next ACK: RFC 9293, 3.8.6.2.1.
    if (size == 0 || (size < largest_ && flow.send_next != flow.send_acknowledged)) return false;
    Send(flow, TH_ACK | TH_PUSH, pattern_.data() + flow.sent % kPatternPeriod, size);
    flow.sent += size;
  }
  return true;
}

void Peer::Open() {
  while (opening_ && under_way_ < options_.open) {
    if (++next_port_ < 1024) next_port_ = 1024;
    const FlowKey key = KeyOf(options_.target, htons(options_.target_port), htons(next_port_));
    const auto [place, is_new] = flows_.try_emplace(key);
    if (!is_new) continue;
    Flow& flow = place->second;
    flow.remote_address = options_.target;
    flow.remote_port = htons(options_.target_port);
    flow.local_port = htons(next_port_);
    flow.service = Service::kOpener;
    flow.send_next = next_sequence_ += 1 << 20;
    ++under_way_;
    SendSyn(flow, TH_SYN);
    flow.send_acknowledged = flow.send_limit = flow.send_next;
  }
}

void Peer::Drop(FlowKey key) {
  const auto found = flows_.find(key);
  if (found == flows_.end()) return;
  Flow* const flow = &found->second;
  if (flow->service == Service::kOpener) --under_way_;
  if (flow->service == Service::kChargen) std::erase(chargen_, flow);
  std::erase(ack_due_, flow);
  flows_.erase(found);
}

}  // namespace nut::bench
