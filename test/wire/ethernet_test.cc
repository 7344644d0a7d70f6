#include "stack/wire/ethernet.h"

#include <gtest/gtest.h>

#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

TEST(Ethernet, ReadsWhatLibtinsWrote) {
  Rng rng("ethernet in");
  for (int i = 0; i < 200; ++i) {
    const MacAddress destination = RandomMac(rng);
    const MacAddress source = RandomMac(rng);
    const auto type = static_cast<uint16_t>(0x8800 + rng.Below(0x700));
    const Bytes payload = RandomBytes(rng, 46 + rng.Below(200));
    Tins::EthernetII theirs = Tins::EthernetII(ToTins(destination), ToTins(source)) / Tins::RawPDU(payload);
    theirs.payload_type(type);
    const Bytes frame = theirs.serialize();
    const auto view = EthernetView::Parse(frame);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->destination(), destination);
    EXPECT_EQ(view->source(), source);
    EXPECT_EQ(view->ether_type(), type);
    EXPECT_EQ(Copy(view->payload()), payload);
  }
}

TEST(Ethernet, LibtinsReadsWhatWeWrote) {
  Rng rng("ethernet out");
  for (const EtherType type : {EtherType::kIpv4, EtherType::kArp, EtherType::kVlan, EtherType::kIpv6}) {
    const EthernetFields fields{RandomMac(rng), RandomMac(rng), type};
    Bytes frame(kEthernetHeaderSize);
    Emit(frame, fields);
    const Tins::EthernetII theirs(frame.data(), static_cast<uint32_t>(frame.size()));
    EXPECT_EQ(FromTins(theirs.dst_addr()), fields.destination);
    EXPECT_EQ(FromTins(theirs.src_addr()), fields.source);
    EXPECT_EQ(theirs.payload_type(), static_cast<uint16_t>(type));
    EXPECT_TRUE(EthernetView::Parse(frame)->Is(type));
  }
}

TEST(Ethernet, RefusesEveryTruncation) {
  const Bytes frame(kEthernetHeaderSize);
  for (size_t size = 0; size < frame.size(); ++size) {
    const Bytes cut = Copy(ByteView(frame).first(size));
    EXPECT_EQ(EthernetView::Parse(cut).error(), DropReason::kEthernetTruncated);
  }
  EXPECT_TRUE(EthernetView::Parse(frame)->payload().empty());
}

}  // namespace
}  // namespace nut::wire
