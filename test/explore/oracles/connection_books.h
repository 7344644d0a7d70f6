// ConnectionBooks: what two nodes' TCPs say about each connection that there ever was between them, kept when
// they have forgotten it themselves. Looked up after every step and before every frame, so that nothing a
// connection did can be missed. Owned by the world.
#pragma once

#include <cstdint>
#include <deque>

#include "stack/base/time.h"
#include "stack/tcp/engine.h"

namespace nut::explore {

// One end of one incarnation.
struct ConnectionBook {
  char node = 0;  // 'a' or 'b'
  tcp::ConnectionHandle handle;
  tcp::ConnectionInfo last;    // as last seen
  tcp::Ownership ownership{};  // the same
  bool alive = true;           // the node still has it
  bool reset_seen = false;     // a RST of this pair was on the wire, or its application asked for one
  bool failed = false;         // it ended with an error

  uint64_t given = 0;             // octets that its application has given to TCP
  wire::SequenceNumber sent_end;  // one past the highest number that it has sent
};

class ConnectionBooks {
 public:
  ConnectionBooks(const tcp::Engine& a, const tcp::Engine& b) : engines_{{'a', a}, {'b', b}} {}

  // Brings the books up to date.
  void Look(Instant now);

  // The other end of the same incarnation; null when that node never had it.
  const ConnectionBook* PeerOf(const ConnectionBook& book) const;
  // The latest incarnation of the pair at the node, or null.
  ConnectionBook* Latest(char node, const wire::EndpointPair& ends);
  // The incarnation before this one of the same pair at the same node, or null.
  const ConnectionBook* Before(const ConnectionBook& book) const;

  std::deque<ConnectionBook>& all() { return books_; }
  const std::deque<ConnectionBook>& all() const { return books_; }

 private:
  struct Source {
    char node;
    const tcp::Engine& engine;
  };
  ConnectionBook& BookOf(char node, const tcp::ConnectionRecord& record);

  const Source engines_[2];
  std::deque<ConnectionBook> books_;  // in the order in which they were first seen
};

}  // namespace nut::explore
