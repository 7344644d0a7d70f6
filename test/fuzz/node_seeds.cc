#include "test/fuzz/node_seeds.h"

#include <algorithm>
#include <array>

#include "test/fuzz/sample_frames.h"
#include "test/fuzz/script_writer.h"

namespace nut::fuzz {
namespace {

// Indices into kPorts.
enum : uint8_t { kEcho, kDiscard, kDaytime, kChargen, kTelnet, kHttp, kClosed, kNone };

constexpr int kFin = 1, kSyn = 2, kRst = 4, kAck = 16, kUrg = 32;

// A whole conversation with each service.
void AddConversations(std::vector<Bytes>& seeds) {
  for (const uint8_t port : {kEcho, kDiscard, kDaytime, kChargen}) {
    seeds.push_back(ScriptWriter().Open(port).Text(9).Ack().Text(10).Wait(3).Ack().Fin().Wait(1).Ack().Wait(12).bytes());
  }
  for (uint8_t text = 0; text < 6; ++text) {
    seeds.push_back(ScriptWriter().By(1).Open(kHttp).Text(text).Ack().Ack().Text(text).Ack().Wait(11).Ack().Fin().bytes());
  }
  for (uint8_t text = 6; text < 9; ++text) {
    seeds.push_back(ScriptWriter().By(2).Open(kTelnet).Text(text).Ack().Text(11).Ack().Fin().Ack().Wait(7).Ack().bytes());
  }
}

// What goes wrong in a connection.
void AddTcpTroubles(std::vector<Bytes>& seeds) {
  // A window that shuts, probes, opens again, shrinks.
  seeds.push_back(ScriptWriter().Open(kChargen).Ack(0).Wait(12).Ack(0).Wait(12).Ack(1).Wait(9).Ack(1000).Ack(10).bytes());
  // Nobody acknowledges: retransmissions until the end.
  seeds.push_back(ScriptWriter().Open(kChargen).Wait(12).Wait(14).Wait(15).Wait(15).bytes());
  // Out of order, overlapping, a FIN ahead of its turn, a hole filled at last.
  seeds.push_back(ScriptWriter().Open(kEcho)
                      .Put(Command::kSegment, {kAck, kSequenceDelta | kKeepPlace, 30, 5, 'a', 'b', 'c', 'd', 'e'})
                      .Put(Command::kSegment, {kAck | kFin, kSequenceDelta | kKeepPlace, 40, 0})
                      .Put(Command::kSegment, {kAck, kSequenceDelta | kKeepPlace, 10, 20 + 200})
                      .Put(Command::kSegment, {kAck, 0, 200})
                      .Wait(3).bytes());
  // Duplicate ACKs: fast retransmit and its end.
  seeds.push_back(ScriptWriter().Open(kChargen)
                      .Put(Command::kSegment, {kAck, kAckDelta | kKeepPlace, 156, 0})
                      .Put(Command::kRepeat, {5}).Ack().Wait(2).Ack().bytes());
  // A transfer that gets going, loses a segment, recovers, pauses, and goes on.
  seeds.push_back(ScriptWriter().Open(kChargen).Wait(247).Ack().Put(Command::kRepeat, {6}).Wait(243)
                      .Wait(8).Wait(244).Ack(0).Wait(10).Ack().Wait(243).bytes());
  // Blind RST, SYN and data; beyond both edges.
  seeds.push_back(ScriptWriter().Open(kEcho)
                      .Put(Command::kSegment, {kRst, kSequenceDelta | kKeepPlace, 1, 0})
                      .Put(Command::kSegment, {kSyn, kSequenceDelta | kKeepPlace, 1, 0})
                      .Put(Command::kSegment, {kAck, kSequenceAtEdge | kKeepPlace, 255, 3, 1, 2, 3})
                      .Put(Command::kSegment, {kAck, kAckAnything | kKeepPlace, 1, 2, 3, 4, 0})
                      .Put(Command::kSegment, {kAck | kUrg, kUrgent, 0xff, 0xff, 1, 'u'}).bytes());
  // A peer that names an MSS of one byte, and options that lie about their length.
  seeds.push_back(ScriptWriter().Put(Command::kOpen, {kChargen, kOpenMss, 0, 1}).Ack().Ack().Wait(5).bytes());
  seeds.push_back(ScriptWriter().Put(Command::kSegment, {kSyn, kRawOptions, 4, 99, 0, 0, 0, 0})
                      .Put(Command::kSegment, {kAck, kRawOptions, 4, 2, 4, 0, 0, 0}).bytes());
  // TIME-WAIT and its reopening; a half-open peer.
  seeds.push_back(ScriptWriter().Open(kDaytime).Ack().Fin().Ack().Wait(3).Open(kDaytime).Ack().bytes());
  seeds.push_back(ScriptWriter().Put(Command::kOpen, {kEcho, kOpenHalf}).Wait(12).Put(Command::kRepeat, {3}).bytes());
  seeds.push_back(ScriptWriter().Open(kEcho).Text(9).Put(Command::kClose, {1}).Wait(1).Text(9).bytes());
  seeds.push_back(ScriptWriter().By(3).Open(kEcho).Wait(9).Wait(10).By(1).Open(kEcho).Text(9).Ack().bytes());
}

// The node opens: answered, refused, crossed, cut off.
void AddActiveOpens(std::vector<Bytes>& seeds) {
  for (const NodeAction action : {NodeAction::kConnectAndTalk, NodeAction::kConnectAndClose, NodeAction::kConnectAndAbort,
                                  NodeAction::kConnectAndRead, NodeAction::kConnectAndTinker}) {
    ScriptWriter script;
    script.By(4).Node(action).Wait(0).Put(Command::kSegment, {kSyn | kAck, 0, 0}).Put(Command::kSegment, {kAck, 0, 0});
    seeds.push_back(script.Ack().Wait(3).Ack().Text(9).Fin().Wait(5).Ack().Wait(12).bytes());
  }
  seeds.push_back(ScriptWriter().By(5).Node(NodeAction::kConnectAndTalk).Put(Command::kSegment, {kRst | kAck, 0, 0}).bytes());
  seeds.push_back(ScriptWriter().By(4).Node(NodeAction::kConnectAndTalk)
                      .Put(Command::kSegment, {kSyn, 0, 0}).Put(Command::kSegment, {kSyn | kAck, kSequenceDelta, 255, 0})
                      .Ack().Text(9).Wait(5).bytes());
  seeds.push_back(ScriptWriter().By(3).Node(NodeAction::kConnectAndRead).Wait(11).bytes());
  seeds.push_back(ScriptWriter().By(4).Node(NodeAction::kConnectAndTalk)
                      .Put(Command::kIcmp, {0, 3, 3, 0, 0, 0, 0, 28, 255, 0}).Wait(5)
                      .Put(Command::kIcmp, {0, 3, 4, 0, 0, 0, 68, 0, 255, 0}).Wait(9).bytes());
  seeds.push_back(ScriptWriter().Node(NodeAction::kTalkToItself).Wait(10).Node(NodeAction::kSendUdpConnected).Wait(10).bytes());
  seeds.push_back(ScriptWriter().By(4).Node(NodeAction::kSendUdp).Put(Command::kIcmp, {1, 3, 3, 0, 0, 0, 0, 0, 255, 0})
                      .Wait(10).bytes());
}

void AddNetwork(std::vector<Bytes>& seeds) {
  ScriptWriter arp;
  for (int shape = 0; shape < 256; shape += 5) arp.By(1).Put(Command::kArp, {shape, shape / 3});
  seeds.push_back(arp.Wait(13).bytes());
  // A ping in three fragments, one of which comes twice with other bytes; then one that never ends.
  seeds.push_back(ScriptWriter().Put(Command::kFragment, {1, 7, 0x20, 0, 4, 0}).Put(Command::kFragment, {1, 7, 0x20, 8, 4, 0})
                      .Put(Command::kFragment, {1, 7, 0x20, 4, 4, 0}).Put(Command::kFragment, {1, 7, 0, 12, 2, 0})
                      .Put(Command::kFragment, {17, 8, 0x20, 0, 4, 0}).Put(Command::kFragment, {17, 8, 0x20, 2, 4, 9})
                      .Put(Command::kFragment, {17, 9, 0x3f, 0xff, 100, 0}).Wait(12).bytes());
  for (const uint8_t port : {kEcho, kDaytime, kChargen, kClosed, kNone}) {
    seeds.push_back(ScriptWriter().By(1).Put(Command::kUdp, {port, 0x9c, 0x40, 9, 'd'}).Put(Command::kReflect, {0})
                        .Put(Command::kUdp, {port, 0, 7, 255, 'd'}).bytes());
  }
  // Groups: joined, asked about, spoken to, left; and what is for everybody.
  ScriptWriter groups;
  groups.Node(NodeAction::kJoinOrLeave).Wait(7);
  for (const Bytes& frame : SampleFrames()) {
    Bytes for_all = frame;
    std::fill_n(for_all.begin(), 6, 0xff);
    const bool is_ip = for_all[12] == 8 && for_all[13] == 0;
    if (!is_ip) continue;
    // Multicast and broadcast destinations stay when a frame is mended.
    for (const std::array<uint8_t, 4>& destination : {std::array<uint8_t, 4>{239, 1, 2, 3}, {255, 255, 255, 255}}) {
      std::copy(destination.begin(), destination.end(), for_all.begin() + 30);
      groups.Frame(Command::kMended, for_all);
    }
  }
  seeds.push_back(groups.Node(NodeAction::kSendUdpToGroup).Wait(10).Node(NodeAction::kJoinOrLeave).Wait(7).bytes());
  // Without memory for frames.
  ScriptWriter poor;
  for (int n = 1; n < 8; ++n) poor.Put(Command::kFault, {n}).Queued().Open(kEcho).Text(9).Ack().Put(Command::kReflect, {n});
  seeds.push_back(poor.bytes());
}

}  // namespace

std::vector<Bytes> NodeSeeds() {
  std::vector<Bytes> seeds;
  AddConversations(seeds);
  AddTcpTroubles(seeds);
  AddActiveOpens(seeds);
  AddNetwork(seeds);
  for (const Bytes& frame : SampleFrames()) {
    seeds.push_back(ScriptWriter().Frame(Command::kRaw, frame).Frame(Command::kMended, frame).Wait(7).bytes());
  }
  // Each in a world of its own.
  for (size_t i = 0; i < seeds.size(); ++i) seeds[i][0] = static_cast<uint8_t>(i);
  return seeds;
}

}  // namespace nut::fuzz
