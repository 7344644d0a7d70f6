#include "test/explore/segment_tap.h"

#include <fstream>

#include "stack/wire/printer.h"

namespace nut::explore {

// The file, if one is wanted. What cannot be written is not: the run is what matters.
class SegmentTap::Capture final : private link::ByteSink {
 public:
  Capture(const Clock& clock, const std::string& path)
      : clock_(clock), file_(path, std::ios::binary), writer_(*this) {
    writer_.BeginSection("nutexplore");
    writer_.AddInterface({.name = "a"});
    writer_.AddInterface({.name = "b"});
    writer_.AddInterface({.name = "others"});
  }

  void Record(Instant now, uint32_t port, ByteView bytes) {
    writer_.WritePacket({.interface = std::min(port, 2u),
                         .direction = link::Direction::kTransmit,
                         .unix_time = clock_.UnixTime(now),
                         .bytes = bytes,
                         .original_size = bytes.size()});
    writer_.Flush();  // the process may not live to do it later
  }

 private:
  bool Write(ByteView bytes) override {
    file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    file_.flush();
    return file_.good();
  }

  const Clock& clock_;
  std::ofstream file_;
  link::PcapngWriter writer_;
};

SegmentTap::SegmentTap(const Clock& clock, ConnectionBooks& books, WireWatch& wire, Stage& stage,
                       std::function<void()> on_frame, const std::string& pcapng)
    : books_(books), wire_(wire), stage_(stage), on_frame_(std::move(on_frame)) {
  if (!pcapng.empty()) capture_ = std::make_unique<Capture>(clock, pcapng);
}

SegmentTap::~SegmentTap() = default;

void SegmentTap::OnFrame(Instant now, uint32_t port, const link::Frame& frame) {
  static constexpr char kNodes[] = {'a', 'b', 0};
  const char from = kNodes[std::min(port, 2u)];
  hash_.OnFrame(now, port, frame);
  if (capture_) capture_->Record(now, port, frame.data());
  if (stage_.heard()) {
    stage_.Tell(StoryEvent::Kind::kFrame, from == 0 ? std::string_view() : std::string_view(&from, 1),
                wire::Describe(frame.data()),
                from == 'a'   ? "b"
                : from == 'b' ? "a"
                              : "");
  }
  books_.Look(now);
  wire_.OnFrame(from, frame.data());
  on_frame_();
}

}  // namespace nut::explore
