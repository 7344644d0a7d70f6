#include "stack/base/mutant.h"

#include <array>

namespace nut {
namespace {

struct Entry {
  Mutant mutant;
  std::string_view name;
};

constexpr std::array kEntries = {
    Entry{Mutant::kReclaimAtOnce, "reclaim_at_once"},
    Entry{Mutant::kReclaimByMarkOnly, "reclaim_by_mark_only"},
    Entry{Mutant::kR1BorrowedSegment, "r1_borrowed_segment"},
    Entry{Mutant::kR2Revival, "r2_revival"},
    Entry{Mutant::kR3FreedUnderWaiter, "r3_freed_under_waiter"},
    Entry{Mutant::kR4SilentClose, "r4_silent_close"},
    Entry{Mutant::kR5FinAfterYield, "r5_fin_after_yield"},
    Entry{Mutant::kR6DeafHandler, "r6_deaf_handler"},
    Entry{Mutant::kR7HalfOpenAccept, "r7_half_open_accept"},
    Entry{Mutant::kR8StaleHandshake, "r8_stale_handshake"},
    Entry{Mutant::kR9StaleCounters, "r9_stale_counters"},
    Entry{Mutant::kR10DiscardAfterWake, "r10_discard_after_wake"},
    Entry{Mutant::kR11OneTimerPerPass, "r11_one_timer_per_pass"},
    Entry{Mutant::kR12UdpFreedAtOnce, "r12_udp_freed_at_once"},
    Entry{Mutant::kR13StaleStream, "r13_stale_stream"},
};

constexpr auto kAll = [] {
  std::array<Mutant, kEntries.size()> all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = kEntries[i].mutant;
  return all;
}();

}  // namespace

std::string_view NameOf(Mutant mutant) {
  for (const Entry& entry : kEntries)
    if (entry.mutant == mutant) return entry.name;
  return "none";
}

std::optional<Mutant> MutantNamed(std::string_view name) {
  for (const Entry& entry : kEntries)
    if (entry.name == name) return entry.mutant;
  return std::nullopt;
}

std::span<const Mutant> AllMutants() { return kAll; }

#ifdef NUT_MUTANTS

namespace {

// The one exception from "no globals", and in no production build: whatever code asks is to be mutated alike.
Mutant current = Mutant::kNone;

}  // namespace

bool Mutated(Mutant mutant) { return mutant == current; }
void SetMutant(Mutant mutant) { current = mutant; }

#endif

}  // namespace nut
