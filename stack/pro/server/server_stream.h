// ServerStream: a connection as a service sees it: bytes both ways, who is at the other end, and limits in
// time. Owned by the server's worker thread for as long as it serves; only Close may be called by other
// threads.
#pragma once

#include "stack/base/time.h"
#include "stack/socket/byte_stream.h"
#include "stack/wire/endpoint.h"

namespace nut::pro {

class ServerStream : public socket::ByteStream {
 public:
  virtual wire::Endpoint local() const = 0;
  virtual wire::Endpoint remote() const = 0;

  // Lets go of the connection: what was written is still delivered; whoever waits here gets kStaleHandle.
  virtual void Close() = 0;

  // No single wait takes longer: the peer must do something now and then.
  void set_idle_timeout(Duration timeout) { idle_timeout_ = timeout; }
  // No wait lasts past this moment: a peer that does something now and then, but too little, is limited too.
  void set_deadline(Instant deadline) { deadline_ = deadline; }

 protected:
  // How long a wait that begins at `now` may take; zero or less: not at all.
  Duration TimeLeft(Instant now) const {
    return deadline_ == kNever || deadline_ - now > idle_timeout_ ? idle_timeout_ : deadline_ - now;
  }

 private:
  Duration idle_timeout_ = kForever;
  Instant deadline_ = kNever;
};

}  // namespace nut::pro
