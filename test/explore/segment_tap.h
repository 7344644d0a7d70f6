// SegmentTap: sees every frame on the world's wire: for the hash of the run, for the oracles, for the story
// and for the capture. Owned by the world; outlives the sites.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "stack/base/clock.h"
#include "stack/link/hub.h"
#include "stack/link/pcapng_writer.h"
#include "stack/link/trace_hash.h"
#include "test/explore/oracles/connection_books.h"
#include "test/explore/oracles/wire_watch.h"
#include "test/explore/stage.h"

namespace nut::explore {

class SegmentTap final : public link::HubObserver {
 public:
  // `on_frame`: called when everything is noted. `pcapng`: the path of a capture to write, or empty.
  SegmentTap(const Clock& clock, ConnectionBooks& books, WireWatch& wire, Stage& stage,
             std::function<void()> on_frame, const std::string& pcapng);
  ~SegmentTap() override;

  // Port 0 is node a's, 1 node b's; others are nobody's in particular.
  void OnFrame(Instant now, uint32_t port, const link::Frame& frame) override;

  uint64_t hash() const { return hash_.value(); }

 private:
  class Capture;

  ConnectionBooks& books_;
  WireWatch& wire_;
  Stage& stage_;
  std::function<void()> on_frame_;
  link::TraceHash hash_;
  std::unique_ptr<Capture> capture_;  // null: none
};

}  // namespace nut::explore
