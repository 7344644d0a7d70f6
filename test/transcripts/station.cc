#include "test/transcripts/station.h"

#include <fmt/format.h>

#include "test/transcripts/frame_line.h"

namespace nut::transcripts {
namespace {

// Microseconds with three digits of a millisecond: "2.5 ms", "0 ms".
std::string Millis(Duration length) {
  std::string text = fmt::format("{}.{:03}", ToMicros(length) / 1000, ToMicros(length) % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " ms";
}

class Fields {
 public:
  template <typename Value>
  void Add(std::string_view name, const Value& value) {
    text_ += fmt::format(" {} {}", name, value);
  }
  // What is mostly 0 is told only if it is not.
  template <typename Value>
  void AddUnlessZero(std::string_view name, const Value& value) {
    if (value != Value{}) Add(name, value);
  }
  void Mark(std::string_view name, bool set) {
    if (set) text_ += fmt::format(" {}", name);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

Station::Station(os::Executor& executor, link::Hub& hub, Transcript& transcript, FlowBook& flows,
                 const node::NodeOptions& options, const link::HubPortOptions& cable, std::string way)
    : name_(options.name),
      address_(options.address.address()),
      transcript_(transcript),
      flows_(flows),
      port_(hub, options.name, frames_, statistics_, cable),
      wire_(port_, executor.timers(), frames_,
            [this, way](const link::Frame& frame, std::string_view fate) {
              if (const auto line =
                      FrameLine(frame.data(), flows_, frame.checksum.state == link::ChecksumState::kPartial))
                transcript_.AddPacket(way, *line + std::string(fate));
            }),
      node_({executor, wire_, frames_, statistics_, log_}, options) {}

size_t Station::FlowNumber(uint16_t own_port, uint16_t other_port) const {
  const bool low = name_ == "a";
  const auto* entry = low ? flows_.Find(own_port, other_port) : flows_.Find(other_port, own_port);
  return entry == nullptr ? 0 : entry->number;
}

// "198.19.0.10:40000 > 198.19.0.20:80 WHAT": the ends become the flow's number.
void Station::StateLog::Write(LogLevel, std::string_view, std::string_view text) {
  uint16_t ports[2] = {};
  size_t at = 0;
  for (uint16_t& port : ports) {
    for (at = text.find(':', at) + 1; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      port = static_cast<uint16_t>(port * 10 + (text[at] - '0'));
    }
  }
  const size_t flow = station_.FlowNumber(ports[0], ports[1]);
  const std::string number = flow == 1 ? "" : flow == 0 ? "#new " : fmt::format("#{} ", flow);
  station_.transcript_.Add(station_.name_, fmt::format("({}{})", number, text.substr(at + 1)));
}

void Station::TellConnection(const tcp::ConnectionListing& listing) {
  const tcp::ConnectionInfo& info = listing.info;
  const Instant now = node_.tcp().executor().Now();
  Fields fields;
  const uint32_t snd = info.iss, rcv = info.irs;
  fields.Add("una", info.snd_una - snd);
  fields.Add("nxt", info.snd_nxt - snd);
  fields.Add("wnd", info.snd_wnd);
  fields.AddUnlessZero("queued", info.send_queue);
  fields.Add("mss", info.send_mss);
  fields.Add("| rcv", info.rcv_nxt - rcv);
  fields.Add("wnd", info.rcv_wnd);
  fields.AddUnlessZero("unread", info.receive_queue);
  fields.AddUnlessZero("behind a gap", info.out_of_order);
  fields.Add("| cwnd", info.cwnd);
  if (info.ssthresh < (1u << 30)) fields.Add("ssthresh", info.ssthresh);
  fields.AddUnlessZero("pipe", info.pipe);
  fields.AddUnlessZero("sacked", info.sacked);
  fields.AddUnlessZero("lost", info.lost);
  fields.Add("| srtt", Millis(info.srtt));
  fields.Add("rttvar", Millis(info.rttvar));
  fields.Add("rto", Millis(info.rto));
  fields.AddUnlessZero("backoff", info.backoff);
  if (!info.timer.empty()) fields.Add(fmt::format("{} in", info.timer), Millis(info.timer_left));
  fields.Add("| wscale", fmt::format("{}/{}", info.snd_wscale, info.rcv_wscale));
  fields.Mark("ts", info.timestamps);
  fields.Mark("sack", info.sack);
  fields.Mark("ecn", info.ecn);
  fields.Add("| sent", info.bytes_sent);
  fields.Add("acked", info.bytes_acked);
  fields.Add("received", info.bytes_received);
  fields.Add("segments", fmt::format("{} out {} in", info.segments_out, info.segments_in));
  fields.AddUnlessZero("again", info.retransmits);
  fields.Add("opened", Millis(now - info.opened) + " ago");
  fields.Add("active", Millis(now - info.last_activity) + " ago");
  fields.Mark("| owner " + listing.owner, !listing.owner.empty());
  const size_t flow = FlowNumber(info.ends.local.port.number(), info.ends.remote.port.number());
  transcript_.Add(name_, fmt::format("= {}{}{}", flow == 1 ? "" : fmt::format("#{} ", flow),
                                     NameOf(info.state), fields.text()));
}

void Station::TellSockets() {
  const tcp::EngineSnapshot snapshot = node_.tcp().Snapshot();
  for (const tcp::ListenerListing& listing : snapshot.listeners) {
    transcript_.Add(name_, fmt::format("= listens on {}: {} of {} handshakes, {} of {} to be accepted",
                                       listing.local.port.number(), listing.syn_queue, listing.syn_limit,
                                       listing.accept_queue, listing.accept_limit));
  }
  for (const tcp::ConnectionListing& listing : snapshot.connections) TellConnection(listing);
  if (node_.tcp().time_wait_count() > 0)
    transcript_.Add(name_, fmt::format("= {} in TIME-WAIT", node_.tcp().time_wait_count()));
}

void Station::TellCounters() {
  std::string text;
  for (size_t i = 0; i < kCounterCount; ++i) {
    const auto counter = static_cast<Counter>(i);
    const std::string_view name = NameOf(counter);
    const uint64_t count = statistics_[counter] - before_[counter];
    if (count > 0 && (name.starts_with("Tcp") || name.starts_with("Icmp")))
      text += fmt::format(", {} {}", name, count);
  }
  if (!text.empty()) transcript_.Add(name_, "counted " + text.substr(2));
  text.clear();
  for (size_t i = 0; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    const uint64_t count = statistics_[reason] - before_[reason];
    if (count > 0) text += fmt::format(", {} ({})", NameOf(reason), count);
  }
  if (!text.empty()) transcript_.Add(name_, "dropped " + text.substr(2));
}

}  // namespace nut::transcripts
