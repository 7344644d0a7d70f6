#include "test/explore/mutants/hunts.h"

namespace nut::explore {
namespace {

constexpr Hunt kHunts[] = {
    {Mutant::kReclaimAtOnce, "connect-timeout"},
    {Mutant::kReclaimByMarkOnly, "connect-timeout"},
    {Mutant::kR1BorrowedSegment, "connect-timeout"},
    {Mutant::kR2Revival, "close-in-syn-sent"},
    {Mutant::kR3FreedUnderWaiter, "send-blocked-close"},
    {Mutant::kR4SilentClose, "receive-blocked-close"},
    {Mutant::kR5FinAfterYield, "fin-with-data"},
    {Mutant::kR6DeafHandler, "fast-retransmit"},
    {Mutant::kR7HalfOpenAccept, "backlog-overflow"},
    {Mutant::kR8StaleHandshake, "stale-handshake"},
    {Mutant::kR9StaleCounters, "read-after-abort"},
    {Mutant::kR10DiscardAfterWake, "reset-of-handshake"},
    {Mutant::kR11OneTimerPerPass, "time-waits-together"},
    {Mutant::kR12UdpFreedAtOnce, "udp-destroy"},
    {Mutant::kR13StaleStream, "stale-stream"},
};

}  // namespace

std::span<const Hunt> AllHunts() { return kHunts; }

}  // namespace nut::explore
