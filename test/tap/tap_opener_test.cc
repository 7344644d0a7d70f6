// Every way to come by a TAP, and every reason for which there is none, with the words that the user reads.
#include "tap/tap_opener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>

#include "test/tap/fake_host_interfaces.h"
#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kCloneSwitch[] = "/proc/sys/kernel/unprivileged_userns_clone";
constexpr char kAppArmorSwitch[] = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

class TapOpenerTest : public testing::Test {
 protected:
  TapOpenerTest() {
    system_.files["/dev/net/tun"].mode = 020666;
    for (const char* path : {"/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"}) {
      system_.files[path];
    }
  }

  TapOpener::Outcome Open(NamespaceUse use = NamespaceUse::kNever, Offload offload = Offload::kNone) {
    return TapOpener(system_, interfaces_)
        .Open({.interface_name = "nut-n1", .fd = {}, .user_namespace = use, .offload = offload});
  }
  TapFailure Fails(NamespaceUse use = NamespaceUse::kNever) {
    TapOpener::Outcome outcome = Open(use);
    EXPECT_FALSE(outcome.has_value());
    return outcome ? TapFailure{} : outcome.error();
  }

  FakeSystemCalls system_;
  FakeHostInterfaces interfaces_;
};

TEST_F(TapOpenerTest, CreatesAnInterfaceThatDoesNotExist) {
  const auto tap = Open();
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  EXPECT_EQ(tap->origin, TapOrigin::kCreated);
  EXPECT_EQ(tap->interface_name, "nut-n1");
  EXPECT_STREQ(system_.last_request.ifr_name, "nut-n1");
  EXPECT_TRUE(system_.open_descriptors.contains(tap->fd.number()));
}

TEST_F(TapOpenerTest, UsesAnInterfaceThatExists) {
  interfaces_.existing.insert("nut-n1");
  const auto tap = Open();
  ASSERT_TRUE(tap.has_value());
  EXPECT_EQ(tap->origin, TapOrigin::kExisting);
}

TEST_F(TapOpenerTest, AsksForTheVnetHeaderWhereTheKernelHasIt) {
  const auto tap = Open();
  ASSERT_TRUE(tap.has_value());
  EXPECT_TRUE(tap->has_vnet_header);
  EXPECT_EQ(static_cast<unsigned short>(system_.last_request.ifr_flags), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR);
  EXPECT_EQ(system_.vnet_header_size, 10);
}

TEST_F(TapOpenerTest, DoesWithoutTheVnetHeaderElsewhere) {
  system_.tun_features = IFF_TAP | IFF_NO_PI;
  const auto tap = Open();
  ASSERT_TRUE(tap.has_value());
  EXPECT_FALSE(tap->has_vnet_header);
  EXPECT_EQ(static_cast<unsigned short>(system_.last_request.ifr_flags), IFF_TAP | IFF_NO_PI);
}

TEST_F(TapOpenerTest, SwitchesOffloadOffExplicitlyBecauseAPersistentTapKeepsIt) {
  ASSERT_TRUE(Open().has_value());
  EXPECT_EQ(system_.offload, 0u);
}

TEST_F(TapOpenerTest, AgreesOnTheOffloadThatWasAskedFor) {
  const auto all = Open(NamespaceUse::kNever, Offload::kAll);
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->offload, Offload::kAll);
  EXPECT_EQ(system_.offload, uintptr_t{TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN});
  const auto checksum = Open(NamespaceUse::kNever, Offload::kChecksum);
  ASSERT_TRUE(checksum.has_value());
  EXPECT_EQ(checksum->offload, Offload::kChecksum);
  EXPECT_EQ(system_.offload, uintptr_t{TUN_F_CSUM});
}

TEST_F(TapOpenerTest, TakesTheNextLessWhereTheKernelRefusesAnOffload) {
  system_.offload_known = TUN_F_CSUM | TUN_F_TSO4;  // no ECN
  const auto less = Open(NamespaceUse::kNever, Offload::kAll);
  ASSERT_TRUE(less.has_value());
  EXPECT_EQ(less->offload, Offload::kChecksum);
  EXPECT_EQ(system_.offload, uintptr_t{TUN_F_CSUM});
  system_.offload_known = 0;
  const auto none = Open(NamespaceUse::kNever, Offload::kAll);
  ASSERT_TRUE(none.has_value());
  EXPECT_EQ(none->offload, Offload::kNone);
  EXPECT_EQ(system_.offload, 0u);
}

TEST_F(TapOpenerTest, WithoutTheVnetHeaderThereIsNoOffload) {
  system_.tun_features = IFF_TAP | IFF_NO_PI;
  const auto tap = Open(NamespaceUse::kNever, Offload::kAll);
  ASSERT_TRUE(tap.has_value());
  EXPECT_EQ(tap->offload, Offload::kNone);
  EXPECT_EQ(system_.offload, 0u);
}

TEST_F(TapOpenerTest, AGivenDescriptorAndANamespaceHaveOffloadToo) {
  system_.attached_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  const auto given =
      TapOpener(system_, interfaces_).Open({.interface_name = {}, .fd = 7, .offload = Offload::kAll});
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(given->offload, Offload::kAll);
  const auto inside = Open(NamespaceUse::kAlways, Offload::kAll);
  ASSERT_TRUE(inside.has_value());
  EXPECT_EQ(inside->offload, Offload::kAll);
}

TEST_F(TapOpenerTest, ClosesTheDescriptorWhenAttachingFails) {
  system_.ioctl_errors[TUNSETIFF] = EBUSY;
  EXPECT_FALSE(Open().has_value());
  EXPECT_TRUE(system_.open_descriptors.empty());
}

TEST_F(TapOpenerTest, RefusesNamesThatLinuxWouldNotTake) {
  for (const char* name : {"", "sixteen-letters-", "a/b", "tap%d", "two words", ".", ".."}) {
    const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = name});
    ASSERT_FALSE(tap.has_value()) << name;
    EXPECT_EQ(tap.error().problem, TapProblem::kBadName);
    EXPECT_THAT(tap.error().message, HasSubstr("--tap NAME"));
  }
}

// The reasons, in the order of TapProblem.

TEST_F(TapOpenerTest, NamesAnInterfaceThatIsNoTap) {
  interfaces_.existing.insert("nut-n1");
  system_.ioctl_errors[TUNSETIFF] = EINVAL;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kNotATap);
  EXPECT_THAT(failure.message, StartsWith("the interface nut-n1 exists and is not a TAP"));
}

TEST_F(TapOpenerTest, NamesABusyInterfaceAndHowToRunASecondNode) {
  system_.ioctl_errors[TUNSETIFF] = EBUSY;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kBusy);
  EXPECT_THAT(failure.message, StartsWith("the interface nut-n1 is in use by another process (EBUSY)"));
  EXPECT_THAT(failure.message, HasSubstr("--name n2 --ip 198.19.0.11/24"));
}

TEST_F(TapOpenerTest, NamesTheMissingDevice) {
  system_.files.erase("/dev/net/tun");
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kNoTunDevice);
  EXPECT_THAT(failure.message, StartsWith("/dev/net/tun does not exist"));
  EXPECT_THAT(failure.message, HasSubstr("sudo modprobe tun"));
  EXPECT_THAT(failure.message, HasSubstr("--device /dev/net/tun --cap-add NET_ADMIN"));
}

TEST_F(TapOpenerTest, NamesTheMissingDriver) {
  for (const int error : {ENODEV, ENXIO}) {
    system_.files["/dev/net/tun"].open_error = error;
    const TapFailure failure = Fails();
    EXPECT_EQ(failure.problem, TapProblem::kNoTunDriver);
    EXPECT_THAT(failure.message, HasSubstr("driver is not loaded"));
    EXPECT_THAT(failure.message, HasSubstr("sudo modprobe tun"));
  }
}

TEST_F(TapOpenerTest, NamesTheModeOfTheDevice) {
  system_.files["/dev/net/tun"] = {.content = {}, .open_error = EACCES, .mode = 020600};
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kTunDeviceMode);
  EXPECT_THAT(failure.message, StartsWith("/dev/net/tun may not be opened by uid 1000: its mode is 0600"));
  EXPECT_THAT(failure.message, HasSubstr("sudo chmod 0666 /dev/net/tun"));
}

TEST_F(TapOpenerTest, NamesTheDeviceRulesOfAContainer) {
  system_.files["/dev/net/tun"].open_error = EPERM;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kTunDeviceRules);
  EXPECT_THAT(failure.message, HasSubstr("device rules of this container or service"));
  EXPECT_THAT(failure.message, HasSubstr("DeviceAllow=/dev/net/tun rw"));
}

TEST_F(TapOpenerTest, NamesTheMissingCapability) {
  system_.ioctl_errors[TUNSETIFF] = EPERM;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kNoCapability);
  EXPECT_THAT(failure.message, HasSubstr("creating the interface nut-n1 needs the capability CAP_NET_ADMIN"));
  EXPECT_THAT(failure.message, HasSubstr("sudo ip tuntap add dev nut-n1 mode tap user 1000"));
}

TEST_F(TapOpenerTest, NamesAnInterfaceOfAnotherUser) {
  interfaces_.existing.insert("nut-n1");
  system_.ioctl_errors[TUNSETIFF] = EPERM;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kOtherOwner);
  EXPECT_THAT(failure.message, StartsWith("the interface nut-n1 exists, but not for uid 1000"));
}

TEST_F(TapOpenerTest, NamesTheErrnoOfWhatNobodyForesaw) {
  system_.ioctl_errors[TUNSETIFF] = ENOMEM;
  const TapFailure failure = Fails();
  EXPECT_EQ(failure.problem, TapProblem::kSystem);
  EXPECT_EQ(failure.message, "cannot attach to the interface nut-n1: Cannot allocate memory");
  system_.files["/dev/net/tun"].open_error = EMFILE;
  EXPECT_EQ(Fails().message, "cannot open /dev/net/tun: Too many open files");
}

// The namespace.

TEST_F(TapOpenerTest, EntersANamespaceWhenToldToAndBecomesRootThere) {
  const auto tap = Open(NamespaceUse::kAlways);
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  EXPECT_EQ(tap->origin, TapOrigin::kUserNamespace);
  EXPECT_EQ(tap->remark, "");
  EXPECT_EQ(system_.written_files["/proc/self/setgroups"], "deny");
  EXPECT_EQ(system_.written_files["/proc/self/uid_map"], "0 1000 1\n");
  EXPECT_EQ(system_.written_files["/proc/self/gid_map"], "0 1000 1\n");
  EXPECT_TRUE(interfaces_.loopback_up);
}

TEST_F(TapOpenerTest, NamesTheCallerAsKnownOutsideOfTheNamespace) {
  system_.files["/dev/net/tun"] = {.content = {}, .open_error = EACCES, .mode = 020600};
  EXPECT_THAT(Fails(NamespaceUse::kAlways).message, HasSubstr("by uid 1000"));
}

// An ordinary user: attaching fails outside and works inside.
class WithoutCapability : public TapOpenerTest {
 protected:
  class Interfaces final : public HostInterfaces {
   public:
    explicit Interfaces(FakeSystemCalls& system) : system_(system) {}
    bool Exists(std::string_view) override { return false; }
    std::optional<HostFailure> Configure(std::string_view, const HostSettings&) override {
      return std::nullopt;
    }
    // The first thing that happens inside.
    std::optional<HostFailure> BringLoopbackUp() override {
      system_.ioctl_errors.erase(TUNSETIFF);
      return std::nullopt;
    }

   private:
    FakeSystemCalls& system_;
  };

  WithoutCapability() { system_.ioctl_errors[TUNSETIFF] = EPERM; }
  Interfaces inside_{system_};
};

TEST_F(WithoutCapability, FallsBackToANamespaceAndSaysWhy) {
  const auto tap = TapOpener(system_, inside_).Open({.interface_name = "nut-n1"});
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  EXPECT_EQ(tap->origin, TapOrigin::kUserNamespace);
  EXPECT_THAT(tap->remark, HasSubstr("CAP_NET_ADMIN"));
}

TEST_F(WithoutCapability, StaysOutsideWhenToldTo) {
  EXPECT_EQ(Fails(NamespaceUse::kNever).problem, TapProblem::kNoCapability);
  EXPECT_THAT(system_.steps, Not(testing::Contains("unshare")));
}

TEST_F(WithoutCapability, NamesBothReasonsWhenNeitherWayIsOpen) {
  system_.unshare_error = EPERM;
  system_.files[kCloneSwitch].content = "0\n";
  const TapFailure failure = Fails(NamespaceUse::kIfNeeded);
  EXPECT_EQ(failure.problem, TapProblem::kNoCapability);
  EXPECT_THAT(failure.message, HasSubstr("CAP_NET_ADMIN"));
  EXPECT_THAT(failure.message, HasSubstr("kernel.unprivileged_userns_clone is 0"));
}

TEST_F(TapOpenerTest, DoesNotHideFromABusyInterfaceInANamespace) {
  system_.ioctl_errors[TUNSETIFF] = EBUSY;
  EXPECT_EQ(Fails(NamespaceUse::kIfNeeded).problem, TapProblem::kBusy);
  EXPECT_THAT(system_.steps, ElementsAre());
}

TEST_F(TapOpenerTest, NamesTheSwitchThatForbidsNamespaces) {
  system_.unshare_error = EPERM;
  system_.files[kCloneSwitch].content = "0\n";
  const TapFailure failure = Fails(NamespaceUse::kAlways);
  EXPECT_EQ(failure.problem, TapProblem::kNamespacesOff);
  EXPECT_THAT(failure.message, HasSubstr("sudo sysctl kernel.unprivileged_userns_clone=1"));
}

TEST_F(TapOpenerTest, NamesTheLimitOfUserNamespaces) {
  system_.unshare_error = ENOSPC;
  system_.files["/proc/sys/user/max_user_namespaces"].content = "0\n";
  system_.files["/proc/sys/user/max_net_namespaces"].content = "96000\n";
  const TapFailure failure = Fails(NamespaceUse::kAlways);
  EXPECT_EQ(failure.problem, TapProblem::kNamespacesLimited);
  EXPECT_THAT(failure.message, HasSubstr("the limit user.max_user_namespaces is 0"));
  EXPECT_THAT(failure.message, HasSubstr("sudo sysctl user.max_user_namespaces="));
}

TEST_F(TapOpenerTest, NamesTheLimitOfNetworkNamespaces) {
  system_.unshare_error = ENOSPC;
  system_.files["/proc/sys/user/max_net_namespaces"].content = "0\n";
  EXPECT_THAT(Fails(NamespaceUse::kAlways).message, HasSubstr("the limit user.max_net_namespaces is 0"));
}

TEST_F(TapOpenerTest, NamesAppArmorWhenItForbidsTheNamespace) {
  system_.unshare_error = EPERM;
  system_.files[kAppArmorSwitch].content = "1\n";
  const TapFailure failure = Fails(NamespaceUse::kAlways);
  EXPECT_EQ(failure.problem, TapProblem::kNamespacesAppArmor);
  EXPECT_THAT(failure.message, HasSubstr("sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"));
}

TEST_F(TapOpenerTest, NamesAppArmorWhenItForbidsTheMap) {
  system_.files[kAppArmorSwitch].content = "1\n";
  system_.files["/proc/self/uid_map"].write_error = EPERM;
  EXPECT_EQ(Fails(NamespaceUse::kAlways).problem, TapProblem::kNamespacesAppArmor);
}

TEST_F(TapOpenerTest, NamesAppArmorWhenItGivesNoRightsInside) {
  system_.files[kAppArmorSwitch].content = "1\n";
  system_.ioctl_errors[TUNSETIFF] = EPERM;
  EXPECT_EQ(Fails(NamespaceUse::kAlways).problem, TapProblem::kNamespacesAppArmor);
}

TEST_F(TapOpenerTest, NamesAContainersFilter) {
  system_.unshare_error = EPERM;
  const TapFailure failure = Fails(NamespaceUse::kAlways);
  EXPECT_EQ(failure.problem, TapProblem::kNamespacesFiltered);
  EXPECT_THAT(failure.message, HasSubstr("--security-opt seccomp=unconfined"));
}

TEST_F(TapOpenerTest, NamesAKernelWithoutNamespaces) {
  for (const int error : {EINVAL, ENOSYS}) {
    system_.unshare_error = error;
    EXPECT_EQ(Fails(NamespaceUse::kAlways).problem, TapProblem::kNamespacesAbsent);
  }
}

TEST_F(TapOpenerTest, NamesAMapThatCannotBeWritten) {
  system_.files["/proc/self/gid_map"].write_error = EPERM;
  const TapFailure failure = Fails(NamespaceUse::kAlways);
  EXPECT_EQ(failure.problem, TapProblem::kSystem);
  EXPECT_EQ(failure.message, "cannot become root of the new user namespace: Operation not permitted");
}

TEST(EnterCommandTest, KeepsCredentialsBecauseSetgroupsIsDenied) {
  EXPECT_EQ(EnterCommand(42), "nsenter --preserve-credentials -U -n -t 42");
}

// --tap-fd.

TEST_F(TapOpenerTest, TakesTheDescriptorThatItIsGiven) {
  system_.attached_name = "tap7";
  const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = "ignored", .fd = 5});
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  EXPECT_EQ(tap->origin, TapOrigin::kGivenDescriptor);
  EXPECT_EQ(tap->interface_name, "tap7");
  EXPECT_EQ(tap->fd.number(), 5);
  EXPECT_FALSE(tap->has_vnet_header);
  EXPECT_EQ(system_.offload, 0u);
  EXPECT_THAT(system_.steps, ElementsAre("non-blocking"));
}

TEST_F(TapOpenerTest, KeepsTheVnetHeaderOfAGivenDescriptor) {
  system_.attached_flags |= IFF_VNET_HDR;
  const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = 5});
  ASSERT_TRUE(tap.has_value());
  EXPECT_TRUE(tap->has_vnet_header);
  EXPECT_EQ(system_.vnet_header_size, 10);
}

TEST_F(TapOpenerTest, RefusesADescriptorThatIsNotOpen) {
  system_.ioctl_errors[TUNGETIFF] = EBADF;
  const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = 5});
  ASSERT_FALSE(tap.has_value());
  EXPECT_EQ(tap.error().problem, TapProblem::kBadDescriptor);
  EXPECT_THAT(tap.error().message, StartsWith("descriptor 5 is of no use as --tap-fd: it is not open"));
}

TEST_F(TapOpenerTest, RefusesADescriptorThatIsSomethingElse) {
  system_.ioctl_errors[TUNGETIFF] = ENOTTY;
  const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = 0});
  ASSERT_FALSE(tap.has_value());
  EXPECT_THAT(tap.error().message, HasSubstr("not attached to a TAP"));
}

TEST_F(TapOpenerTest, RefusesATunAndPacketInformation) {
  system_.attached_flags = IFF_TUN | IFF_NO_PI;
  const auto tun = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = 5});
  ASSERT_FALSE(tun.has_value());
  EXPECT_THAT(tun.error().message, HasSubstr("it is a TUN"));
  system_.attached_flags = IFF_TAP;
  const auto with_information = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = 5});
  ASSERT_FALSE(with_information.has_value());
  EXPECT_THAT(with_information.error().message, HasSubstr("without IFF_NO_PI"));
}

}  // namespace
}  // namespace nut::tap
