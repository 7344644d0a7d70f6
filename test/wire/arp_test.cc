#include "stack/wire/arp.h"

#include <gtest/gtest.h>

#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

Bytes Request() {
  Bytes packet(kArpSize);
  Emit(packet, {ArpOperation::kRequest, MacAddress({2, 0, 0, 0, 0, 1}), Ipv4Address(198, 19, 0, 1),
                MacAddress(), Ipv4Address(198, 19, 0, 10)});
  return packet;
}

TEST(Arp, ReadsWhatLibtinsWrote) {
  Rng rng("arp in");
  for (int i = 0; i < 200; ++i) {
    const ArpFields fields{i % 2 ? ArpOperation::kRequest : ArpOperation::kReply, RandomMac(rng),
                           RandomAddress(rng), RandomMac(rng), RandomAddress(rng)};
    Tins::ARP theirs(ToTins(fields.target_ip), ToTins(fields.sender_ip), ToTins(fields.target_mac),
                     ToTins(fields.sender_mac));
    theirs.opcode(i % 2 ? Tins::ARP::REQUEST : Tins::ARP::REPLY);
    const Bytes packet = theirs.serialize();
    const auto view = ArpView::Parse(packet);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->operation(), fields.operation);
    EXPECT_EQ(view->sender_mac(), fields.sender_mac);
    EXPECT_EQ(view->sender_ip(), fields.sender_ip);
    EXPECT_EQ(view->target_mac(), fields.target_mac);
    EXPECT_EQ(view->target_ip(), fields.target_ip);

    Bytes ours(kArpSize);
    Emit(ours, fields);
    EXPECT_EQ(ours, packet);
  }
}

TEST(Arp, LibtinsReadsWhatWeWrote) {
  const Bytes packet = Request();
  const Tins::ARP theirs(packet.data(), static_cast<uint32_t>(packet.size()));
  EXPECT_EQ(theirs.opcode(), Tins::ARP::REQUEST);
  EXPECT_EQ(theirs.hw_addr_format(), 1);
  EXPECT_EQ(theirs.prot_addr_format(), 0x0800);
  EXPECT_EQ(theirs.sender_ip_addr().to_string(), "198.19.0.1");
  EXPECT_EQ(theirs.target_ip_addr().to_string(), "198.19.0.10");
  EXPECT_EQ(theirs.sender_hw_addr().to_string(), "02:00:00:00:00:01");
}

TEST(Arp, RefusesEveryTruncation) {
  const Bytes packet = Request();
  for (size_t size = 0; size < packet.size(); ++size) {
    const Bytes cut = Copy(ByteView(packet).first(size));
    EXPECT_EQ(ArpView::Parse(cut).error(), DropReason::kArpTruncated) << size;
  }
}

TEST(Arp, AcceptsThePaddingOfAShortFrame) {
  Bytes packet = Request();
  packet.resize(46);
  EXPECT_EQ(ArpView::Parse(packet)->target_ip(), Ipv4Address(198, 19, 0, 10));
}

TEST(Arp, RefusesOtherHardwareProtocolsAndLengths) {
  for (size_t offset = 0; offset < 6; ++offset) {  // hrd, pro, hln, pln: any other value of any byte
    for (int value = 0; value < 256; ++value) {
      Bytes packet = Request();
      if (packet[offset] == value) continue;
      packet[offset] = static_cast<uint8_t>(value);
      EXPECT_EQ(ArpView::Parse(packet).error(), DropReason::kArpBadHeader) << offset << " " << value;
    }
  }
}

TEST(Arp, GivesBackUnknownOperations) {
  Bytes packet = Request();
  packet[7] = 9;
  EXPECT_EQ(static_cast<int>(ArpView::Parse(packet)->operation()), 9);
}

}  // namespace
}  // namespace nut::wire
