// The oracle of the bytes: each octet that a sender's TCP counts as acknowledged was taken by the receiver's
// TCP, each that an application received is the right one in the right place, an end of stream comes when
// everything before it has come, and nothing that was promised disappears without somebody being told.
#pragma once

#include "test/explore/oracles/connection_books.h"
#include "test/explore/oracles/verdict.h"

namespace nut::explore {

class ByteBooks {
 public:
  ByteBooks(ConnectionBooks& books, Verdict& verdict) : books_(books), verdict_(verdict) {}

  // The books are up to date.
  void Check();

  // An application was given `bytes`; `before`: what its TCP said of the connection then.
  void OnReceived(char node, const tcp::ConnectionInfo& before, ByteView bytes);
  // … and that there is no more.
  void OnEndOfStream(char node, const tcp::ConnectionInfo& before);

  // When everything has ended.
  void CheckEnd();

 private:
  void CheckAgainstPeer(const ConnectionBook& book, const ConnectionBook& peer);

  ConnectionBooks& books_;
  Verdict& verdict_;
};

}  // namespace nut::explore
