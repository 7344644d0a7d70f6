#include "apps/storm_service/storm_service.h"

#include "apps/storm/parameters.h"
#include "stack/pro/server/stream_service.h"
#include "stack/pro/services/port_service.h"
#include "stack/socket/buffered_stream.h"

namespace nut::storm {
namespace {

// How long connections without an owner are kept: longer than a peer that is there can be silent.
constexpr Duration kOrphans = 8s;

class Counted {
 public:
  explicit Counted(size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  size_t& count_;
};

class Conversations final : public pro::StreamService {
 public:
  explicit Conversations(NodeStorm& storm) : storm_(storm) {}

  Result<pro::Next> Serve(pro::ServerStream& stream) override {
    const Counted counted(count_);
    socket::BufferedStream lines(stream);
    for (;;) {
      const auto line = lines.ReadLine();
      std::string answer;
      if (line.has_value()) {
        if (!line->has_value()) return pro::Next::kDone;
        answer = storm_.Execute(**line, count_);
      } else if (line.error() == Error::kMessageTooLong) {
        answer = "error: the line is too long";
      } else {
        return Fail(line.error());
      }
      if (auto written = lines.Print("{}\n", answer); !written) return Fail(written.error());
      if (auto flushed = lines.Flush(); !flushed) return Fail(flushed.error());
    }
  }

 private:
  NodeStorm& storm_;
  size_t count_ = 0;
};

class StormService final : public pro::Service {
 public:
  StormService(const pro::ServiceContext& context, wire::Port port, NodeStorm& storm)
      : storm_(storm),
        port_service_(context, std::string(kServiceName), port, std::make_unique<Conversations>(storm)) {}

  Result<void> Start() override { return port_service_.Start(); }
  void Stop() override {
    storm_.Stop();
    port_service_.Stop();
  }

 private:
  NodeStorm& storm_;
  pro::PortService port_service_;
};

}  // namespace

void PrepareNode(node::NodeOptions& options) {
  options.tcp = StormParameters(Patience::kSeconds);
  // The ports of connections that vanish are used again when nobody can remember them: soon, or a storm of
  // millions waits for ports.
  options.tcp.linger_orphan = kOrphans;
  options.tcp.fin_wait_2_orphan = kOrphans;
  constexpr unsigned kNoLimitOfPractice = 10'000'000;
  options.engine.resets_per_second = kNoLimitOfPractice;
}

std::unique_ptr<pro::Service> MakeStormService(const pro::ServiceContext& context, wire::Port port,
                                               NodeStorm& storm) {
  return std::make_unique<StormService>(context, port, storm);
}

}  // namespace nut::storm
