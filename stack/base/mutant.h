// The mutants: what was wrong in the original's socket lifetime, each to be put back in by a test, one at a
// time, so that the explorer can show that it would find it (the story: test/explore/README.md). Only builds
// with
// --//stack/base:mutants have them: everywhere else Mutated is the constant false and their code is not
// compiled in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nut {

enum class Mutant : uint8_t {
  kNone,
  kReclaimAtOnce,        // 2001: a connection is freed where it ends, by whatever thread ends it
  kReclaimByMarkOnly,    // 2014: freed by the machine between passes, whoever is still inside a call on it
  kR1BorrowedSegment,    // what is retransmitted is the queued buffer itself; an abort frees it
  kR2Revival,            // the end is not absorbing: a connection that waits to be freed can change its state
  kR3FreedUnderWaiter,   // freed while a thread sleeps in its queues
  kR4SilentClose,        // close wakes nobody who waits on the connection
  kR5FinAfterYield,      // FIN is counted, then others run, then it is acted upon
  kR6DeafHandler,        // a handler goes on after the retransmission that it triggered has aborted
  kR7HalfOpenAccept,     // accept returns in SYN-RECEIVED, having processed the SYN in its own thread
  kR8StaleHandshake,     // a handshake that times out leaves its retransmission state to the next one
  kR9StaleCounters,      // an abort leaves counts of unread bytes behind, without the bytes
  kR10DiscardAfterWake,  // RST in SYN-RECEIVED wakes first and touches the connection afterwards
  kR11OneTimerPerPass,   // the timer pass stops after the first expired TIME-WAIT
  kR12UdpFreedAtOnce,    // a UDP endpoint is freed while its reader sleeps
  kR13StaleStream,       // a stream outlives its connection and uses what has come in its place
};

// "reclaim_at_once", "r1_borrowed_segment", …
std::string_view NameOf(Mutant mutant);
std::optional<Mutant> MutantNamed(std::string_view name);
// Every mutant but kNone.
std::span<const Mutant> AllMutants();

#ifdef NUT_MUTANTS

inline constexpr bool kHasMutants = true;
// Whether that one is on. Process-wide: a test process runs one mutant at a time.
bool Mutated(Mutant mutant);
// kNone: none.
void SetMutant(Mutant mutant);

#else

inline constexpr bool kHasMutants = false;
constexpr bool Mutated(Mutant) { return false; }

#endif

}  // namespace nut
