// The set-up on a host made of tables: what is done in which order, and the exit code of every failure.
#include "apps/nutnode/host_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#include "test/tap/fake_system_calls.h"

namespace nut::apps {
namespace {

using tap::HostFailure;
using tap::TapProblem;
using testing::ElementsAre;
using testing::HasSubstr;

class Interfaces final : public tap::HostInterfaces {
 public:
  bool Exists(std::string_view) override { return exists; }
  std::optional<HostFailure> Configure(std::string_view name, const tap::HostSettings& settings) override {
    configured = name;
    last = settings;
    return failure;
  }
  std::optional<HostFailure> BringLoopbackUp() override { return std::nullopt; }

  bool exists = false;
  std::optional<HostFailure> failure;
  std::string configured;
  tap::HostSettings last;
};

class HostSetupTest : public testing::Test {
 protected:
  HostSetupTest() {
    system_.user = 0;
    system_.group = 0;
    system_.capabilities = {CAP_NET_ADMIN};
    system_.files["/dev/net/tun"];
    for (const char* path : {"/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"}) {
      system_.files[path];
    }
  }
  auto Prepare(std::optional<tap::Invoker> invoker = {}) {
    return SetUpHost(options_, system_, interfaces_, invoker);
  }
  SetupFailure Fails() {
    auto setup = Prepare();
    EXPECT_FALSE(setup.has_value());
    return setup ? SetupFailure{} : setup.error();
  }

  tap::FakeSystemCalls system_;
  Interfaces interfaces_;
  ProgramOptions options_;
};

TEST_F(HostSetupTest, ByItselfItAsksForEveryOffloadAndTakesWhatThereIs) {
  EXPECT_EQ(Prepare()->tap.offload, tap::Offload::kAll);
  system_.offload_known = 0;
  const auto setup = Prepare();
  EXPECT_EQ(setup->tap.offload, tap::Offload::kNone);
  EXPECT_EQ(setup->warning, "");
}

TEST_F(HostSetupTest, AnOffloadThatWasWishedForAndIsNotThereIsSaid) {
  options_.profile = node::Profile::kClassic;
  EXPECT_EQ(Prepare()->tap.offload, tap::Offload::kNone);
  options_.offload = tap::Offload::kAll;
  EXPECT_EQ(Prepare()->warning, "");
  system_.offload_known = TUN_F_CSUM;
  EXPECT_EQ(Prepare()->warning, "--offload: this kernel agrees to checksum only");
  options_.offload = tap::Offload::kNone;
  EXPECT_EQ(Prepare()->warning, "");
}

TEST_F(HostSetupTest, OpensTheTapSetsUpTheHostAndDropsEverything) {
  auto setup = Prepare(tap::Invoker{1000, 1000});
  ASSERT_TRUE(setup.has_value()) << setup.error().message;
  EXPECT_EQ(setup->tap.interface_name, "nut-n1");
  EXPECT_EQ(interfaces_.configured, "nut-n1");
  EXPECT_EQ(interfaces_.last.host_address.ToText(), "198.19.0.1/24");
  EXPECT_EQ(interfaces_.last.node_address.ToText(), "198.19.0.10");
  EXPECT_TRUE(interfaces_.last.without_ipv6);
  EXPECT_EQ(setup->host->ToText(), "198.19.0.1/24");
  EXPECT_TRUE(system_.capabilities.empty());
  EXPECT_EQ(system_.user, 1000u);
}

TEST_F(HostSetupTest, LeavesTheHostAloneWhenToldTo) {
  options_.set_up_host = false;
  auto setup = Prepare();
  ASSERT_TRUE(setup.has_value());
  EXPECT_EQ(interfaces_.configured, "");
  EXPECT_FALSE(setup->host.has_value());
}

TEST_F(HostSetupTest, AnInterfaceOfSomebodyElseKeepsItsIpv6) {
  interfaces_.exists = true;
  ASSERT_TRUE(Prepare().has_value());
  EXPECT_FALSE(interfaces_.last.without_ipv6);
}

TEST_F(HostSetupTest, ANamespaceUnderSudoBelongsToTheUser) {
  options_.user_namespace = tap::NamespaceUse::kAlways;
  auto setup = Prepare(tap::Invoker{1000, 1001});
  ASSERT_TRUE(setup.has_value()) << setup.error().message;
  const std::string dumpable = "prctl " + std::to_string(PR_SET_DUMPABLE) + " 1";
  EXPECT_THAT(system_.steps,
              ElementsAre("clear groups", "group 1001", "user 1000", dumpable, "unshare", "drop capabilities",
                          "prctl " + std::to_string(PR_SET_NO_NEW_PRIVS) + " 1"));
  EXPECT_EQ(system_.written_files["/proc/self/uid_map"], "0 1000 1\n");
}

TEST_F(HostSetupTest, APreparedInterfaceMayBeIncompleteWithAWarning) {
  interfaces_.exists = true;
  interfaces_.failure = HostFailure{HostFailure::Kind::kNotPermitted, "do it once"};
  auto setup = Prepare();
  ASSERT_TRUE(setup.has_value());
  EXPECT_EQ(setup->warning, "do it once");
}

TEST_F(HostSetupTest, ANewInterfaceMayNot) {
  interfaces_.failure = HostFailure{HostFailure::Kind::kNotPermitted, "do it once"};
  EXPECT_EQ(Fails().code, ExitCode::kNotPermitted);
}

TEST_F(HostSetupTest, ATakenAddressIsBusy) {
  interfaces_.failure = HostFailure{HostFailure::Kind::kAddressTaken, "taken"};
  const SetupFailure failure = Fails();
  EXPECT_EQ(failure.code, ExitCode::kBusy);
  EXPECT_EQ(failure.message, "taken");
  EXPECT_TRUE(system_.open_descriptors.empty());  // and the interface with it is gone
}

TEST_F(HostSetupTest, ASystemThatRefusesIsASystemError) {
  interfaces_.failure = HostFailure{HostFailure::Kind::kSystem, "broken"};
  EXPECT_EQ(Fails().code, ExitCode::kSystem);
}

TEST_F(HostSetupTest, RightsThatStayEndTheRun) {
  system_.keeps_capabilities = true;
  const SetupFailure failure = Fails();
  EXPECT_EQ(failure.code, ExitCode::kNotPermitted);
  EXPECT_THAT(failure.message, HasSubstr("CAP_NET_ADMIN"));
}

TEST_F(HostSetupTest, ABusyInterfaceIs69) {
  system_.ioctl_errors[TUNSETIFF] = EBUSY;
  EXPECT_EQ(static_cast<int>(Fails().code), 69);
}

TEST(ExitCodeTest, EachProblemHasItsCode) {
  const std::pair<TapProblem, int> kCodes[] = {
      {TapProblem::kBadName, 64},
      {TapProblem::kBadDescriptor, 64},
      {TapProblem::kNotATap, 64},
      {TapProblem::kBusy, 69},
      {TapProblem::kNoTunDevice, 71},
      {TapProblem::kNoTunDriver, 71},
      {TapProblem::kTunDeviceMode, 77},
      {TapProblem::kTunDeviceRules, 77},
      {TapProblem::kNoCapability, 77},
      {TapProblem::kOtherOwner, 77},
      {TapProblem::kNamespacesOff, 77},
      {TapProblem::kNamespacesLimited, 77},
      {TapProblem::kNamespacesAppArmor, 77},
      {TapProblem::kNamespacesFiltered, 77},
      {TapProblem::kNamespacesAbsent, 71},
      {TapProblem::kSystem, 71},
  };
  for (const auto& [problem, code] : kCodes) EXPECT_EQ(static_cast<int>(ExitCodeFor(problem)), code);
}

}  // namespace
}  // namespace nut::apps
