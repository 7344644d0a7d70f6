// TelnetService: the command server on port 23. Prints a greeting and a prompt, runs one command a line,
// until the client says quit or ends. Works with telnet and with nc.
#pragma once

#include "stack/pro/inspect/inspector.h"
#include "stack/pro/server/stream_service.h"
#include "stack/pro/telnet/commands.h"

namespace nut::pro {

struct TelnetOptions {
  size_t maximum_line = 256;  // characters
  CommandLimits commands;
};

class TelnetService final : public StreamService {
 public:
  // `inspector` outlives the service.
  explicit TelnetService(const Inspector& inspector, TelnetOptions options = {})
      : inspector_(inspector), options_(options) {}

  Result<Next> Serve(ServerStream& stream) override;

 private:
  const Inspector& inspector_;
  const TelnetOptions options_;
};

}  // namespace nut::pro
