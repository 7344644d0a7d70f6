// HostileTest: a whole node, and an attacker on its link. Packets are built and read with libtins, so that
// our own encoder never helps itself. After each test the node must answer ping, its books must be right, and
// it must end without leaving anything behind.
#pragma once

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <set>
#include <string>
#include <vector>

#include "test/hostile/node_on_a_wire.h"

namespace nut::hostile {

using Bytes = std::vector<uint8_t>;

inline const std::string kNode = "198.19.0.10";
inline const std::string kNodeLinkAddress = "02:00:00:00:00:10";
inline const std::string kEverybody = "ff:ff:ff:ff:ff:ff";
// The attacker's usual self; as any other host of 198.19.0.0/24 it answers ARP, unless it is absent.
inline const std::string kAttacker = "198.19.0.66";
inline const std::string kAttackerLinkAddress = "02:00:00:00:00:66";

inline constexpr uint16_t kEcho = 7;
inline constexpr uint16_t kDiscard = 9;
inline constexpr uint16_t kChargen = 19;
inline constexpr uint16_t kHttp = 80;
inline constexpr uint16_t kClosedPort = 4242;

using Tins::TCP;
inline constexpr int kFin = TCP::FIN, kSyn = TCP::SYN, kRst = TCP::RST, kPsh = TCP::PSH, kAck = TCP::ACK,
                     kUrg = TCP::URG;

// The attacker's end of a connection: what it would send next, and what it expects.
struct Conversation {
  std::string from = kAttacker;
  uint16_t port = 40000;
  uint16_t node_port = kEcho;
  uint32_t sequence = 1000;
  uint32_t acknowledgement = 0;
};

// What the node sent: the TCP header and its payload.
struct Heard {
  TCP tcp;
  Bytes payload;
};

class HostileTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // --- frames ---
  static Tins::EthernetII Frame(const std::string& to = kNodeLinkAddress) {
    return Tins::EthernetII(to, kAttackerLinkAddress);
  }
  static Tins::IP Ip(const std::string& from = kAttacker, const std::string& to = kNode) {
    return Tins::IP(to, from);
  }
  static Tins::RawPDU Raw(const Bytes& bytes) { return Tins::RawPDU(bytes); }
  static Tins::RawPDU Raw(const std::string& text) { return Tins::RawPDU(text); }

  // Serialised, and then changed behind libtins' back: `bytes` at `offset` from the IP header; checksums of
  // IP, and of TCP or UDP where the lengths still allow, are put right afterwards if `mend` says so.
  enum class Mend { kNothing, kIp, kTransport };
  static Bytes Patched(Tins::PDU&& frame, size_t offset, const Bytes& bytes, Mend mend = Mend::kTransport);

  void Bring(Tins::PDU&& frame) { BringBytes(frame.serialize()); }
  void BringBytes(const Bytes& frame) { world_->Receive(frame); }
  // Without running the node in between.
  void Queue(Tins::PDU&& frame) { world_->device().Bring(frame.serialize()); }
  void RunFor(Duration length) { world_->RunFor(length); }

  // --- TCP ---
  static TCP Segment(const Conversation& with, int flags);
  void Send(const Conversation& from, const TCP& tcp, const std::string& text = "");
  // SYN, SYN-ACK, ACK; what the node says first is left to be heard.
  Conversation Open(uint16_t node_port, uint16_t port = 40000, const TCP& options = TCP());
  // Sends `text` in order.
  void Say(Conversation& with, const std::string& text);
  // What was sent to these ends since it was last asked for, in order.
  std::vector<Heard> TakeHeard(const Conversation& with);
  // The same without asking which ends.
  std::vector<Heard> TakeHeard();
  // The node's payload of `with` in order; `with.acknowledgement` moves behind it. Acknowledges if asked to.
  std::string Listen(Conversation& with, bool acknowledge = true);
  // Whether the connection is there still: what is said is echoed.
  bool Echoes(Conversation& with);

  // --- oracles ---
  uint64_t Drops(DropReason reason) const { return world_->statistics()[reason]; }
  uint64_t Count(Counter counter) const { return world_->statistics()[counter]; }
  // `action` makes the node drop exactly `times` frames for `reason`.
  template <typename Action>
  void ExpectDropped(DropReason reason, uint64_t times, Action action) {
    const uint64_t before = Drops(reason);
    action();
    EXPECT_EQ(Drops(reason) - before, times) << NameOf(reason);
  }
  // IP packets sent since it was last asked, as libtins reads them.
  std::vector<Tins::EthernetII> TakeSent();
  // The same for ARP.
  std::vector<Tins::EthernetII> TakeArp();
  void Forget() {
    sent_.clear();
    arp_.clear();
  }
  size_t sent_count() const { return sent_.size(); }
  bool AnswersPing(const std::string& from = "198.19.0.2");

  NodeOnAWire& world() { return *world_; }
  node::Node& node() { return world_->node(); }
  node::NodeOptions options_;     // of the node; to be changed before SetUp
  std::set<std::string> absent_;  // on the link, but never answers ARP
  std::unique_ptr<NodeOnAWire> world_;

 private:
  void OnSent(ByteView frame);

  static std::vector<Tins::EthernetII> Parse(const std::vector<Bytes>& frames);

  std::vector<Bytes> sent_;  // IP
  std::vector<Bytes> arp_;
};

}  // namespace nut::hostile
