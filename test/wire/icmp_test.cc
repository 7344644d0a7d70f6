#include "stack/wire/icmp.h"

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "stack/wire/transport_quote.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

Bytes Message(const IcmpFields& fields, ByteView payload) {
  Bytes message = Concatenate(Bytes(kIcmpHeaderSize), payload);
  Emit(message, fields);
  return message;
}

TEST(Icmp, ReadsEchosThatLibtinsWrote) {
  Rng rng("icmp in");
  for (int i = 0; i < 500; ++i) {
    const auto identifier = static_cast<uint16_t>(rng.Next32());
    const auto sequence = static_cast<uint16_t>(rng.Next32());
    const Bytes payload = RandomBytes(rng, rng.Below(100));  // odd lengths too
    Tins::ICMP theirs = Tins::ICMP() / Tins::RawPDU(payload);
    i % 2 ? theirs.set_echo_request(identifier, sequence) : theirs.set_echo_reply(identifier, sequence);
    const Bytes message = theirs.serialize();
    const auto view = IcmpView::Parse(message);
    ASSERT_TRUE(view);
    const IcmpType type = i % 2 ? IcmpType::kEchoRequest : IcmpType::kEchoReply;
    EXPECT_EQ(view->type(), type);
    EXPECT_EQ(view->code(), 0);
    EXPECT_EQ(view->identifier(), identifier);
    EXPECT_EQ(view->sequence(), sequence);
    EXPECT_EQ(Copy(view->payload()), payload);
    EXPECT_EQ(Message({type, 0, EchoRest(identifier, sequence)}, payload), message);
  }
}

TEST(Icmp, LibtinsReadsErrorsThatWeWrote) {
  Rng rng("quoted");
  const Bytes quoted = RandomBytes(rng, 28);
  const auto read = [](const Bytes& message) {
    return Tins::ICMP(message.data(), static_cast<uint32_t>(message.size()));
  };
  const auto unreachable = IcmpType::kDestinationUnreachable;
  const auto needed = static_cast<uint8_t>(UnreachableCode::kFragmentationNeeded);
  const Bytes too_big = Message({unreachable, needed, NextHopMtuRest(1400)}, quoted);
  EXPECT_EQ(read(too_big).type(), Tins::ICMP::DEST_UNREACHABLE);
  EXPECT_EQ(read(too_big).code(), 4);
  EXPECT_EQ(read(too_big).mtu(), 1400);
  EXPECT_EQ(IcmpView::Parse(too_big)->next_hop_mtu(), 1400);
  EXPECT_EQ(Copy(IcmpView::Parse(too_big)->payload()), quoted);

  const Bytes problem = Message({IcmpType::kParameterProblem, 0, PointerRest(21)}, quoted);
  EXPECT_EQ(read(problem).type(), Tins::ICMP::PARAM_PROBLEM);
  EXPECT_EQ(read(problem).pointer(), 21);
  EXPECT_EQ(IcmpView::Parse(problem)->pointer(), 21);

  const Bytes exceeded =
      Message({IcmpType::kTimeExceeded, static_cast<uint8_t>(TimeExceededCode::kReassembly), 0}, quoted);
  EXPECT_EQ(read(exceeded).type(), Tins::ICMP::TIME_EXCEEDED);
  EXPECT_EQ(read(exceeded).code(), 1);
}

TEST(Icmp, ReadsTheGatewayOfARedirect) {
  const Bytes quoted(28);
  const Bytes message = Message({IcmpType::kRedirect, 1, Ipv4Address(198, 19, 0, 254).number()}, quoted);
  EXPECT_EQ(Copy(ByteView(message).subspan(4, 4)), (Bytes{198, 19, 0, 254}));
  EXPECT_EQ(IcmpView::Parse(message)->gateway(), Ipv4Address(198, 19, 0, 254));
  EXPECT_EQ(IcmpView::Parse(message)->code(), 1);
}

TEST(Icmp, RefusesEveryTruncation) {
  const Bytes message = Message({IcmpType::kEchoRequest, 0, EchoRest(1, 2)}, Bytes{3, 1, 4, 1, 5, 9, 2, 6});
  for (size_t size = 0; size < message.size(); ++size) {
    const Bytes cut = Copy(ByteView(message).first(size));
    const auto reason = size < kIcmpHeaderSize ? DropReason::kIcmpTruncated : DropReason::kIcmpBadChecksum;
    EXPECT_EQ(IcmpView::Parse(cut).error(), reason) << size;
  }
}

TEST(Icmp, NoticesEveryFlippedBit) {
  const Bytes message = Message({IcmpType::kEchoRequest, 0, EchoRest(1, 2)}, Bytes{1, 2, 3, 4, 5});
  for (size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes damaged = message;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_EQ(IcmpView::Parse(damaged).error(), DropReason::kIcmpBadChecksum) << bit;
  }
}

TEST(Icmp, TellsErrorsFromQueries) {
  int errors = 0;
  for (int type = 0; type < 256; ++type) errors += IsError(static_cast<IcmpType>(type));
  EXPECT_EQ(errors, 5);
  EXPECT_TRUE(IsError(IcmpType::kSourceQuench));
  EXPECT_FALSE(IsError(IcmpType::kEchoRequest));
  EXPECT_FALSE(IsError(IcmpType::kTimestamp));
}

TEST(TransportQuote, ReadsPortsAndSequenceOfACutSegment) {
  Tins::IP theirs = Tins::IP("198.19.0.10", "198.19.0.1") / Tins::TCP(80, 40000);
  theirs.rfind_pdu<Tins::TCP>().seq(0xfedcba98);
  Bytes quoted = theirs.serialize();
  quoted.resize(28);
  const auto ip = Ipv4View::ParseQuoted(quoted);
  ASSERT_TRUE(ip);
  const auto quote = TransportQuote::Parse(ip->payload());
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->source_port, Port(40000));
  EXPECT_EQ(quote->destination_port, Port(80));
  EXPECT_EQ(quote->sequence, SequenceNumber(0xfedcba98));
  for (size_t size = 0; size < 8; ++size) {
    EXPECT_EQ(TransportQuote::Parse(ip->payload().first(size)).error(), DropReason::kIcmpTruncated);
  }
}

}  // namespace
}  // namespace nut::wire
