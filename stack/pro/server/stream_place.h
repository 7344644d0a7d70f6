// StreamPlace: what a server notes of a stream: in which of its lists it is, and since when it rests. A part
// of the stream, so that a connection that rests is one piece of memory. The server's alone.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "stack/base/time.h"

namespace nut::pro {

class ServerStream;

// Who is told when a stream that rests becomes readable. Called in the middle of the state machine's pass:
// never switches, only takes a note.
class StreamWatcher {
 public:
  virtual void OnReadable(ServerStream& stream) = 0;

 protected:
  ~StreamWatcher() = default;
};

struct StreamPlace {
  using Hook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  Hook hook;  // auto-unlink: a stream that is destroyed leaves its list
  Instant resting_since{};
  uint32_t over : 1 = 0;          // the conversation; it only lingers
  uint32_t thrown_away : 31 = 0;  // bytes read since it was
};

using StreamList =
    boost::intrusive::list<StreamPlace,
                           boost::intrusive::member_hook<StreamPlace, StreamPlace::Hook, &StreamPlace::hook>,
                           boost::intrusive::constant_time_size<false>>;

}  // namespace nut::pro
