#include "test/fuzz/node_health.h"

#include <vector>

#include "stack/base/invariant.h"
#include "stack/wire/ethernet.h"
#include "test/fuzz/forge.h"
#include "test/fuzz/outgoing.h"

namespace nut::fuzz {
namespace {

using hostile::kNodeIp;
using hostile::kNodeMac;
using wire::TcpFlags;

constexpr Host kDoctor{wire::Ipv4Address(198, 19, 0, 200), wire::MacAddress({2, 0, 0, 0, 0, 200})};
constexpr Host kNode{kNodeIp, kNodeMac};
constexpr uint16_t kDoctorPort = 51111;
constexpr uint16_t kEchoPort = 7;

// One question to the node, and what it says to the doctor.
class Examination {
 public:
  explicit Examination(hostile::NodeOnAWire& world) : world_(world) {
    world_.device().on_sent = [this](ByteView frame) {
      const auto ethernet = wire::EthernetView::Parse(frame);
      if (ethernet && ethernet->destination() == kDoctor.mac) heard_.emplace_back(frame.begin(), frame.end());
    };
  }
  ~Examination() { world_.device().on_sent = nullptr; }
  Examination(const Examination&) = delete;
  Examination& operator=(const Examination&) = delete;

  const std::vector<Bytes>& Ask(const Bytes& frame, Duration patience = Duration::zero()) {
    heard_.clear();
    world_.device().Bring(frame);
    world_.RunFor(patience);
    return heard_;
  }

  // The last segment heard in answer, which must be there.
  SegmentInFrame AskByTcp(const ForgedSegment& segment, Duration patience, std::string_view complaint) {
    std::optional<SegmentInFrame> last;
    for (const Bytes& frame : Ask(ForgeTcp(kDoctor, kNode, segment), patience)) {
      if (const auto found = FindSegment(frame)) last.emplace(*found);
    }
    NUT_INVARIANT(last.has_value(), complaint);
    return *last;
  }

 private:
  hostile::NodeOnAWire& world_;
  std::vector<Bytes> heard_;
};

void CheckArp(Examination& examination) {
  const wire::ArpFields question{wire::ArpOperation::kRequest, kDoctor.mac, kDoctor.ip, {}, kNodeIp};
  bool answered = false;
  for (const Bytes& frame : examination.Ask(ForgeArp(kDoctor.mac, wire::MacAddress::Broadcast(), question))) {
    const auto ethernet = wire::EthernetView::Parse(frame);
    if (!ethernet->Is(wire::EtherType::kArp)) continue;
    const auto arp = wire::ArpView::Parse(ethernet->payload());
    answered = answered || (arp && arp->operation() == wire::ArpOperation::kReply);
  }
  NUT_INVARIANT(answered, "the node does not answer ARP any more");
}

void CheckPing(Examination& examination) {
  bool answered = false;
  const wire::IcmpFields request{wire::IcmpType::kEchoRequest, 0, wire::EchoRest(4711, 1)};
  for (const Bytes& frame : examination.Ask(ForgeIcmp(kDoctor, kNode, request, AsBytes("how are you?")))) {
    const auto ip = wire::Ipv4View::Parse(ByteView(frame).subspan(wire::kEthernetHeaderSize));
    if (!ip || ip->protocol() != wire::IpProtocol::kIcmp) continue;
    const auto icmp = wire::IcmpView::Parse(ip->payload());
    answered = answered || (icmp && icmp->type() == wire::IcmpType::kEchoReply &&
                            AsText(icmp->payload()) == "how are you?");
  }
  NUT_INVARIANT(answered, "the node does not answer ping any more");
}

void CheckConversation(Examination& examination) {
  ForgedSegment segment{.source_port = kDoctorPort, .destination_port = kEchoPort, .sequence = 1000};
  segment.flags = TcpFlags::kSyn.bits();
  const SegmentInFrame accepted = examination.AskByTcp(segment, Duration::zero(), "no answer to a SYN any more");
  NUT_INVARIANT(accepted.tcp.flags().has_all(TcpFlags::kSyn | TcpFlags::kAck), "a SYN is refused");
  segment.flags = (TcpFlags::kAck | TcpFlags::kPsh).bits();
  segment.sequence = 1001;
  segment.acknowledgement = accepted.tcp.sequence().number() + 1;
  segment.payload = AsBytes("say ah");
  const SegmentInFrame echo = examination.AskByTcp(segment, 100ms, "no echo any more");
  NUT_INVARIANT(AsText(echo.tcp.payload()) == "say ah", "the echo is not what was said");
}

}  // namespace

void CheckHealth(hostile::NodeOnAWire& world) {
  Examination examination(world);
  CheckArp(examination);
  CheckPing(examination);
  CheckConversation(examination);
}

}  // namespace nut::fuzz
