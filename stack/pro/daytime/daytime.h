// Daytime (RFC 867): the date and time as a line of text, in UTC: "Friday, January 10, 2014 00:00:00-UTC".
#pragma once

#include <string>

#include "stack/base/clock.h"
#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

// `unix_time` since 1970-01-01 UTC. In the popular form that RFC 867 shows, ended by CR LF.
std::string DaytimeLine(Duration unix_time);

// Says the time and is done; what the client sends is not read.
class DaytimeStream final : public StreamService {
 public:
  explicit DaytimeStream(const Clock& clock) : clock_(clock) {}
  Result<Next> Serve(ServerStream& stream) override;

 private:
  const Clock& clock_;
};

class DaytimeDatagram final : public DatagramService {
 public:
  explicit DaytimeDatagram(const Clock& clock) : clock_(clock) {}
  std::optional<ByteView> Answer(ByteView request) override;

 private:
  const Clock& clock_;
  std::string line_;
};

}  // namespace nut::pro
