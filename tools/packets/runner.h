// Runner: plays one script against one node. Made for one script and one run; used by one thread of the host.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tools/packets/application.h"
#include "tools/packets/flow.h"
#include "tools/packets/frame_reader.h"
#include "tools/packets/frame_writer.h"
#include "tools/packets/recording.h"
#include "tools/packets/script.h"
#include "tools/packets/world.h"

namespace nut::packets {

class Runner {
 public:
  // `recording` gets every frame, if it is not null. ScriptError when the node cannot be built.
  explicit Runner(const Script& script, Recording* recording = nullptr);

  // Calls that still wait refer to the application's sockets.
  ~Runner() { world_.EndThreads(); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // All events in order. ScriptError at the first that is not as the script says.
  void Run();

  // What passed the wire so far, one line each.
  const std::vector<std::string>& story() const { return story_; }

 private:
  void Inject(const Event& event, bool run);
  void Expect(const Event& event);
  void Call(const Event& event);

  // Calls that are the runner's own; false: it is none of them.
  bool CallHere(const Event& event, Arguments& arguments);
  void SwitchFlow(Arguments& arguments);
  void BeQuiet(const Event& event, Duration length);
  void ExpectState(const Event& event, Arguments& arguments);
  void ExpectNumber(const Event& event, const std::string& name, Arguments& arguments);
  void ExpectDrop(const Event& event, Arguments& arguments);
  void CheckOutcome(const Event& event, const Outcome& outcome, const std::vector<std::string>& result);
  void CheckText(const Event& event, const Outcome& outcome);

  Duration DueAt(const Event& event) const {
    return event.when.kind == When::Kind::kAbsolute ? event.when.from : last_ + event.when.from;
  }
  Route RouteOf(const Flow& flow);
  ReadPacket Read(const SentFrame& frame, bool as_raw, Flow** flow);
  Flow* FlowOf(const ReadPacket& read);
  void Judge(const Event& event, const SentFrame& frame, Duration earliest, Duration latest);
  void CheckQuote(const Event& event, const ReadPacket& read) const;
  void Tell(Duration time, std::string_view direction, const std::string& text);
  std::string Dropped() const;
  [[noreturn]] void Fail(const Event& event, const std::string& message) const;

  const Script& script_;
  Recording* const recording_;
  World world_;
  Application application_;
  std::map<std::string, Flow> flows_;
  Flow* flow_;       // the one that lines speak of
  Duration last_{};  // the script's time of the event before
  uint16_t ip_id_ = 1;
  Statistics before_;           // as of the last injected packet
  std::deque<Bytes> injected_;  // the latest, as IP packets
  std::vector<std::string> story_;
};

}  // namespace nut::packets
