#include "test/hostile/hostile_test_base.h"

#include <algorithm>

namespace nut::hostile {
namespace {

constexpr size_t kEthernet = 14;

uint16_t Word(const Bytes& bytes, size_t at) { return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]); }

// RFC 1071, word by word.
uint16_t Checksum(const Bytes& bytes, size_t from, size_t to, uint32_t sum = 0) {
  for (size_t i = from; i < to; ++i) sum += (i - from) % 2 == 0 ? bytes[i] * 256u : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

void PutWord(Bytes& bytes, size_t at, uint16_t word) {
  bytes[at] = static_cast<uint8_t>(word >> 8);
  bytes[at + 1] = static_cast<uint8_t>(word);
}

void MendIp(Bytes& frame) {
  const size_t header = std::min<size_t>((frame[kEthernet] & 15u) * 4u, frame.size() - kEthernet);
  PutWord(frame, kEthernet + 10, 0);
  PutWord(frame, kEthernet + 10, Checksum(frame, kEthernet, kEthernet + header));
}

void MendTransport(Bytes& frame) {
  const size_t start = kEthernet + (frame[kEthernet] & 15u) * 4u;
  const size_t end = kEthernet + Word(frame, kEthernet + 2);
  const uint8_t protocol = frame[kEthernet + 9];
  if (end > frame.size() || end < start) return;
  const size_t field = start + (protocol == 6 ? 16 : protocol == 17 ? 6 : 2);
  if (field + 2 > end) return;
  uint32_t pseudo = 0;
  if (protocol == 6 || protocol == 17) {
    for (size_t i = kEthernet + 12; i < kEthernet + 20; i += 2) pseudo += Word(frame, i);
    pseudo += protocol + static_cast<uint32_t>(end - start);
  }
  PutWord(frame, field, 0);
  PutWord(frame, field, Checksum(frame, start, end, pseudo));
}

}  // namespace

void HostileTest::SetUp() {
  world_ = std::make_unique<NodeOnAWire>(options_);
  world_->device().on_sent = [this](ByteView frame) { OnSent(frame); };
  world_->Start();
  RunFor(5s);
  Forget();
}

void HostileTest::TearDown() {
  EXPECT_TRUE(AnswersPing()) << "the node does not answer any more";
  node().tcp().CheckInvariants();
  world_->Stop();
}

void HostileTest::OnSent(ByteView frame) {
  const bool is_arp = frame[12] == 0x08 && frame[13] == 0x06;
  (is_arp ? arp_ : sent_).emplace_back(frame.begin(), frame.end());
  constexpr uint8_t kRequest = 1;
  if (!is_arp || frame[21] != kRequest) return;
  const Bytes& bytes = arp_.back();
  const Tins::EthernetII question(bytes.data(), static_cast<uint32_t>(bytes.size()));
  const auto asked = question.rfind_pdu<Tins::ARP>().target_ip_addr();
  if (asked == Tins::IPv4Address(kNode) || absent_.contains(asked.to_string())) return;
  Tins::EthernetII answer = Tins::ARP::make_arp_reply(kNode, asked, kNodeLinkAddress, kAttackerLinkAddress);
  world_->device().Bring(answer.serialize());
}

Bytes HostileTest::Patched(Tins::PDU&& frame, size_t offset, const Bytes& bytes, Mend mend) {
  Bytes patched = frame.serialize();
  std::copy(bytes.begin(), bytes.end(), patched.begin() + static_cast<ptrdiff_t>(kEthernet + offset));
  if (mend != Mend::kNothing) MendIp(patched);
  if (mend == Mend::kTransport) MendTransport(patched);
  return patched;
}

TCP HostileTest::Segment(const Conversation& with, int flags) {
  TCP tcp(with.node_port, with.port);
  tcp.seq(with.sequence);
  tcp.ack_seq(with.acknowledgement);
  tcp.flags(static_cast<uint16_t>(flags));
  tcp.window(65535);
  return tcp;
}

void HostileTest::Send(const Conversation& from, const TCP& tcp, const std::string& text) {
  if (text.empty()) {
    Bring(Frame() / Ip(from.from) / tcp);
  } else {
    Bring(Frame() / Ip(from.from) / tcp / Raw(text));
  }
}

Conversation HostileTest::Open(uint16_t node_port, uint16_t port, const TCP& options) {
  Conversation with{.port = port, .node_port = node_port};
  TCP syn = Segment(with, kSyn);
  for (const TCP::option& option : options.options()) syn.add_option(option);
  TakeHeard(with);
  Send(with, syn);
  const std::vector<Heard> answers = TakeHeard(with);
  if (answers.size() != 1 || answers[0].tcp.flags() != (kSyn | kAck)) {
    ADD_FAILURE() << "the node does not take the connection";
    return with;
  }
  ++with.sequence;
  with.acknowledgement = answers[0].tcp.seq() + 1;
  Send(with, Segment(with, kAck));
  return with;
}

void HostileTest::Say(Conversation& with, const std::string& text) {
  Send(with, Segment(with, kAck | kPsh), text);
  with.sequence += static_cast<uint32_t>(text.size());
}

std::vector<Tins::EthernetII> HostileTest::Parse(const std::vector<Bytes>& frames) {
  std::vector<Tins::EthernetII> parsed;
  for (const Bytes& bytes : frames) parsed.emplace_back(bytes.data(), static_cast<uint32_t>(bytes.size()));
  return parsed;
}

std::vector<Tins::EthernetII> HostileTest::TakeSent() { return Parse(std::exchange(sent_, {})); }
std::vector<Tins::EthernetII> HostileTest::TakeArp() { return Parse(std::exchange(arp_, {})); }

std::vector<Heard> HostileTest::TakeHeard() {
  std::vector<Heard> heard;
  for (const Tins::EthernetII& frame : TakeSent()) {
    const auto* tcp = frame.find_pdu<TCP>();
    if (tcp == nullptr) continue;
    const auto* payload = frame.find_pdu<Tins::RawPDU>();
    heard.push_back({*tcp, payload != nullptr ? Bytes(payload->payload()) : Bytes()});
  }
  return heard;
}

std::vector<Heard> HostileTest::TakeHeard(const Conversation& with) {
  std::vector<Heard> heard = TakeHeard();
  std::erase_if(heard, [&](const Heard& one) {
    return one.tcp.dport() != with.port || one.tcp.sport() != with.node_port;
  });
  return heard;
}

std::string HostileTest::Listen(Conversation& with, bool acknowledge) {
  std::string text;
  for (const Heard& heard : TakeHeard(with)) {
    if (heard.tcp.seq() != with.acknowledgement) continue;
    text.append(heard.payload.begin(), heard.payload.end());
    with.acknowledgement += static_cast<uint32_t>(heard.payload.size());
    if (heard.tcp.get_flag(TCP::FIN)) ++with.acknowledgement;
  }
  if (acknowledge) Send(with, Segment(with, kAck));
  return text;
}

bool HostileTest::Echoes(Conversation& with) {
  Forget();
  const std::string text = "are you there?";
  Say(with, text);
  RunFor(1ms);
  return Listen(with) == text;
}

bool HostileTest::AnswersPing(const std::string& from) {
  constexpr uint16_t kId = 4711;
  Tins::ICMP request(Tins::ICMP::ECHO_REQUEST);
  request.id(kId);
  Forget();
  Bring(Frame() / Ip(from) / request / Raw("how are you?"));
  RunFor(1ms);
  for (const Tins::EthernetII& frame : TakeSent()) {
    const auto* icmp = frame.find_pdu<Tins::ICMP>();
    if (icmp != nullptr && icmp->type() == Tins::ICMP::ECHO_REPLY && icmp->id() == kId) return true;
  }
  return false;
}

}  // namespace nut::hostile
