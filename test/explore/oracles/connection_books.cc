#include "test/explore/oracles/connection_books.h"

#include <algorithm>

namespace nut::explore {

void ConnectionBooks::Look(Instant now) {
  for (const Source& source : engines_) {
    for (ConnectionBook& book : books_) {
      if (book.node == source.node && book.alive)
        book.alive = source.engine.connections().Find(book.handle) != nullptr;
    }
    source.engine.connections().ForEach([&](const tcp::ConnectionRecord& record) {
      ConnectionBook& book = BookOf(source.node, record);
      const bool fresh = book.last.iss == 0;
      book.last = record.connection.Info(now);
      book.sent_end = fresh ? wire::SequenceNumber(book.last.snd_nxt)
                            : Max(book.sent_end, wire::SequenceNumber(book.last.snd_nxt));
      book.ownership = record.ownership;
      // The most there was: what ends badly forgets what it had queued.
      book.given = std::max(book.given, book.last.bytes_acked + book.last.send_queue);
      book.failed |= record.connection.error().has_value();
      book.reset_seen |= record.requests.abort;
    });
  }
}

ConnectionBook& ConnectionBooks::BookOf(char node, const tcp::ConnectionRecord& record) {
  // The latest first: most of them are gone.
  const auto found = std::find_if(books_.rbegin(), books_.rend(), [&](const ConnectionBook& book) {
    return book.node == node && book.handle == record.handle;
  });
  if (found != books_.rend()) return *found;
  books_.push_back({.node = node, .handle = record.handle, .last = {}});
  return books_.back();
}

const ConnectionBook* ConnectionBooks::PeerOf(const ConnectionBook& book) const {
  const auto found = std::find_if(books_.rbegin(), books_.rend(), [&](const ConnectionBook& other) {
    return other.node != book.node && other.last.ends.local == book.last.ends.remote &&
           other.last.ends.remote == book.last.ends.local && other.last.iss == book.last.irs;
  });
  return found == books_.rend() ? nullptr : &*found;
}

ConnectionBook* ConnectionBooks::Latest(char node, const wire::EndpointPair& ends) {
  const auto found = std::find_if(books_.rbegin(), books_.rend(), [&](const ConnectionBook& book) {
    return book.node == node && book.last.ends == ends;
  });
  return found == books_.rend() ? nullptr : &*found;
}

const ConnectionBook* ConnectionBooks::Before(const ConnectionBook& book) const {
  const ConnectionBook* before = nullptr;
  for (const ConnectionBook& other : books_) {
    if (&other == &book) break;
    if (other.node == book.node && other.last.ends == book.last.ends) before = &other;
  }
  return before;
}

}  // namespace nut::explore
