#include "tools/packets/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/packets/frame_writer.h"
#include "tools/packets/matcher.h"
#include "tools/packets/segment_text.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

// How long `*` waits for a packet: keep-alive takes hours.
constexpr Duration kLongestWait = 24h;
constexpr size_t kKeptPackets = 64;
constexpr size_t kToldLines = 12;

std::string TimeText(Duration time) { return fmt::format("{:.6f}", ToSeconds(time)); }

std::string EndsText(const ReadPacket& read) {
  const IpPart& ip = read.packet.ip;
  if (!ip.source) return "";
  return fmt::format("{}:{} > {}:{}", ip.source->ToText(), read.source_port, ip.destination->ToText(),
                     read.destination_port);
}

}  // namespace

Runner::Runner(const Script& script, Recording* recording)
    : script_(script), recording_(recording), world_(script), application_(world_, script.peer) {
  Flow& main = flows_["main"];
  main.peer = script.peer;
  main.node = world_.node().options().address.address();
  flow_ = &main;
}

void Runner::Run() {
  for (size_t i = 0; i < script_.events.size(); ++i) {
    const Event& event = script_.events[i];
    const bool more =
        i + 1 < script_.events.size() && script_.events[i + 1].when.kind == When::Kind::kTogether;
    switch (event.kind) {
      case Event::Kind::kInject: Inject(event, !more); break;
      case Event::Kind::kExpect: Expect(event); break;
      case Event::Kind::kCall: Call(event); break;
    }
  }
  world_.Run();
  if (world_.wire().sent().empty()) return;
  Event end;
  end.place = {script_.file, script_.events.empty() ? 0 : script_.events.back().place.line};
  end.text = "the end";
  end.packet.protocol = Protocol::kAnything;
  const SentFrame frame = world_.wire().sent().front();
  Flow* flow = nullptr;
  const ReadPacket read = Read(frame, false, &flow);
  Fail(end, fmt::format("behind the script's end the node has sent\n  {} > {}",
                        TimeText(world_.TimeOf(frame.time)), PrintPacket(read.packet)));
}

Route Runner::RouteOf(const Flow& flow) {
  Route route;
  route.source_mac = script_.peer_mac;
  route.destination_mac = world_.node().mac();
  route.source = flow.peer;
  route.destination = flow.node;
  route.source_port = flow.peer_port;
  route.destination_port = flow.node_port.value_or(0);
  route.bases = flow.peer_bases();
  route.ip_id = ip_id_;
  return route;
}

void Runner::Inject(const Event& event, bool run) {
  if (event.when.kind != When::Kind::kTogether) {
    last_ = DueAt(event);
    world_.RunUntil(last_);
    before_ = world_.statistics();
  }
  const Packet& packet = event.packet;
  // All slices of one packet share its identification; others get their own.
  if (!packet.slice) ++ip_id_;
  const Bytes frame = WriteFrame(packet, RouteOf(*flow_));
  if (packet.protocol == Protocol::kTcp && packet.payload) flow_->spelled = true;
  injected_.emplace_back(frame.begin() + 14, frame.end());
  if (injected_.size() > kKeptPackets) injected_.pop_front();
  Tell(last_, "<", event.text.substr(event.text.find('<') + 1));
  if (recording_ != nullptr) recording_->Add(link::Direction::kReceive, last_, frame, event.place.ToText());
  if (!world_.wire().Bring(frame)) Fail(event, "the frame is longer than any");
  if (run) world_.Run();
}

Flow* Runner::FlowOf(const ReadPacket& read) {
  const auto fits = [&](const Flow& flow) {
    if (read.packet.ip.destination != flow.peer || read.destination_port != flow.peer_port) return false;
    // A connection whose port the node has yet to choose: its SYN says it.
    return flow.node_port ? *flow.node_port == read.source_port : (*read.packet.tcp.flags & kSyn) != 0;
  };
  if (fits(*flow_)) return flow_;
  for (auto& [name, flow] : flows_) {
    if (fits(flow)) return &flow;
  }
  return nullptr;
}

ReadPacket Runner::Read(const SentFrame& frame, bool as_raw, Flow** flow) {
  ReadPacket read = ReadFrame(frame.bytes, as_raw);
  if (read.packet.protocol == Protocol::kTcp) {
    *flow = FlowOf(read);
    if (*flow != nullptr) {
      (*flow)->Learn(read.packet);
      if (!(*flow)->node_port) (*flow)->node_port = read.source_port;
    }
    MakeRelative(read.packet, (*flow == nullptr ? flow_ : *flow)->node_bases());
  }
  if (read.packet.quoted) MakeRelative(*read.packet.quoted, flow_->peer_bases());
  return read;
}

void Runner::Expect(const Event& event) {
  const bool any_time = event.when.kind == When::Kind::kAny;
  if (event.packet.protocol == Protocol::kAnything) {
    if (!any_time) last_ = DueAt(event);
    world_.RunUntil(std::max(last_, world_.Now()));
    for (const SentFrame& frame : world_.wire().sent()) {
      Flow* flow = nullptr;
      const ReadPacket read = Read(frame, false, &flow);
      Tell(world_.TimeOf(frame.time), ">", " " + PrintPacket(read.packet));
    }
    world_.wire().sent().clear();
    return;
  }
  const Duration due = DueAt(event);
  const Duration earliest = any_time ? Duration::min() : due - script_.tolerance;
  const Duration latest =
      any_time ? world_.Now() + kLongestWait : due + (event.when.to - event.when.from) + script_.tolerance;
  if (!world_.RunToPacket(latest)) {
    Fail(event, fmt::format("nothing was sent\n  expected  {} > {}", TimeText(any_time ? last_ : due),
                            event.text.substr(event.text.find('>') + 1)));
  }
  const SentFrame frame = std::move(world_.wire().sent().front());
  world_.wire().sent().pop_front();
  Judge(event, frame, earliest, latest);
  last_ = any_time || event.when.from != event.when.to ? world_.TimeOf(frame.time) : due;
}

void Runner::Judge(const Event& event, const SentFrame& frame, Duration earliest, Duration latest) {
  Flow* flow = nullptr;
  const ReadPacket read = Read(frame, event.packet.protocol == Protocol::kRaw, &flow);
  const Duration time = world_.TimeOf(frame.time);
  const std::string got = fmt::format("{} > {}", TimeText(time), PrintPacket(read.packet));
  Tell(time, ">", " " + PrintPacket(read.packet));
  if (recording_ != nullptr)
    recording_->Add(link::Direction::kTransmit, time, frame.bytes, event.place.ToText());

  std::string faults;
  if (!read.fault.empty()) faults += "\n    the packet has " + read.fault;
  if (time < earliest || time > latest) {
    faults += fmt::format("\n    time: expected {}, got {}", TimeText(earliest + script_.tolerance),
                          TimeText(time));
  }
  const bool placed = event.packet.ip.destination.has_value();
  if (read.packet.protocol == Protocol::kTcp && flow != flow_ && !placed) {
    faults += flow == nullptr ? fmt::format("\n    it belongs to no flow: {}", EndsText(read))
                              : fmt::format("\n    it belongs to flow {}", flow->name);
  }
  for (const Difference& one : Compare(event.packet, read.packet, flow)) {
    faults += fmt::format("\n    {}: expected {}, got {}", one.what, one.expected, one.got);
  }
  if (!faults.empty()) {
    Fail(event, fmt::format("the node sent another packet than expected\n  expected  {}\n  got       {}{}",
                            event.text, got, faults));
  }
  CheckQuote(event, read);
}

// RFC 1122 3.2.2: what an error quotes is what came, unchanged.
void Runner::CheckQuote(const Event& event, const ReadPacket& read) const {
  if (!read.packet.quoted) return;
  const Bytes& quote = *read.packet.payload;
  const bool known = std::ranges::any_of(injected_, [&](const Bytes& packet) {
    return packet.size() >= quote.size() && std::equal(quote.begin(), quote.end(), packet.begin());
  });
  if (!known) Fail(event, "the ICMP error quotes a packet that never came");
}

void Runner::Tell(Duration time, std::string_view direction, const std::string& text) {
  story_.push_back(fmt::format("{} {}{}", TimeText(time), direction, text));
}

std::string Runner::Dropped() const {
  std::string text;
  for (size_t i = 1; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    const uint64_t count = world_.statistics()[reason] - before_[reason];
    if (count > 0) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", NameOf(reason), count);
  }
  return text;
}

void Runner::Fail(const Event& event, const std::string& message) const {
  std::string text = message;
  if (!story_.empty()) text += "\n  the packets before:";
  for (size_t i = story_.size() - std::min(story_.size(), kToldLines); i < story_.size(); ++i) {
    text += "\n    " + story_[i];
  }
  const std::string dropped = Dropped();
  if (!dropped.empty()) text += "\n  dropped since the last packet came in: " + dropped;
  throw ScriptError(event.place, text);
}

}  // namespace nut::packets
