// What is given up, in which order, and that nothing goes on when it was not.
#include "tap/privileges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

using testing::ElementsAre;

std::string Prctl(int option) { return "prctl " + std::to_string(option) + " 1"; }

class PrivilegesTest : public testing::Test {
 protected:
  PrivilegesTest() { system_.capabilities = {CAP_NET_ADMIN, CAP_SETPCAP}; }
  FakeSystemCalls system_;
  Privileges privileges_{system_};
};

TEST_F(PrivilegesTest, UnderSudoTheNodeBecomesTheUserAndLosesEverything) {
  ASSERT_TRUE(privileges_.Drop(Invoker{1000, 1001}).has_value());
  EXPECT_THAT(system_.steps,
              ElementsAre("drop bounding set", "clear groups", "group 1001", "user 1000",
                          Prctl(PR_SET_DUMPABLE), "drop capabilities", Prctl(PR_SET_NO_NEW_PRIVS)));
}

TEST_F(PrivilegesTest, WithoutAnInvokerTheUserStays) {
  ASSERT_TRUE(privileges_.Drop(std::nullopt).has_value());
  EXPECT_THAT(system_.steps,
              ElementsAre("drop bounding set", "drop capabilities", Prctl(PR_SET_NO_NEW_PRIVS)));
}

TEST_F(PrivilegesTest, WithoutTheRightToItTheBoundingSetStays) {
  system_.capabilities = {};
  ASSERT_TRUE(privileges_.Drop(std::nullopt).has_value());
  EXPECT_THAT(system_.steps, ElementsAre("drop capabilities", Prctl(PR_SET_NO_NEW_PRIVS)));
}

TEST_F(PrivilegesTest, StopsAtTheFirstStepThatFailsAndNamesIt) {
  system_.step_errors["group 1001"] = EPERM;
  const auto result = privileges_.Drop(Invoker{1000, 1001});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), "cannot become group 1001: Operation not permitted");
  EXPECT_EQ(system_.steps.back(), "group 1001");
}

TEST_F(PrivilegesTest, LooksWhetherTheCapabilitiesAreReallyGone) {
  system_.keeps_capabilities = true;
  const auto result = privileges_.Drop(std::nullopt);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), "cannot drop CAP_NET_ADMIN: Operation not permitted");
}

TEST(InvokerTest, ComesFromBothVariablesOfSudo) {
  const auto invoker = InvokerFrom("1000", "1001");
  ASSERT_TRUE(invoker.has_value());
  EXPECT_EQ(invoker->user, 1000u);
  EXPECT_EQ(invoker->group, 1001u);
}

TEST(InvokerTest, IsNobodyWhenAVariableIsMissingOrNoId) {
  EXPECT_FALSE(InvokerFrom(nullptr, "1000").has_value());
  EXPECT_FALSE(InvokerFrom("1000", nullptr).has_value());
  for (const char* text : {"", "root", "10x", "-1", "4294967295", "4294967296", " 1"}) {
    EXPECT_FALSE(InvokerFrom(text, "1000").has_value()) << text;
  }
}

}  // namespace
}  // namespace nut::tap
