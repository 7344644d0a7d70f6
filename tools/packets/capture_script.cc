#include "tools/packets/capture_script.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/packets/flow.h"
#include "tools/packets/frame_reader.h"
#include "tools/packets/segment_text.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

using Text = tl::expected<std::string, std::string>;

struct End {
  wire::Ipv4Address address;
  uint16_t port = 0;
  friend bool operator==(const End&, const End&) = default;
};

struct Segment {
  Duration time;
  End from, to;
  Packet packet;
};

// The segments of one connection, in the capture's order.
using Conversation = std::vector<Segment>;

std::vector<Conversation> Conversations(const std::vector<CapturedFrame>& frames) {
  std::vector<Conversation> all;
  for (const CapturedFrame& frame : frames) {
    ReadPacket read = ReadFrame(frame.bytes);
    if (read.packet.protocol != Protocol::kTcp || !read.packet.payload_size) continue;
    // What the capture has not kept was there all the same.
    *read.packet.payload_size += frame.original_size - std::min(frame.original_size, frame.bytes.size());
    const End from{*read.packet.ip.source, read.source_port},
        to{*read.packet.ip.destination, read.destination_port};
    const auto same = [&](const Conversation& one) {
      const Segment& first = one.front();
      return (first.from == from && first.to == to) || (first.from == to && first.to == from);
    };
    // A SYN behind the end of one begins another of the same ends.
    const bool begins = (*read.packet.tcp.flags & (kSyn | kAck)) == kSyn;
    const auto found = std::find_if(all.rbegin(), all.rend(), same);
    const bool another = found != all.rend() && begins && (*found->front().packet.tcp.flags & kSyn) != 0 &&
                         read.packet.tcp.sequence != found->front().packet.tcp.sequence &&
                         std::ranges::any_of(*found, [](const Segment& segment) {
                           return (*segment.packet.tcp.flags & (kFin | kRst)) != 0;
                         });
    const bool is_new = found == all.rend() || another;
    Conversation& conversation = is_new ? all.emplace_back() : *found;
    conversation.push_back({frame.time, from, to, std::move(read.packet)});
  }
  return all;
}

// Writes the lines of one conversation.
class Writer {
 public:
  Writer(const Conversation& conversation, const End& node, const End& peer)
      : conversation_(conversation), node_(node), peer_(peer) {
    FindBases();
  }

  std::string Write(const std::string& source) {
    text_ = fmt::format("# From {}: {}:{} plays against {}:{}.\n", source, node_.address.ToText(), node_.port,
                        peer_.address.ToText(), peer_.port);
    text_ += "# A start: calls are guessed, and our node may cut and acknowledge otherwise.\n";
    text_ += fmt::format("node --ip {}/24{}{}\npeer {}\n", node_.address.ToText(), Gateway(), Mtu(),
                         peer_.address.ToText());
    WriteOpening();
    for (const Segment& segment : conversation_) WriteSegment(segment);
    return text_;
  }

 private:
  bool IsFromNode(const Segment& segment) const { return segment.from == node_; }

  // A way to a peer that is not on the link; nothing for one that is.
  std::string Gateway() const {
    const uint32_t network = node_.address.number() & ~0xffu;
    if (network == (peer_.address.number() & ~0xffu)) return "";
    const uint32_t first = network | 1;
    return " --gateway " + wire::Ipv4Address(first == node_.address.number() ? first + 1 : first).ToText();
  }

  // Packets that were cut behind the place of the capture, or never (a loopback's), need a large MTU.
  std::string Mtu() const {
    constexpr uint32_t kUsual = 1500, kLargest = 65521;
    uint32_t largest = 0;
    for (const Segment& segment : conversation_)
      largest = std::max(largest, segment.packet.ip.length.value_or(0));
    return largest <= kUsual ? "" : fmt::format(" --mtu {}", std::min(largest, kLargest));
  }

  void FindBases() {
    std::optional<uint32_t> node, peer;
    for (const Segment& segment : conversation_) {
      const TcpPart& tcp = segment.packet.tcp;
      auto& own = IsFromNode(segment) ? node : peer;
      auto& other = IsFromNode(segment) ? peer : node;
      // Without the SYN in the capture the first octet seen becomes number 1.
      const uint32_t syn = (*tcp.flags & kSyn) != 0 ? 0 : 1;
      if (!own) own = *tcp.sequence - syn;
      if (!other && (*tcp.flags & kAck) != 0) other = *tcp.ack - 1;
      for (const TcpOptionText& option : tcp.options) {
        if (option.kind != TcpOptionText::Kind::kTimestamps) continue;
        auto& clock = IsFromNode(segment) ? node_clock_ : peer_clock_;
        if (!clock) clock = option.first;
      }
    }
    node_isn_ = node.value_or(0);
    peer_isn_ = peer.value_or(0);
  }

  void WriteOpening() {
    const Segment& first = conversation_.front();
    const bool has_syn = (*first.packet.tcp.flags & kSyn) != 0;
    opens_ = IsFromNode(first) && has_syn;
    const bool asks_for_ecn = (*first.packet.tcp.flags & (kEce | kCwr)) != 0;
    if (opens_ && !asks_for_ecn) text_ += "tcp ecn no\n";
    if (opens_) {
      text_ += fmt::format("+0 connect {} from {}\n", peer_.port, node_.port);
    } else {
      text_ += fmt::format("+0 flow main port {}\n+0 listen {}\n", peer_.port, node_.port);
    }
    if (has_syn) return;
    const char* clock = peer_clock_ ? ",ts 0 0" : "";
    text_ += "# The capture begins behind the handshake: this is one that fits.\n";
    text_ += fmt::format("+0 < S 0:0(0) win 65535 <mss 1460{}>\n+0 > S. 0:0(0) ack 1 <...>\n", clock);
    text_ += fmt::format("+0 < . 1:1(0) ack 1 win 65535{}\n+0 accept\n", peer_clock_ ? " <ts 0 0>" : "");
    accepted_ = true;
  }

  void WriteSegment(const Segment& segment) {
    const Duration gap = last_ ? std::max(Duration::zero(), segment.time - *last_) : Duration::zero();
    last_ = segment.time;
    const std::string time = fmt::format("+{:.6f}", ToSeconds(gap));
    Packet packet = segment.packet;
    const bool from_node = IsFromNode(segment);
    MakeRelative(packet, from_node
                             ? Bases{node_isn_, peer_isn_, node_clock_.value_or(0), peer_clock_.value_or(0)}
                             : Bases{peer_isn_, node_isn_, peer_clock_.value_or(0), node_clock_.value_or(0)});
    packet.ip = {};
    if (from_node) {
      WriteFromNode(packet, time);
    } else {
      // Whose text it was is nobody's business: the pattern does as well.
      packet.payload.reset();
      text_ += fmt::format("{} < {}\n", time, PrintPacket(packet));
      WriteCallsAfter(packet);
    }
  }

  void WriteFromNode(Packet& packet, const std::string& time) {
    const TcpPart& tcp = packet.tcp;
    const size_t size = *packet.payload_size;
    std::string wait = time;
    const uint32_t end = *tcp.sequence + static_cast<uint32_t>(size);
    const bool syn = (*tcp.flags & kSyn) != 0;
    const auto before = [&](const std::string& call) {
      text_ += fmt::format("{} {}\n", wait, call);
      wait = "+0";
    };
    if (!syn && size > 0 && static_cast<int32_t>(end - sent_) > 0) {
      before(fmt::format("send {}", end - sent_));
      sent_ = end;
    }
    if ((*tcp.flags & kFin) != 0 && !finished_) {
      before("shutdown");
      finished_ = true;
    }
    if ((*tcp.flags & kRst) != 0 && accepted_) before("abort");
    // Windows and clocks are the implementation's, and text is its application's.
    packet.tcp.window.reset();
    packet.payload.reset();
    const bool has_options = !packet.tcp.options.empty();
    packet.tcp.options.clear();
    text_ += fmt::format("{} > {}{}\n", wait, PrintPacket(packet), has_options || syn ? " <...>" : "");
  }

  void WriteCallsAfter(const Packet& packet) {
    const uint8_t flags = *packet.tcp.flags;
    if (!accepted_ && (flags & (kSyn | kRst)) == 0 && !opens_) {
      text_ += "+0 accept\n";
      accepted_ = true;
    } else if (!accepted_ && opens_ && (flags & (kSyn | kAck)) == (kSyn | kAck)) {
      text_ += "+0 expect ok\n";
      accepted_ = true;
    }
    const uint32_t end = *packet.tcp.sequence + static_cast<uint32_t>(*packet.payload_size);
    // In order and new: the application reads it.
    if (accepted_ && *packet.payload_size > 0 && static_cast<int32_t>(end - received_) > 0 &&
        static_cast<int32_t>(*packet.tcp.sequence - received_) <= 0) {
      text_ += "+0 recv\n";
      received_ = end;
    }
  }

  const Conversation& conversation_;
  const End node_, peer_;
  uint32_t node_isn_ = 0, peer_isn_ = 0;
  std::optional<uint32_t> node_clock_, peer_clock_;
  uint32_t sent_ = 1, received_ = 1;
  bool opens_ = false, accepted_ = false, finished_ = false;
  std::optional<Duration> last_;
  std::string text_;
};

}  // namespace

Text ScriptFromCapture(const std::vector<CapturedFrame>& frames, const CaptureChoice& choice) {
  const std::vector<Conversation> all = Conversations(frames);
  if (all.empty()) return tl::unexpected<std::string>("there is no TCP in the capture");
  if (choice.flow > all.size()) {
    return tl::unexpected(fmt::format("there are only {} connections in the capture", all.size()));
  }
  const Conversation& conversation = all[choice.flow - 1];
  const Segment& first = conversation.front();
  // Who answers a SYN is the server; without a SYN nobody knows.
  const bool syn_ack = (*first.packet.tcp.flags & (kSyn | kAck)) == (kSyn | kAck);
  End node = syn_ack ? first.from : first.to, peer = syn_ack ? first.to : first.from;
  if (choice.node) {
    if (*choice.node != node.address && *choice.node != peer.address) {
      return tl::unexpected(fmt::format("{} is no end of that connection ({} and {} are)",
                                        choice.node->ToText(), node.address.ToText(), peer.address.ToText()));
    }
    if (*choice.node == peer.address) std::swap(node, peer);
  }
  return Writer(conversation, node, peer).Write(choice.source);
}

}  // namespace nut::packets
