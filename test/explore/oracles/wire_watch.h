// The oracle of the wire: what a node sends must make sense against what its peer has sent. No ACK beyond
// what was sent, no octet that differs from the one of the same number before, no sequence number used by two
// incarnations of one pair. Looks at every TCP segment of the two nodes as it is sent.
#pragma once

#include "stack/wire/tcp.h"
#include "test/explore/oracles/connection_books.h"
#include "test/explore/oracles/verdict.h"

namespace nut::explore {

class WireWatch {
 public:
  WireWatch(ConnectionBooks& books, Verdict& verdict) : books_(books), verdict_(verdict) {}

  // A frame from node 'a' or 'b', about to go to the other; the books are up to date. From 0: somebody else.
  void OnFrame(char from, ByteView ethernet_frame);

 private:
  void NoteSent(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp);
  void NoteReset(const wire::EndpointPair& ends);
  void CheckAcknowledgement(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp);
  void CheckText(char from, const wire::EndpointPair& ends, const wire::TcpView& tcp);
  void CheckIncarnation(char from, const wire::EndpointPair& ends);

  ConnectionBooks& books_;
  Verdict& verdict_;
};

}  // namespace nut::explore
