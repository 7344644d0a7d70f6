// Which frames are one segment to TCP, and which are not.
#include "stack/tcp/coalescer.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "stack/link/frame_pool.h"
#include "stack/tcp/input_queue.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

const wire::Ipv4Address kPeer(198, 19, 0, 1);
const wire::Ipv4Address kOwn(198, 19, 0, 2);

// A frame of a stream, before it is written down.
struct Sent {
  wire::EthernetFields ethernet{wire::MacAddress({2, 0, 0, 0, 0, 2}), wire::MacAddress({2, 0, 0, 0, 0, 1})};
  wire::Ipv4Fields ip{.source = kPeer,
                      .destination = kOwn,
                      .protocol = wire::IpProtocol::kTcp,
                      .identification = 1,
                      .dont_fragment = true};
  wire::TcpFields tcp{.source_port = wire::Port(4000),
                      .destination_port = wire::Port(80),
                      .sequence = wire::SequenceNumber(0xfffffff0),
                      .acknowledgement = wire::SequenceNumber(77),
                      .flags = TcpFlags::kAck,
                      .window = 1000};
  size_t text = 1000;
  size_t padding = 0;
  uint8_t spoil_ip = 0;   // added to the IP checksum
  uint8_t spoil_tcp = 0;  // added to the TCP checksum

  Sent() { tcp.options.timestamps = wire::TcpTimestamps{1, 2}; }
};

class CoalescerTest : public testing::Test {
 protected:
  link::FramePtr Build(Sent sent) {
    const size_t header = wire::TcpHeaderSize(sent.tcp.options);
    sent.ip.payload_size = header + sent.text;
    const size_t in_front = wire::kEthernetHeaderSize + wire::Ipv4HeaderSize(sent.ip);
    link::FramePtr frame = pool_.Allocate(in_front + sent.ip.payload_size + sent.padding);
    const MutableByteView bytes = frame->Append(in_front + sent.ip.payload_size + sent.padding);
    wire::Emit(bytes, sent.ethernet);
    wire::Emit(bytes.subspan(wire::kEthernetHeaderSize), sent.ip);
    const MutableByteView segment = bytes.subspan(in_front, sent.ip.payload_size);
    wire::Emit(segment, sent.tcp);
    for (size_t i = 0; i < sent.text; ++i) {
      segment[header + i] = static_cast<uint8_t>(sent.tcp.sequence.number() + i);
    }
    wire::FinishTcpChecksum(segment, {kPeer, kOwn});
    segment[wire::kTcpChecksumOffset] =
        static_cast<uint8_t>(segment[wire::kTcpChecksumOffset] + sent.spoil_tcp);
    bytes[wire::kEthernetHeaderSize + 10] =
        static_cast<uint8_t>(bytes[wire::kEthernetHeaderSize + 10] + sent.spoil_ip);
    return frame;
  }

  // As the engine does with a frame that came the usual way.
  void Queue(const Sent& sent) { QueueIn(queue_, sent); }
  void QueueIn(InputQueue& queue, const Sent& sent) {
    link::FramePtr frame = Build(sent);
    const auto view = wire::TcpView::Parse(frame->data().subspan(wire::TextFrame::kTcpOffset));
    const DropReason refused = queue.Push([&](QueuedSegment& queued) {
      queued.ends = {{kOwn, sent.tcp.destination_port}, {kPeer, sent.tcp.source_port}};
      queued.segment = {
          .sequence = view->sequence(),
          .acknowledgement = view->acknowledgement(),
          .flags = view->flags(),
          .window = view->window(),
          .payload = view->payload(),
          .headers_size = static_cast<uint8_t>(wire::TextFrame::kTcpOffset + view->header_size())};
      queued.frames.first = std::move(frame);
      return DropReason::kNone;
    });
    ASSERT_EQ(refused, DropReason::kNone);
  }
  bool Join(const Sent& sent, link::ChecksumState checksum = link::ChecksumState::kAbsent) {
    link::FramePtr frame = Build(sent);
    frame->checksum.state = checksum;
    const ByteView before = frame->data();
    const bool joined = queue_.Join(frame);
    EXPECT_EQ(frame == nullptr, joined);
    EXPECT_TRUE(joined || frame->data().data() == before.data()) << "untouched";
    return joined;
  }
  // The one after `sent`.
  static Sent Next(Sent sent) {
    sent.tcp.sequence += static_cast<uint32_t>(sent.text);
    ++sent.ip.identification;
    return sent;
  }
  std::vector<QueuedSegment> Take() {
    std::vector<QueuedSegment> segments;
    std::vector<QueuedError> errors;
    queue_.Take(segments, errors);
    return segments;
  }

  link::FramePool pool_;
  InputQueue queue_{100, 10, 262144};
};

TEST_F(CoalescerTest, AStreamBecomesOneSegmentWithItsTextInOrder) {
  Sent sent;
  Queue(sent);
  for (int i = 0; i < 5; ++i) {
    sent = Next(sent);
    if (i == 2) sent.tcp.flags |= TcpFlags::kPsh;  // only a hint
    if (i == 4) sent.text = 600;                   // the last
    ASSERT_TRUE(Join(sent)) << i;
  }
  EXPECT_EQ(queue_.segment_count(), 6u);
  auto segments = Take();
  ASSERT_EQ(segments.size(), 1u);
  IncomingSegment& segment = segments[0].segment;
  EXPECT_EQ(segment.text_size(), 5600u);
  EXPECT_EQ(segment.segments(), 6u);
  EXPECT_EQ(segment.length(), 5600u);
  IncomingText text(segment.payload, &segments[0].frames, 0, segment.text_size());
  uint32_t place = 0xfffffff0;
  while (!text.empty()) {
    const ReceivedPiece piece = text.Next();
    EXPECT_NE(piece.frame(), nullptr);
    // Each segment's text begins with its sequence number's last byte.
    for (const uint8_t octet : piece.bytes()) ASSERT_EQ(octet, static_cast<uint8_t>(place++));
  }
}

TEST_F(CoalescerTest, WhatDiffersInAnythingIsLeftAlone) {
  const std::pair<const char*, std::function<void(Sent&)>> differences[] = {
      {"sequence", [](Sent& s) { s.tcp.sequence += 1; }},
      {"repeated", [](Sent& s) { s.tcp.sequence = s.tcp.sequence - 1000; }},
      {"acknowledgement", [](Sent& s) { s.tcp.acknowledgement += 1; }},
      {"window", [](Sent& s) { s.tcp.window += 1; }},
      {"FIN", [](Sent& s) { s.tcp.flags |= TcpFlags::kFin; }},
      {"RST", [](Sent& s) { s.tcp.flags |= TcpFlags::kRst; }},
      {"SYN", [](Sent& s) { s.tcp.flags |= TcpFlags::kSyn; }},
      {"URG", [](Sent& s) { s.tcp.flags |= TcpFlags::kUrg; }},
      {"CWR", [](Sent& s) { s.tcp.flags |= TcpFlags::kCwr; }},
      {"no ACK", [](Sent& s) { s.tcp.flags = TcpFlags(); }},
      {"timestamp", [](Sent& s) { s.tcp.options.timestamps->value += 1; }},
      {"echo", [](Sent& s) { s.tcp.options.timestamps->echo_reply += 1; }},
      {"no options", [](Sent& s) { s.tcp.options = {}; }},
      {"more options",
       [](Sent& s) {
         s.tcp.options.sack.Add({wire::SequenceNumber(1), wire::SequenceNumber(2)});
       }},
      {"source port", [](Sent& s) { s.tcp.source_port = wire::Port(4001); }},
      {"destination port", [](Sent& s) { s.tcp.destination_port = wire::Port(81); }},
      {"source", [](Sent& s) { s.ip.source = wire::Ipv4Address(198, 19, 0, 3); }},
      {"destination", [](Sent& s) { s.ip.destination = wire::Ipv4Address(198, 19, 0, 3); }},
      {"congestion mark", [](Sent& s) { s.ip.tos = 3; }},
      {"time to live", [](Sent& s) { s.ip.ttl = 63; }},
      {"more fragments", [](Sent& s) { s.ip.dont_fragment = false, s.ip.more_fragments = true; }},
      {"a fragment", [](Sent& s) { s.ip.fragment_offset = 8; }},
      {"protocol", [](Sent& s) { s.ip.protocol = wire::IpProtocol::kUdp; }},
      {"IP checksum", [](Sent& s) { s.spoil_ip = 1; }},
      {"TCP checksum", [](Sent& s) { s.spoil_tcp = 1; }},
      {"Ethernet destination",
       [](Sent& s) {
         s.ethernet.destination = wire::MacAddress({2, 0, 0, 0, 0, 9});
       }},
      {"Ethernet source",
       [](Sent& s) {
         s.ethernet.source = wire::MacAddress({2, 0, 0, 0, 0, 9});
       }},
      {"ethertype", [](Sent& s) { s.ethernet.type = wire::EtherType::kArp; }},
      {"padding", [](Sent& s) { s.padding = 4; }},
      {"no text", [](Sent& s) { s.text = 0; }},
      {"larger", [](Sent& s) { s.text = 1001; }},
  };
  const uint8_t router_alert[] = {0x94, 4, 0, 0};
  const Sent first;
  for (const auto& [name, differ] : differences) {
    Queue(first);
    Sent next = Next(first);
    differ(next);
    EXPECT_FALSE(Join(next)) << name;
    // The same between the two segments of a stream; then nothing has changed for what fits.
    EXPECT_TRUE(Join(Next(first))) << name;
    Take();
  }
  Queue(first);
  Sent with_ip_options = Next(first);
  with_ip_options.ip.options = router_alert;
  EXPECT_FALSE(Join(with_ip_options));
}

TEST_F(CoalescerTest, NothingFollowsASmallerOneOrOneThatWasNotPlain) {
  Sent sent;
  Queue(sent);
  sent = Next(sent);
  sent.text = 999;
  EXPECT_TRUE(Join(sent));
  EXPECT_FALSE(Join(Next(sent)));
  Take();

  for (const TcpFlags flag : {TcpFlags::kUrg, TcpFlags::kFin, TcpFlags::kCwr}) {
    Sent first;
    first.tcp.flags |= flag;
    Queue(first);
    Sent next = Next(first);
    next.tcp.flags = TcpFlags::kAck;
    EXPECT_FALSE(Join(next));
    Take();
  }
}

TEST_F(CoalescerTest, JoinsTheLastOfAConnectionOnly) {
  const Sent first;
  Queue(first);
  Sent fin = Next(first);
  fin.text = 0;
  fin.tcp.flags |= TcpFlags::kRst;
  Queue(fin);  // of the same connection
  EXPECT_FALSE(Join(Next(first))) << "it would overtake the RST";
  // One of another connection is passed by.
  Sent other = first;
  other.tcp.source_port = wire::Port(4001);
  Queue(Next(first));
  Queue(other);
  EXPECT_TRUE(Join(Next(Next(first))));
  EXPECT_TRUE(Join(Next(other)));
}

TEST_F(CoalescerTest, KeepsItsLimits) {
  const Sent first;
  const auto joined = [&](InputQueue& queue) {
    QueueIn(queue, first);
    link::FramePtr second = Build(Next(first));
    return queue.Join(second);
  };
  InputQueue enough(2, 1, 2000);
  EXPECT_TRUE(joined(enough));
  EXPECT_EQ(enough.segment_count(), 2u);
  link::FramePtr third = Build(Next(Next(first)));
  EXPECT_FALSE(enough.Join(third)) << "more text than one may have";
  InputQueue little_text(2, 1, 1999);
  EXPECT_FALSE(joined(little_text));
  InputQueue none(2, 1, 0);
  EXPECT_FALSE(joined(none));
  InputQueue few(1, 1, 2000);
  EXPECT_FALSE(joined(few)) << "more segments than may wait";
}

TEST_F(CoalescerTest, WhatADeviceHasJoinedIsLeftAlone) {
  const Sent first;
  Queue(first);
  link::FramePtr next = Build(Next(first));
  next->segmentation.segment_size = 500;
  EXPECT_FALSE(queue_.Join(next));
  ASSERT_NE(next, nullptr);
  next->segmentation.segment_size = 0;
  EXPECT_TRUE(queue_.Join(next));
}

// A place in the queue of a batch before says nothing.
TEST_F(CoalescerTest, NothingIsJoinedToWhatHasBeenTaken) {
  const Sent first;
  Queue(first);
  Take();
  EXPECT_FALSE(Join(Next(first)));
}

TEST_F(CoalescerTest, ThePiecesSizeIsTheFirstOnes) {
  Sent sent;
  Queue(sent);
  sent = Next(sent);
  EXPECT_TRUE(Join(sent));
  const auto segments = Take();
  ASSERT_EQ(segments.size(), 1u);
  EXPECT_EQ(segments[0].segment.segment_size, 1000);
  EXPECT_EQ(segments[0].segment.text_behind, 1000u);
  EXPECT_EQ(segments[0].segment.payload.size(), 1000u);
}

TEST_F(CoalescerTest, ChecksumsThatADeviceVouchesForAreNotComputed) {
  Sent sent;
  sent.spoil_tcp = 1;
  Queue(sent);
  EXPECT_TRUE(Join(Next(sent), link::ChecksumState::kVerified));
  EXPECT_TRUE(Join(Next(Next(sent)), link::ChecksumState::kPartial));
  EXPECT_FALSE(Join(Next(Next(Next(sent)))));
}

}  // namespace
}  // namespace nut::tcp
