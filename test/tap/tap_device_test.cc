// The device on a host that answers as told: batches, drops by their reason, and no system call too many.
#include "tap/tap_device.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <optional>

#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

using link::FramePtr;

class Listener final : public link::DeviceListener {
 public:
  void OnReceivable() override { ++calls; }
  int calls = 0;
};

class TapDeviceTest : public testing::TestWithParam<bool> {
 protected:
  static constexpr int kFd = 5;

  TapDeviceTest() { Make(); }

  void Make(size_t mtu = 1500, link::FramePoolOptions pool_options = {}, size_t drops = 256) {
    device_.reset();
    pool_.emplace(pool_options);
    device_.emplace(TapDeviceOptions{"nut-n1", mtu, GetParam(), drops}, FileDescriptor(system_, kFd), system_,
                    *poller_, *pool_, clock_, statistics_);
    system_.polled.clear();
    ASSERT_TRUE(device_->Start().has_value());
    device_->SetListener(&listener_);
  }

  // What the kernel hands over for a frame: with the header in front where that was asked for.
  FakeSystemCalls::Bytes FromKernel(size_t size, uint8_t fill) {
    FakeSystemCalls::Bytes bytes(GetParam() ? 10 : 0, 0xee);
    bytes.insert(bytes.end(), size, fill);
    return bytes;
  }
  void Arrive(size_t size, uint8_t fill) { system_.to_read.push_back(FromKernel(size, fill)); }
  void Wake() {
    system_.MakeReady(kFd);
    poller_->Poll();
  }
  FramePtr Frame(size_t size, uint8_t fill, size_t headroom = link::Frame::kHeadroom) {
    FramePtr frame = pool_->Allocate(size, headroom);
    std::ranges::fill(frame->Append(size), fill);
    return frame;
  }
  size_t Receive(size_t count) {
    batch_.clear();
    batch_.resize(count);
    return device_->Receive(batch_);
  }

  FakeSystemCalls system_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  VirtualClock clock_;
  Statistics statistics_;
  Listener listener_;
  std::optional<link::FramePool> pool_;
  std::optional<TapDevice> device_;
  std::vector<FramePtr> batch_;
};

INSTANTIATE_TEST_SUITE_P(, TapDeviceTest, testing::Bool(), [](const auto& info) {
  return info.param ? "WithVnetHeader" : "WithoutVnetHeader";
});

TEST_P(TapDeviceTest, WaitsForInputOnTheEdge) {
  EXPECT_EQ(system_.polled.at(kFd).events, static_cast<uint32_t>(EPOLLIN) | static_cast<uint32_t>(EPOLLET));
}

TEST_P(TapDeviceTest, TellsTheListenerWhenThePollerSaysSo) {
  EXPECT_EQ(listener_.calls, 0);
  Wake();
  EXPECT_EQ(listener_.calls, 1);
}

TEST_P(TapDeviceTest, ReceivesFramesWholeWithFullHeadroomAndAStamp) {
  clock_.Advance(5s);
  Arrive(60, 0x11);
  Arrive(1514, 0x22);
  Wake();
  ASSERT_EQ(Receive(8), 2u);
  EXPECT_EQ(batch_[0]->size(), 60u);
  EXPECT_EQ(batch_[0]->data()[0], 0x11);
  EXPECT_EQ(batch_[0]->headroom(), link::Frame::kHeadroom);
  EXPECT_EQ(batch_[0]->received, Instant(5s));
  EXPECT_EQ(batch_[1]->size(), 1514u);
  EXPECT_EQ(batch_[1]->data()[1513], 0x22);
}

TEST_P(TapDeviceTest, ReadsUntilTheKernelHasNoMoreThenNotAgain) {
  Arrive(60, 1);
  Arrive(60, 2);
  Wake();
  EXPECT_EQ(Receive(8), 2u);
  EXPECT_EQ(system_.reads, 3);  // two frames and the EAGAIN
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(system_.reads, 3);
}

TEST_P(TapDeviceTest, BeforeAnythingCameReceiveCostsNoSystemCall) {
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(system_.reads, 0);
}

TEST_P(TapDeviceTest, AFullBatchLeavesTheRestForTheNextCall) {
  for (uint8_t i = 0; i < 5; ++i) Arrive(60, i);
  Wake();
  EXPECT_EQ(Receive(4), 4u);
  EXPECT_EQ(system_.reads, 4);
  EXPECT_EQ(Receive(4), 1u);
  EXPECT_EQ(batch_[0]->data()[0], 4);
}

TEST_P(TapDeviceTest, AListenerThatComesLateIsToldOfWhatIsThere) {
  device_->SetListener(nullptr);
  Arrive(60, 1);
  Wake();
  device_->SetListener(&listener_);
  EXPECT_EQ(listener_.calls, 1);
}

TEST_P(TapDeviceTest, AnEmptyPoolDropsFramesInsteadOfLeavingThemInTheKernel) {
  Make(1500, {.maximum_small = 1});
  Arrive(60, 1);
  Arrive(60, 2);
  Arrive(60, 3);
  Wake();
  ASSERT_EQ(Receive(8), 1u);
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 2u);
  EXPECT_TRUE(system_.to_read.empty());
}

TEST_P(TapDeviceTest, ALongSeriesOfDropsGivesWayAndAsksToBeToldAgain) {
  Make(1500, {.maximum_small = 0}, 3);
  for (uint8_t i = 0; i < 5; ++i) Arrive(60, i);
  Wake();
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 3u);
  EXPECT_EQ(system_.controls.back(), std::make_pair(static_cast<int>(EPOLL_CTL_MOD), kFd));
  Wake();
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 5u);
}

TEST_P(TapDeviceTest, TakesTheLongestFrameOfItsMtuAndDropsALongerOne) {
  Make(1000);
  Arrive(1018, 1);  // with a VLAN tag
  Arrive(1019, 2);
  Arrive(60, 3);
  Wake();
  ASSERT_EQ(Receive(8), 2u);
  EXPECT_EQ(batch_[0]->size(), 1018u);
  EXPECT_EQ(batch_[1]->data()[0], 3);
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 1u);
}

TEST_P(TapDeviceTest, DropsAReadWithoutAFrame) {
  system_.to_read.push_back(FromKernel(0, 0));
  Arrive(60, 1);
  Wake();
  EXPECT_EQ(Receive(8), 1u);
  EXPECT_EQ(statistics_[DropReason::kEthernetTruncated], 1u);
}

TEST_P(TapDeviceTest, ReceivesJumboFrames) {
  Make(9000);
  Arrive(9014, 7);
  Wake();
  ASSERT_EQ(Receive(1), 1u);
  EXPECT_EQ(batch_[0]->size(), 9014u);
}

TEST_P(TapDeviceTest, SendsAFrameInOneWriteBehindAnEmptyHeader) {
  device_->Send(Frame(60, 0x33));
  ASSERT_EQ(system_.written.size(), 1u);
  FakeSystemCalls::Bytes expected(GetParam() ? 10 : 0, 0);
  expected.insert(expected.end(), 60, 0x33);
  EXPECT_EQ(system_.written[0], expected);
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_P(TapDeviceTest, SendsAFrameWithoutHeadroomAllTheSame) {
  device_->Send(Frame(60, 0x44, 3));
  ASSERT_EQ(system_.written.size(), 1u);
  FakeSystemCalls::Bytes expected(GetParam() ? 10 : 0, 0);
  expected.insert(expected.end(), 60, 0x44);
  EXPECT_EQ(system_.written[0], expected);
}

TEST_P(TapDeviceTest, CountsEachWayInWhichSendingFails) {
  for (const int error : {EAGAIN, ENOBUFS, ENOMEM, EIO, EBADFD, EINVAL}) {
    system_.write_errors.push_back(error);
    device_->Send(Frame(60, 1));
  }
  EXPECT_EQ(statistics_[DropReason::kDeviceQueueFull], 3u);
  EXPECT_EQ(statistics_[DropReason::kDeviceDown], 2u);
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 1u);
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_P(TapDeviceTest, DropsAFrameLongerThanItsMtuWithoutASystemCall) {
  Make(1000);
  device_->Send(Frame(1019, 1));
  EXPECT_TRUE(system_.written.empty());
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 1u);
}

TEST_P(TapDeviceTest, ADeletedInterfaceIsReportedOnceAndNotPolledAnyMore) {
  int gone = 0;
  device_->SetGoneHandler([&] { ++gone; });
  system_.to_read.push_back(EBADFD);
  Wake();
  EXPECT_EQ(Receive(8), 0u);
  EXPECT_EQ(gone, 1);
  EXPECT_FALSE(system_.polled.contains(kFd));
  device_->Send(Frame(60, 1));
  EXPECT_TRUE(system_.written.empty());
  EXPECT_EQ(statistics_[DropReason::kDeviceDown], 1u);
}

TEST_P(TapDeviceTest, LeavesThePollerBeforeItClosesItsDescriptor) {
  system_.open_descriptors.insert(kFd);
  device_.reset();
  EXPECT_FALSE(system_.polled.contains(kFd));
  EXPECT_FALSE(system_.open_descriptors.contains(kFd));
}

}  // namespace
}  // namespace nut::tap
