#include "test/explore/oracles/byte_books.h"

#include <fmt/format.h>

#include "test/explore/oracles/octets.h"

namespace nut::explore {
namespace {

std::string NameOf(char node, const wire::EndpointPair& ends) {
  return fmt::format("connection {} - {} of node {}", ends.local.ToText(), ends.remote.ToText(), node);
}

// Ends in which everything that was given has arrived, or in which who gave it is told that it has not.
bool MayEndSo(const ConnectionBook& book, const ConnectionBook* peer) {
  if (book.reset_seen || book.failed) return true;
  // Given up after repeated attempts: an orphan has nobody to tell.
  if (book.last.backoff > 0) return true;
  return book.last.send_queue == 0 || (peer != nullptr && peer->last.bytes_received == book.given);
}

}  // namespace

void ByteBooks::Check() {
  for (const ConnectionBook& book : books_.all()) {
    if (!book.alive || book.last.irs == 0) continue;
    if (const ConnectionBook* peer = books_.PeerOf(book); peer != nullptr) CheckAgainstPeer(book, *peer);
  }
}

void ByteBooks::CheckAgainstPeer(const ConnectionBook& book, const ConnectionBook& peer) {
  if (book.last.bytes_acked > peer.last.bytes_received) {
    verdict_.Report(FaultKind::kBytes, fmt::format("{}: {} octets are acknowledged, the peer received {}",
                                                   NameOf(book.node, book.last.ends), book.last.bytes_acked,
                                                   peer.last.bytes_received));
  }
  const wire::SequenceNumber next(book.last.rcv_nxt);
  if (next.After(peer.sent_end)) {
    verdict_.Report(FaultKind::kBytes,
                    fmt::format("{}: it has received {} more of the sequence space than was sent",
                                NameOf(book.node, book.last.ends), next - peer.sent_end));
  }
}

void ByteBooks::OnReceived(char node, const tcp::ConnectionInfo& before, ByteView bytes) {
  const uint64_t offset = before.bytes_received - before.receive_queue;
  const size_t matching = MatchingOctets(before.irs, offset, bytes);
  if (matching != bytes.size()) {
    verdict_.Report(FaultKind::kBytes, fmt::format("{}: octet {} of its stream was received wrong",
                                                   NameOf(node, before.ends), offset + matching));
  }
}

void ByteBooks::OnEndOfStream(char node, const tcp::ConnectionInfo& before) {
  const uint64_t taken = before.bytes_received - before.receive_queue;
  for (const ConnectionBook& book : books_.all()) {
    if (book.node == node || book.last.iss != before.irs || book.last.ends.local != before.ends.remote)
      continue;
    if (book.given != taken) {
      verdict_.Report(FaultKind::kBytes, fmt::format("{}: its stream ended after {} octets of {}",
                                                     NameOf(node, before.ends), taken, book.given));
    }
  }
}

void ByteBooks::CheckEnd() {
  for (const ConnectionBook& book : books_.all()) {
    if (book.alive || MayEndSo(book, books_.PeerOf(book))) continue;
    verdict_.Report(
        FaultKind::kBytes,
        fmt::format("{} is gone, with {} octets that its peer never acknowledged, and nobody was told",
                    NameOf(book.node, book.last.ends), book.last.send_queue));
  }
}

}  // namespace nut::explore
