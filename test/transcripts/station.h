// Station: one node of a scene with its place on the hub: what it sends and what its state machine tells goes
// into the transcript. Owned by the stage; executor, hub and transcript outlive it.
#pragma once

#include "stack/link/hub_port.h"
#include "stack/node/node.h"
#include "test/transcripts/faulty_wire.h"
#include "test/transcripts/flow_book.h"
#include "test/transcripts/transcript.h"

namespace nut::transcripts {

class Station {
 public:
  // `way`: "a > b", in front of what it sends.
  Station(os::Executor& executor, link::Hub& hub, Transcript& transcript, FlowBook& flows,
          const node::NodeOptions& options, const link::HubPortOptions& cable, std::string way);

  const std::string& name() const { return name_; }
  node::Node& node() { return node_; }
  tcp::Engine& tcp() { return node_.tcp(); }
  FaultyWire& wire() { return wire_; }
  link::HubPort& port() { return port_; }
  const Statistics& statistics() const { return statistics_; }
  wire::Ipv4Address address() const { return address_; }
  // Counters are told from here on.
  void Begin() { before_ = statistics_; }
  // What it has counted since, and what it knows about its connections and listeners, into the transcript.
  void TellCounters();
  void TellSockets();

 private:
  // What the state machine says about a connection: its transitions, and when it is let go.
  class StateLog final : public Log {
   public:
    explicit StateLog(Station& station) : station_(station) {}
    bool Wants(LogLevel level, std::string_view module) const override {
      return module == "tcp" && level >= LogLevel::kDebug;
    }
    void Write(LogLevel level, std::string_view module, std::string_view text) override;

   private:
    Station& station_;
  };

  size_t FlowNumber(uint16_t own_port, uint16_t other_port) const;
  void TellConnection(const tcp::ConnectionListing& listing);

  const std::string name_;
  const wire::Ipv4Address address_;
  Transcript& transcript_;
  FlowBook& flows_;
  Statistics statistics_, before_;
  link::FramePool frames_;
  StateLog log_{*this};
  link::HubPort port_;
  FaultyWire wire_;
  node::Node node_;
};

}  // namespace nut::transcripts
