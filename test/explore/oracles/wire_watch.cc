#include "test/explore/oracles/wire_watch.h"

#include <fmt/format.h>

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "test/explore/oracles/octets.h"

namespace nut::explore {
namespace {

using wire::SequenceNumber;

// More than any connection of a scenario sends.
constexpr uint32_t kFar = 1 << 20;

bool SentFrom(const ConnectionBook& book, SequenceNumber number) {
  return number.AtOrAfter(SequenceNumber(book.last.iss)) && number.AtOrBefore(book.sent_end);
}

wire::EndpointPair Mirrored(const wire::EndpointPair& ends) { return {ends.remote, ends.local}; }

}  // namespace

void WireWatch::OnFrame(char from, ByteView ethernet_frame) {
  const auto ethernet = wire::EthernetView::Parse(ethernet_frame);
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return;
  const auto ip = wire::Ipv4View::Parse(ethernet->payload());
  if (!ip || ip->protocol() != wire::IpProtocol::kTcp || ip->is_fragment()) return;
  const auto tcp = wire::TcpView::Parse(ip->payload());
  if (!tcp) return;
  const wire::EndpointPair ends{{ip->source(), tcp->source_port()},
                                {ip->destination(), tcp->destination_port()}};
  if (tcp->flags().rst()) return NoteReset(ends);
  if (from == 0) return;
  NoteSent(from, ends, *tcp);
  if (tcp->flags().ack()) CheckAcknowledgement(from, ends, *tcp);
  if (tcp->flags().syn()) CheckIncarnation(from, ends);
  CheckText(from, ends, *tcp);
}

void WireWatch::NoteReset(const wire::EndpointPair& ends) {
  for (ConnectionBook& book : books_.all()) {
    if (book.last.ends == ends || book.last.ends == Mirrored(ends)) book.reset_seen = true;
  }
}

// What was sent while nobody looked, and waited for a neighbour's address since.
void WireWatch::NoteSent(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp) {
  ConnectionBook* book = books_.Latest(from, ends);
  if (book == nullptr || !SequenceNumber(tcp.sequence()).InWindow(SequenceNumber(book->last.iss), kFar))
    return;
  book->sent_end = Max(book->sent_end, tcp.sequence() + tcp.sequence_length());
}

// RFC 9293 3.10.7.4: an ACK acknowledges what was sent, nothing else.
void WireWatch::CheckAcknowledgement(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp) {
  bool known = false;
  for (const ConnectionBook& book : books_.all()) {
    if (book.node == from || book.last.ends != Mirrored(ends)) continue;
    if (SentFrom(book, tcp.acknowledgement())) return;
    known = true;
  }
  if (!known) return;  // the peer is not one of ours, or was never heard of
  verdict_.Report(FaultKind::kInvariant,
                  fmt::format("node {} acknowledges to {} what was never sent: {}", from,
                              ends.remote.ToText(), tcp.acknowledgement().number()));
}

void WireWatch::CheckText(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp) {
  const ByteView text = tcp.payload();
  if (text.empty()) return;
  for (const ConnectionBook& book : books_.all()) {
    if (book.node != from || book.last.ends != ends) continue;
    const SequenceNumber first = SequenceNumber(book.last.iss) + 1;
    if (tcp.sequence().Before(first)) continue;
    const auto offset = static_cast<uint32_t>(tcp.sequence() - first);
    if (MatchingOctets(book.last.iss, offset, text) == text.size()) return;
  }
  verdict_.Report(FaultKind::kBytes, fmt::format("node {} sends to {} octets that nobody gave it at {}", from,
                                                 ends.remote.ToText(), tcp.sequence().number()));
}

// RFC 9293 3.4.1: "a TCP must be sure that no sequence number is used by two segments that may be in the
// network at one time".
void WireWatch::CheckIncarnation(char from, const wire::EndpointPair& ends) {
  const ConnectionBook* now = books_.Latest(from, ends);
  if (now == nullptr) return;
  const ConnectionBook* before = books_.Before(*now);
  if (before == nullptr || before->last.bytes_sent == 0) return;
  const SequenceNumber first(now->last.iss);
  if (first.AtOrAfter(SequenceNumber(before->last.iss)) && first.Before(before->sent_end)) {
    verdict_.Report(FaultKind::kInvariant,
                    fmt::format("node {} uses a sequence number to {} that another incarnation has used",
                                from, ends.remote.ToText()));
  }
}

}  // namespace nut::explore
