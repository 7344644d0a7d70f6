// ServerStream: a connection as a service sees it: bytes both ways, who is at the other end, and limits in
// time. Owned by the server. While the service has its turn, the worker's thread uses it, and only Close may
// be called by other threads.
//
// What is written goes out at the latest when the thread waits for something, so that the pieces of an
// answer, and answers to several requests, travel together; Flush sends it at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "stack/base/time.h"
#include "stack/link/chunk.h"
#include "stack/pro/server/stream_place.h"
#include "stack/socket/byte_stream.h"
#include "stack/wire/endpoint.h"

namespace nut::pro {

class ServerStream : public socket::ByteStream, public StreamPlace {
 public:
  virtual wire::Endpoint local() const = 0;
  virtual wire::Endpoint remote() const = 0;

  // As Write, of bytes that stay as they are while anybody refers to their chunk: they need not be copied.
  virtual Result<void> WriteSlice(link::Slice slice) { return Write(slice.bytes); }
  // As Read with as much room as there are bytes, which nobody wants.
  virtual Result<size_t> Skip() {
    uint8_t scrap[4096];
    return Read(scrap);
  }
  // Read would not wait: there are bytes, the end of the stream, or an error.
  virtual bool readable() const = 0;
  // For a stream that is not readable: `watcher`, which outlives the stream, is told when it is, once.
  virtual void Watch(StreamWatcher& watcher) = 0;

  // Lets go of the connection: what was written is still delivered; whoever waits here gets kStaleHandle.
  virtual void Close() = 0;

  // No single wait takes longer: the peer must do something now and then. Both lengths to the millisecond; 49
  // days and more are for ever.
  void set_idle_timeout(Duration timeout) { idle_timeout_ = Short(timeout); }
  // What comes next may take so long: no wait lasts further than that from the first one on, until this is
  // called again. So a peer that does something now and then, but too little, is limited too.
  void AllowFor(Duration length) {
    allowance_ = Short(length);
    deadline_ = kNever;
  }

  // A number that the service keeps with the connection from turn to turn; 0 in the first.
  uint32_t note() const { return note_; }
  void set_note(uint32_t note) { note_ = note; }

 protected:
  // How long a wait that begins at `now` may take; zero or less: not at all.
  Duration TimeLeft(Instant now) {
    if (deadline_ == kNever) deadline_ = After(now, Long(allowance_));
    const Duration idle_timeout = Long(idle_timeout_);
    return deadline_ == kNever || deadline_ - now > idle_timeout ? idle_timeout : deadline_ - now;
  }

 private:
  // There are as many streams as connections: half of what a Duration takes.
  using Millis = std::chrono::duration<uint32_t, std::milli>;

  static Millis Short(Duration length) {
    return length >= Millis::max() ? Millis::max()
                                   : std::chrono::ceil<Millis>(std::max(length, Duration::zero()));
  }
  static Duration Long(Millis length) { return length == Millis::max() ? kForever : length; }

  uint32_t note_ = 0;
  Instant deadline_ = kNever;  // the allowance's end, since the first wait
  Millis idle_timeout_ = Millis::max();
  Millis allowance_ = Millis::max();
};

}  // namespace nut::pro
