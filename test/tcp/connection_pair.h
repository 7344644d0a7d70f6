// ConnectionPair: two Connections, a client and a server, and between them a network that loses, doubles and
// delays segments by a seed. Virtual time; CheckInvariants after every step. One object is one run.
#pragma once

#include <functional>
#include <memory>
#include <queue>

#include "stack/base/rng.h"
#include "stack/tcp/connection.h"
#include "test/tcp/segment_value.h"

namespace nut::tcp {

struct PairOptions {
  std::string seed = "1";
  double loss = 0;
  double duplicate = 0;
  Duration delay = 5ms;
  Duration jitter{};  // uniform, on top: reorders
  bool segmentation = false;
  size_t path_mtu = 1500;
  uint32_t client_isn = 0xffff'f000;  // the numbers wrap early
  uint32_t server_isn = 0x7fff'ff00;
  Parameters client;
  Parameters server;
};

class ConnectionPair {
 public:
  explicit ConnectionPair(const PairOptions& options);

  Connection& client() { return *ends_[0]; }
  // Exists once the SYN has arrived.
  Connection* server() { return ends_[1].get(); }
  bool has_server() const { return ends_[1] != nullptr; }

  // Called before each step with the present time: what the applications do.
  std::function<void(Instant)> application = [](Instant) {};
  // False loses the segment, on top of chance. `to`: 0 the client, 1 the server.
  std::function<bool(int to, const SegmentValue&)> filter = [](int, const SegmentValue&) { return true; };

  // Told of each segment that arrives. `to`: as above.
  std::function<void(int to, const SegmentValue&)> landed = [](int, const SegmentValue&) {};

  // Runs until `done` says so. False when time passes `limit` or nothing can ever happen any more.
  bool RunUntil(const std::function<bool()>& done, Duration limit);
  // Runs for a length of time.
  void RunFor(Duration length);

  Instant now() const { return now_; }
  uint64_t segments() const { return order_; }
  Statistics& statistics() { return statistics_; }

 private:
  struct Flying {
    Instant at;
    uint64_t order;
    int to;
    SegmentValue segment;
    bool operator>(const Flying& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void Collect();
  void Launch(int to, const SegmentValue& segment);
  void Land(const Flying& flying);
  void Check();
  Instant NextEvent() const;
  void StepTo(Instant at);

  PairOptions options_;
  Rng chance_;
  Statistics statistics_;
  std::unique_ptr<Connection> ends_[2];
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> air_;
  uint64_t order_ = 0;
  Instant now_{};
};

}  // namespace nut::tcp
