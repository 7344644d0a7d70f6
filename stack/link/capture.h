// Capture: the recording of one node as a pcapng stream with several interfaces: "n1/wire", where a
// CaptureDevice records every frame, and whatever else records here later ("n1/stack"). Stamps are those of
// the node's clock. Owned by the program; sink, timers, statistics and log outlive it. Called from the node's
// threads and timers.
//
// Frames wait for a moment (CaptureOptions::hold) before they are written, in order, so that the reason for
// which the stack drops one becomes that packet's comment. They are written by a timer when their time is
// over, at once when too many wait, and on Flush and Close.
//
// A sink that fails (disk full, reader gone) never stops the node: the capture goes quiet, says so once in
// the log, and counts (kCaptureFramesLost). Restart begins a new stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/frame.h"
#include "stack/link/pcapng_writer.h"
#include "stack/link/pending_records.h"
#include "stack/os/timer.h"

namespace nut::link {

struct CaptureOptions {
  uint32_t snap_length = 0;  // bytes kept of each frame; 0: all
  Duration hold = 20ms;      // how long a frame waits for comments, at most; at least half as long
  size_t pending_records = 4096;
  size_t pending_bytes = 8 * 1024 * 1024;
  size_t comment_bytes = 1024;  // of all comments on one frame; later ones are let go
  bool commented_only = false;  // write only frames that were dropped or changed
  std::string application = "Nut/Net";
};

class Capture {
 public:
  using Interface = uint32_t;

  static constexpr uint64_t kNotRecorded = UINT64_MAX;

  // Begins the stream.
  Capture(ByteSink& sink, os::TimerQueue& timers, Statistics& statistics, Log& log,
          CaptureOptions options = {});
  ~Capture();  // closes
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // `name` as people see it: "n1/wire". May come when recording has begun.
  Interface AddInterface(std::string_view name, std::string_view description = {});

  // Records the frame as it is now, with its transport checksum finished if that was left to the device; a
  // super-segment stays one record. Gives the ticket for comments, never 0; kNotRecorded when closed or
  // failed.
  uint64_t Record(Interface interface, Direction direction, const Frame& frame);

  // Adds to the frame's comment, behind "; ". Too late, or too long: counted as kCaptureCommentsLost.
  // Tickets 0 and kNotRecorded are nobody's.
  void Comment(uint64_t ticket, std::string_view text);

  // Writes everything that waits.
  void Flush();

  // Flushes, writes what each interface saw, and ends the stream. What is recorded afterwards is let go.
  void Close();

  // Begins a new stream with the same interfaces; for a sink that was opened anew. What waits goes into it.
  void Restart();

  // Whether frames are being written.
  bool recording() const { return open_ && !writer_.failed(); }

 private:
  struct InterfaceState {
    std::string name;
    std::string description;
    uint64_t recorded = 0;
    uint64_t lost = 0;
  };

  void Begin();
  void Describe(const InterfaceState& interface);
  void MakeRoom(size_t bytes);
  void WriteHeld();
  void WriteFront();
  void Settle();
  Instant Now() const { return timers_.clock().Now(); }

  os::TimerQueue& timers_;
  Statistics& statistics_;
  Log& log_;
  const CaptureOptions options_;
  PcapngWriter writer_;
  std::vector<InterfaceState> interfaces_;
  PendingRecords pending_;
  os::Timer hold_timer_;
  bool open_ = true;
  bool complained_ = false;
};

}  // namespace nut::link
