#include "stack/wire/ipv4_options.h"

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

TEST(Ipv4Options, SkipsWhatItDoesNotKnow) {
  EXPECT_EQ(CheckIpv4Options({}), DropReason::kNone);
  EXPECT_EQ(CheckIpv4Options(Bytes{0, 0, 0, 0}), DropReason::kNone);
  EXPECT_EQ(CheckIpv4Options(Bytes{1, 1, 1, 1}), DropReason::kNone);
  EXPECT_EQ(CheckIpv4Options(Bytes{0x5e, 2, 0x5f, 2}), DropReason::kNone);
  EXPECT_EQ(CheckIpv4Options(Bytes{68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0}), DropReason::kNone);  // timestamp
}

TEST(Ipv4Options, NothingBehindTheEndOfListCounts) {
  EXPECT_EQ(CheckIpv4Options(Bytes{1, 0, 131, 0}), DropReason::kNone);
  EXPECT_FALSE(HasRouterAlert(Bytes{0, 0, 0, 0, 148, 4, 0, 0}));
}

TEST(Ipv4Options, EveryMalformedLengthAtEveryPlaceIsRefused) {
  for (size_t total = 4; total <= 40; total += 4) {
    for (size_t place = 0; place < total; ++place) {
      for (int length = 0; length < 256; ++length) {
        Bytes options(total, 1);
        options[place] = 0x5e;  // nobody's option
        if (place + 1 < total) options[place + 1] = static_cast<uint8_t>(length);
        const bool sound = place + 1 < total && length >= 2 && place + static_cast<size_t>(length) <= total;
        ASSERT_EQ(CheckIpv4Options(options), sound ? DropReason::kNone : DropReason::kIpBadOptions)
            << total << " " << place << " " << length;
      }
    }
  }
}

// libtins 4.4 fails to write route options, but reads them.
Tins::IP ReadByLibtins(const Bytes& options) {
  Bytes packet(Ipv4HeaderSize({.options = options}));
  Emit(packet, {.options = options});
  return Tins::IP(packet.data(), static_cast<uint32_t>(packet.size()));
}

TEST(Ipv4Options, RefusesWhatLibtinsReadsAsASourceRoute) {
  const Bytes loose = {1, 131, 7, 4, 10, 0, 0, 1};
  EXPECT_EQ(ReadByLibtins(loose).lsrr().routes.at(0).to_string(), "10.0.0.1");
  EXPECT_EQ(CheckIpv4Options(loose), DropReason::kIpSourceRoute);
  const Bytes strict = {1, 137, 7, 4, 10, 0, 0, 1};
  EXPECT_EQ(ReadByLibtins(strict).ssrr().routes.at(0).to_string(), "10.0.0.1");
  EXPECT_EQ(CheckIpv4Options(strict), DropReason::kIpSourceRoute);
  const Bytes record = {1, 7, 7, 4, 10, 0, 0, 1};
  EXPECT_EQ(ReadByLibtins(record).record_route().routes.at(0).to_string(), "10.0.0.1");
  EXPECT_EQ(CheckIpv4Options(record), DropReason::kNone);
}

TEST(Ipv4Options, SeesRouterAlert) {
  EXPECT_TRUE(HasRouterAlert(kIpv4RouterAlert));
  EXPECT_TRUE(HasRouterAlert(Bytes{1, 0x5e, 3, 9, 148, 4, 0, 0}));
  EXPECT_FALSE(HasRouterAlert(Bytes{148, 3, 0, 0}));
  EXPECT_FALSE(HasRouterAlert(Bytes{0x5e, 6, 148, 4, 0, 0, 1, 1}));  // inside another option
  EXPECT_FALSE(HasRouterAlert(Bytes{0x5e, 0, 148, 4, 0, 0, 1, 1}));  // behind a malformed one
  EXPECT_FALSE(HasRouterAlert({}));
}

}  // namespace
}  // namespace nut::wire
