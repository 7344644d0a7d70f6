// Stage: where a scene is played: node "a", and beside it node "b" or the scripted peer "p", on one hub under
// virtual time, with the programs on them and the transcript of it all. Made for one scene; used by one
// thread of the host.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "stack/link/hub.h"
#include "test/transcripts/peer.h"
#include "test/transcripts/program.h"
#include "tools/packets/frame_writer.h"

namespace nut::transcripts {

struct StageOptions {
  bool scripted_peer = false;
  std::string seed = "transcripts";
  node::NodeOptions node[2];                   // profile, parameters of TCP, MTU; of "a" and of "b"
  link::HubPortOptions cable{.latency = 1ms};  // each way; 0 to a peer
};

class Stage {
 public:
  explicit Stage(const StageOptions& options);
  // Calls that wait are given up; connections go with their node.
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Transcript& transcript() { return transcript_; }
  FlowBook& flows() { return flows_; }
  Station& a() { return *a_; }
  Station* b() { return b_.get(); }  // null with a scripted peer
  // The station of that letter; null: there is none.
  Station* Find(char letter);

  void RunFor(Duration length) { executor_.RunUntil(After(clock_.Now(), length)); }
  // The program of that name, "a" or "a.reader", which begins with its first call; null: no such station.
  Program* ProgramOf(const std::string& name);
  // The peer says it, without waiting for an answer. Ports that `packet` leaves open are these.
  void Say(const packets::Packet& packet, uint16_t peer_port, uint16_t node_port);
  // Everybody's sockets, and what was counted.
  void TellSockets();
  void TellCounters();

 private:
  node::NodeOptions OptionsOf(const StageOptions& options, bool second) const;
  void Settle();

  VirtualClock clock_;
  os::Executor executor_;
  Transcript transcript_;
  FlowBook flows_;
  link::Hub hub_;
  std::unique_ptr<Station> a_, b_;
  std::unique_ptr<Peer> peer_;
  std::map<std::string, std::unique_ptr<Program>> programs_;
  uint16_t ip_id_ = 1;
};

}  // namespace nut::transcripts
