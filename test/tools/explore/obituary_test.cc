#include "tools/explore/obituary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tools/explore/child.h"
#include "tools/explore/sanitizer_report.h"

namespace nut::explorer {
namespace {

using explore::FaultKind;
using testing::HasSubstr;

constexpr char kUseAfterFree[] =
    "=================================================================\n"
    "==8963==ERROR: AddressSanitizer: heap-use-after-free on address 0x60700000010c at pc 0x55cdb4ce127e\n"
    "READ of size 4 at 0x60700000010c thread T0\n"
    "    #0 0x55cd in nut::tcp::Touch(nut::tcp::Connection&, std::vector<int, std::allocator<int> > const&) "
    "/proc/self/cwd/stack/tcp/touch.cc:6\n"
    "    #1 0x55ce in int nut::tcp::Machine<int>::Retransmit(int) const ./stack/tcp/machine.cc:7:12\n"
    "    #2 0x7fe3 in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58\n"
    "    #3 0x55cc in _start (/tmp/x4/t+0x1150)\n"
    "\n"
    "0x60700000010c is located 12 bytes inside of 80-byte region [0x607000000100,0x607000000150)\n"
    "freed by thread T0 here:\n"
    "    #0 0x7fe3 in operator delete(void*, unsigned long) "
    "../../../../src/libsanitizer/asan/asan_new_delete.cpp:164\n"
    "    #1 0x55cd in std::default_delete<nut::tcp::Connection>::operator()(nut::tcp::Connection*) const "
    "/usr/include/c++/12/bits/unique_ptr.h:95\n"
    "    #2 0x55cd in nut::tcp::(anonymous namespace)::Table::Free(nut::tcp::Connection&) "
    "stack/tcp/table.cc:5\n"
    "    #3 0x55cd in nut::tcp::Machine::Pass()::{lambda(int)#1}::operator()(int) const "
    "stack/tcp/machine.cc:17\n"
    "\n"
    "previously allocated by thread T0 here:\n"
    "    #0 0x55cd in nut::tcp::Table::Make() stack/tcp/table.cc:3\n"
    "SUMMARY: AddressSanitizer: heap-use-after-free /tmp/x4/t.cc:6 in nut::tcp::Touch\n";

TEST(SanitizerReport, KeepsOurFunctionsByTheirNamesAlone) {
  const auto report = ParseSanitizerReport(kUseAfterFree);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->kind, "heap-use-after-free");
  EXPECT_EQ(report->access, "read of 4 bytes");
  EXPECT_EQ(report->used, (std::vector<Place>{{"tcp::Touch", "stack/tcp/touch.cc", 6},
                                              {"tcp::Machine::Retransmit", "stack/tcp/machine.cc", 7}}));
  EXPECT_EQ(report->freed,
            (std::vector<Place>{{"tcp::Table::Free", "stack/tcp/table.cc", 5},
                                {"tcp::Machine::Pass::a lambda::operator()", "stack/tcp/machine.cc", 17}}));
  EXPECT_EQ(report->allocated, (std::vector<Place>{{"tcp::Table::Make", "stack/tcp/table.cc", 3}}));
}

TEST(SanitizerReport, IsNotSeenWhereThereIsNone) { EXPECT_FALSE(ParseSanitizerReport("all is well\n")); }

TEST(SanitizerReport, AReportCutOffInTheMiddleStillNamesItsKind) {
  const std::string cut = std::string(kUseAfterFree).substr(0, 180);
  const auto report = ParseSanitizerReport(cut);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->kind, "heap-use-after-free");
}

TEST(Obituary, SaysWhereMemoryWasUsedAndFreed) {
  const Obituary obituary = Examine(0x100, false, kUseAfterFree);
  EXPECT_EQ(obituary.fault.kind, FaultKind::kMemory);
  EXPECT_EQ(obituary.sameness, "heap-use-after-free at 0x55cdb4ce127e");
  EXPECT_EQ(obituary.fault.text,
            "heap-use-after-free: read of 4 bytes in tcp::Touch (stack/tcp/touch.cc:6), called by "
            "tcp::Machine::Retransmit; freed in tcp::Table::Free (stack/tcp/table.cc:5), called by "
            "tcp::Machine::Pass::a lambda::operator()");
}

TEST(Obituary, ABrokenInvariantIsKnownByItsPlace) {
  const Obituary obituary =
      Examine(SIGABRT, false, "nutnet: internal fault at stack/tcp/table.cc:31: a slot is lost (n == m)\n");
  EXPECT_EQ(obituary.fault.kind, FaultKind::kInvariant);
  EXPECT_EQ(obituary.fault.text, "stack/tcp/table.cc:31: a slot is lost (n == m)");
  EXPECT_EQ(obituary.sameness, "stack/tcp/table.cc:31");
}

Child Ended(const std::function<void(int)>& body) {
  auto child = Child::Start(body);
  if (!child) std::abort();
  Child* const children[] = {&*child};
  while (child->Pump()) Child::Wait(children, 1000);
  return *std::move(child);
}

TEST(Child, GivesBackWhatWasWrittenHoweverMuchItIs) {
  const std::string much(3'000'000, 'x');
  const Child child = Ended([&](int output) { WriteAll(output, much); });
  EXPECT_EQ(child.output(), much);
  EXPECT_EQ(child.wait_status(), 0);
}

TEST(Child, WhatItPrintedBeforeItsDeathIsKept) {
  const Child child = Ended([](int output) {
    WriteAll(output, "half a li");
    WriteAll(2, "so long\n");
    raise(SIGKILL);
  });
  EXPECT_EQ(child.output(), "half a li");
  EXPECT_EQ(child.errors(), "so long\n");
  const Obituary obituary = Examine(child);
  EXPECT_EQ(obituary.fault.kind, FaultKind::kCrash);
  EXPECT_THAT(obituary.fault.text, HasSubstr("Killed"));
}

TEST(Child, OneThatStandsStillIsEndedByItsParent) {
  auto child = Child::Start([](int) {
    for (;;) pause();
  });
  ASSERT_TRUE(child);
  EXPECT_TRUE(child->Pump());
  child->Kill();
  while (child->Pump()) {
  }
  EXPECT_EQ(Examine(*child).fault.kind, FaultKind::kEndless);
}

TEST(Child, ANormalEndWithoutAResultIsNoSuccess) {
  const Child child = Ended([](int) { _exit(3); });
  EXPECT_EQ(Examine(child).fault.text, "the process ended by itself with status 3");
}

}  // namespace
}  // namespace nut::explorer
