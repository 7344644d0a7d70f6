#include "test/transcripts/rough.h"

#include <fmt/format.h>

#include <array>

#include "stack/base/rng.h"
#include "stack/node/profile.h"
#include "test/transcripts/stage.h"
#include "tools/packets/parser.h"
#include "tools/packets/tcp_bits.h"

namespace nut::transcripts {
namespace {

using packets::Packet;
using packets::TcpOptionText;

constexpr uint16_t kPeerPort = 40000, kNodePort = 80;
constexpr uint32_t kPeerIsn = 0xffff'ff00;
constexpr size_t kSteps = 16;

// The ways into each state: what the peer says (<), what the program calls, and how much time passes (+).
constexpr std::array<std::string_view, 12> kBeginnings = {
    // SYN-RECEIVED
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000,sackOK,wscale 2>",
    // SYN-SENT
    "a open 40000 from 80",
    // ESTABLISHED, opened by either side
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000,sackOK,wscale 2>\n< . 1:1(0) ack 1 win 2000\na accept",
    "a open 40000 from 80\n< S. 0:0(0) ack 1 win 8000 <mss 1000,sackOK,ts 1 0>\n< . 1:1(0) ack 1 win 8000 "
    "<ts 2 0>",
    "a listen 80\n< S 0:0(0) win 8000 <mss 500>\n< P. 1:301(300) ack 1 win 3000\na accept",
    // with text under way
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000,sackOK>\n< . 1:1(0) ack 1 win 8000\na accept\na offer 4500",
    "a listen 80\n< S 0:0(0) win 800 <mss 500>\n< . 1:1(0) ack 1 win 800\na accept\na offer 4500",
    // FIN-WAIT-1 and -2
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000>\n< . 1:1(0) ack 1 win 8000\na accept\na offer 1500\na "
    "shutdown",
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000>\n< . 1:1(0) ack 1 win 8000\na accept\na shutdown\n< . "
    "1:1(0) ack 2 win 8000",
    // CLOSE-WAIT, LAST-ACK, TIME-WAIT
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000,sackOK>\n< F. 1:101(100) ack 1 win 8000\na accept",
    "a listen 80\n< S 0:0(0) win 8000 <mss 1000>\n< F. 1:1(0) ack 1 win 8000\na accept\na offer 500\na close",
    "a open 40000 from 80\n< S. 0:0(0) ack 1 win 8000 <mss 1000,ts 1 0>\na shutdown\n< F. 1:1(0) ack 2 win "
    "8000 <ts 5 0>",
};

class Conversation {
 public:
  explicit Conversation(size_t number)
      : number_(number), rng_(fmt::format("rough {}", number)), stage_(OptionsOf(number)) {}

  std::string Play();

 private:
  static StageOptions OptionsOf(size_t number);
  template <typename Value, size_t kCount>
  Value OneOf(const Value (&values)[kCount]) {
    return values[rng_.Below(kCount)];
  }
  bool Seldom(uint32_t of) { return rng_.Below(of) == 0; }

  void Begin(std::string_view line);
  void Step();
  void Call();
  void Speak();
  void AddOptions(Packet& packet);
  std::optional<tcp::ConnectionInfo> Info();

  const size_t number_;
  Rng rng_;
  Stage stage_;
  uint32_t stamp_ = 10;  // the peer's clock
};

StageOptions Conversation::OptionsOf(size_t number) {
  StageOptions options;
  options.scripted_peer = true;
  options.seed = RoughName(number);
  if (number % 5 == 4) node::Apply(node::Profile::kClassic, options.node[0]);
  tcp::Parameters& tcp = options.node[0].tcp;
  if (number % 3 == 1) tcp.receive_buffer = tcp.largest_receive_buffer = 6000;
  tcp.challenge_acks_per_second = 3;
  tcp.keep_alive = number % 7 == 3;
  tcp.keep_alive_idle = 5s;
  tcp.keep_alive_interval = 2s;
  tcp.keep_alive_probes = 3;
  tcp.retransmission_timeout = 8s;
  tcp.sack = tcp.sack && number % 4 != 2;
  return options;
}

std::optional<tcp::ConnectionInfo> Conversation::Info() {
  const tcp::EngineSnapshot snapshot = stage_.a().tcp().Snapshot();
  if (snapshot.connections.empty()) return std::nullopt;
  return snapshot.connections.back().info;
}

void Conversation::Begin(std::string_view line) {
  if (line.starts_with("< ")) {
    packets::Tokens tokens(line.substr(2), {RoughName(number_), 0});
    stage_.Say(packets::ParsePacket(tokens), kPeerPort, kNodePort);
  } else {
    const Words words = WordsOf(line);
    stage_.ProgramOf(words[0])->Queue(Words(words.begin() + 1, words.end()));
  }
  stage_.RunFor(0s);
}

void Conversation::AddOptions(Packet& packet) {
  const auto info = Info();
  auto& options = packet.tcp.options;
  const bool syn = (*packet.tcp.flags & packets::kSyn) != 0;
  if (syn && !Seldom(3))
    options.push_back({.kind = TcpOptionText::Kind::kMss, .first = OneOf({0u, 40u, 536u, 1460u, 65535u})});
  const bool stamps = info && info->timestamps;
  if (stamps ? !Seldom(6) : Seldom(8)) {
    stamp_ += rng_.Below(20);
    const uint32_t value = Seldom(6) ? stamp_ - 500 : stamp_;
    options.push_back({.kind = TcpOptionText::Kind::kTimestamps, .first = value, .second = rng_.Below(3)});
  }
  if (info && info->sack && Seldom(3)) {
    const uint32_t una = info->snd_una - info->iss, nxt = info->snd_nxt - info->iss;
    const uint32_t left = OneOf({una, una + 1, una + 500, una + 1000, una - 500, nxt});
    options.push_back(
        {.kind = TcpOptionText::Kind::kSack, .blocks = {{left, left + OneOf({0u, 1u, 500u, 1000u, 2000u})}}});
  }
}

void Conversation::Speak() {
  const auto info = Info();
  // With no connection left: what the numbers were does not matter.
  const uint32_t una = info ? info->snd_una - info->iss : 1, nxt = info ? info->snd_nxt - info->iss : 1;
  const uint32_t rcv = info && info->irs != 0 ? info->rcv_nxt - info->irs : 1,
                 window = info ? info->rcv_wnd : 1000;
  constexpr uint8_t kFlags[] = {packets::kAck,
                                packets::kAck,
                                packets::kAck,
                                packets::kAck | packets::kPsh,
                                packets::kAck | packets::kPsh,
                                packets::kAck | packets::kFin,
                                packets::kAck | packets::kUrg,
                                packets::kAck | packets::kEce,
                                packets::kAck | packets::kCwr,
                                packets::kSyn,
                                packets::kSyn | packets::kAck,
                                packets::kRst,
                                packets::kRst | packets::kAck,
                                packets::kFin,
                                0};
  Packet packet;
  packet.tcp.flags = OneOf(kFlags);
  const bool abrupt = (*packet.tcp.flags & packets::kRst) != 0;
  const uint32_t edge = rcv + window;
  packet.tcp.sequence =
      !abrupt && !Seldom(2)
          ? rcv
          : OneOf({rcv, rcv - 1, rcv + 1, rcv + 100, rcv - 100, edge - 1, edge, edge + 1, edge - 500, 0u});
  packet.tcp.ack =
      !Seldom(3) ? nxt
                 : OneOf({una, una - 1, una + 1, nxt + 1, nxt - 1, una + (nxt - una) / 2, una - 70000, 0u});
  packet.tcp.window = OneOf({65535u, 8000u, 8000u, 2000u, 400u, 1u, 0u});
  packet.payload_size = abrupt ? 0 : OneOf({0u, 0u, 0u, 1u, 100u, 500u, 1000u, 1400u});
  if ((*packet.tcp.flags & packets::kUrg) != 0) packet.tcp.urgent = OneOf({0u, 1u, 50u, 3000u, 65535u});
  if (Seldom(8)) packet.ip.tos = 3;
  AddOptions(packet);
  stage_.Say(packet, kPeerPort, kNodePort);
  if (!Seldom(4)) stage_.RunFor(0s);
}

void Conversation::Call() {
  Words call = WordsOf(OneOf<std::string_view>(
      {"offer 1", "offer 100", "offer 1000", "offer 3000", "offer 10000", "urgent 1", "read 1", "read 50",
       "read 3000", "read 100000", "peek 10", "urgent-ahead", "soft-error", "shutdown"}));
  if (Seldom(8)) call = WordsOf(OneOf<std::string_view>({"close", "abort", "reset", "close", "shutdown"}));
  stage_.ProgramOf("a")->Queue(call);
  stage_.RunFor(0s);
}

void Conversation::Step() {
  const uint64_t dice = rng_.Below(20);
  if (dice < 11) return Speak();
  if (dice < 16) return Call();
  stage_.RunFor(OneOf<Duration>({1ms, 10ms, 50ms, 250ms, 1s, 3s}));
}

std::string Conversation::Play() {
  stage_.flows().SetPeerIsn(kNodePort, kPeerPort, kPeerIsn);
  std::string_view beginning = kBeginnings[(number_ - 1) % kBeginnings.size()];
  while (!beginning.empty()) {
    const size_t end = std::min(beginning.find('\n'), beginning.size());
    Begin(beginning.substr(0, end));
    beginning.remove_prefix(std::min(end + 1, beginning.size()));
  }
  for (size_t step = 0; step < kSteps; ++step) Step();
  stage_.TellSockets();
  stage_.RunFor(300s);
  stage_.TellSockets();
  stage_.TellCounters();
  return stage_.transcript().Text();
}

}  // namespace

std::string RoughName(size_t number) { return fmt::format("rough_{:02}", number); }

std::string PlayRough(size_t number) { return Conversation(number).Play(); }

}  // namespace nut::transcripts
