#include "stack/link/capture.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/link/checksum_offload.h"

namespace nut::link {

Capture::Capture(ByteSink& sink, os::TimerQueue& timers, Statistics& statistics, Log& log,
                 CaptureOptions options)
    : timers_(timers),
      statistics_(statistics),
      log_(log),
      options_(std::move(options)),
      writer_(sink),
      hold_timer_(
          timers, [this] { WriteHeld(); }, "capture") {
  Begin();
}

Capture::~Capture() { Close(); }

void Capture::Begin() {
  writer_.BeginSection(options_.application);
  for (const InterfaceState& interface : interfaces_) Describe(interface);
  // A reader of a FIFO waits for these before it shows anything.
  writer_.Flush();
}

void Capture::Describe(const InterfaceState& interface) {
  writer_.AddInterface(
      {.name = interface.name, .description = interface.description, .snap_length = options_.snap_length});
}

Capture::Interface Capture::AddInterface(std::string_view name, std::string_view description) {
  interfaces_.push_back({.name = std::string(name), .description = std::string(description)});
  Describe(interfaces_.back());
  writer_.Flush();
  return static_cast<Interface>(interfaces_.size() - 1);
}

uint64_t Capture::Record(Interface interface, Direction direction, const Frame& frame) {
  NUT_INVARIANT(interface < interfaces_.size(), "a frame was recorded on an interface that does not exist");
  if (!open_) return kNotRecorded;
  InterfaceState& state = interfaces_[interface];
  if (writer_.failed()) {
    ++state.lost;
    statistics_.Add(Counter::kCaptureFramesLost);
    return kNotRecorded;
  }
  const size_t size = frame.total_size();
  const size_t kept = options_.snap_length == 0 ? size : std::min<size_t>(options_.snap_length, size);
  MakeRoom(kept);
  auto [ticket, bytes] = pending_.Push(
      {.interface = interface, .direction = direction, .time = Now(), .original_size = size, .comment = {}},
      frame.data().first(std::min(kept, frame.size())));
  for (const Slice& slice : frame.tail()) {
    bytes = pending_.Extend(slice.bytes.first(std::min(kept - bytes.size(), slice.bytes.size())));
  }
  if (frame.checksum.state == ChecksumState::kPartial && ChecksumOffloadIsSound(frame)) {
    const size_t place = size_t{frame.checksum.start} + frame.checksum.offset;
    if (place + sizeof(uint16_t) <= kept) StoreBe16(bytes.data() + place, FinishedChecksum(frame));
  }
  ++state.recorded;
  statistics_.Add(Counter::kCaptureFrames);
  if (!hold_timer_.armed()) hold_timer_.StartAfter(options_.hold);
  return ticket;
}

void Capture::Comment(uint64_t ticket, std::string_view text) {
  if (ticket == 0 || ticket == kNotRecorded || text.empty()) return;
  PendingRecords::Record* const record = pending_.Find(ticket);
  if (record == nullptr || record->comment.size() + text.size() > options_.comment_bytes) {
    statistics_.Add(Counter::kCaptureCommentsLost);
    return;
  }
  if (!record->comment.empty()) record->comment += "; ";
  record->comment += text;
}

void Capture::MakeRoom(size_t bytes) {
  if (pending_.count() < options_.pending_records && pending_.bytes() + bytes <= options_.pending_bytes)
    return;
  // The older half goes, the younger keeps its chance of comments.
  const size_t records = options_.pending_records / 2;
  const size_t rest = options_.pending_bytes / 2;
  while (!pending_.empty() && (pending_.count() > records || pending_.bytes() + bytes > rest)) WriteFront();
  Settle();
}

void Capture::WriteHeld() {
  // Those that have waited half of their time go along, so that a steady stream is written some hundred times
  // a second and not frame by frame.
  const Instant now = Now();
  while (!pending_.empty() && After(pending_.front().time, options_.hold / 2) <= now) WriteFront();
  Settle();
  if (!pending_.empty()) hold_timer_.StartAt(After(pending_.front().time, options_.hold));
}

void Capture::WriteFront() {
  const PendingRecords::Record& record = pending_.front();
  if (!options_.commented_only || !record.comment.empty()) {
    if (writer_.failed()) {
      ++interfaces_[record.interface].lost;
      statistics_.Add(Counter::kCaptureFramesLost);
    }
    writer_.WritePacket({.interface = record.interface,
                         .direction = record.direction,
                         .unix_time = timers_.clock().UnixTime(record.time),
                         .bytes = pending_.front_bytes(),
                         .original_size = record.original_size,
                         .comment = record.comment});
  }
  pending_.Pop();
}

// Hands what was written to the sink, and says it if the sink has gone.
void Capture::Settle() {
  writer_.Flush();
  if (!writer_.failed() || complained_) return;
  complained_ = true;
  log_.Print(LogLevel::kWarning, "capture",
             "the capture cannot be written any more; the node goes on without it");
}

void Capture::Flush() {
  while (!pending_.empty()) WriteFront();
  hold_timer_.Stop();
  Settle();
}

void Capture::Close() {
  if (!open_) return;
  while (!pending_.empty()) WriteFront();
  hold_timer_.Stop();
  for (Interface i = 0; i < interfaces_.size(); ++i) {
    const InterfaceState& interface = interfaces_[i];
    writer_.WriteStatistics(i, timers_.clock().UnixTime(Now()), interface.recorded, interface.lost);
  }
  Settle();
  open_ = false;
}

void Capture::Restart() {
  writer_.Reset();
  complained_ = false;
  open_ = true;
  Begin();
}

}  // namespace nut::link
