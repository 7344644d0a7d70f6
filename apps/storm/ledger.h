// Ledger: the accounts of one side of a storm: what became of every connection, and how many octets went.
// A value; the threads of one side write one together. Ledgers of several runs are merged, those of both
// sides are balanced against each other.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "apps/storm/kind.h"

namespace nut::storm {

// How a connection ended, as its side saw it.
enum class Outcome : uint8_t {
  kInOrder,      // everything received and verified, closed by both
  kRefused,      // RST in answer to the SYN
  kTimedOut,     // nobody answered the SYN in time, or the network said that nobody is there
  kClosedEarly,  // by another thread, before it was used
  kAborted,      // by RST, as planned
  kVanished,     // as planned: fell silent (the side that did), or gave the silent peer up (the other)
  kEmpty,        // server: a connection that ended without a request: one that the client closed early
  kFailed,       // anything else; a fault says what
};

inline constexpr size_t kOutcomeCount = 8;
inline constexpr std::array<std::string_view, kOutcomeCount> kOutcomeNames = {
    "in-order", "refused", "timed-out", "closed-early", "aborted", "vanished", "empty", "failed"};
constexpr std::string_view NameOf(Outcome outcome) { return kOutcomeNames[static_cast<size_t>(outcome)]; }

struct Ledger {
  static constexpr size_t kFaultsKept = 10;

  struct Fault {
    std::string text;
    uint64_t connection = 0;
  };

  uint64_t opened = 0;  // connections begun (client) or accepted (server)
  // What became of them. Server: kind by the request; without one kCloseEarly/kEmpty.
  std::array<std::array<uint64_t, kOutcomeCount>, kKindCount> endings{};
  uint64_t established_early = 0;  // client: of those closed early, how many had finished the handshake
  uint64_t port_waits = 0;         // client: how often a thread had to wait for a free port
  // Content octets of connections that were closed in order.
  uint64_t octets_sent = 0;
  uint64_t octets_received = 0;
  uint64_t fault_count = 0;
  std::vector<Fault> faults;  // the first few

  void Count(Kind kind, Outcome outcome) {
    ++endings[static_cast<size_t>(kind)][static_cast<size_t>(outcome)];
  }
  // Also counts kind/kFailed.
  void Fail(Kind kind, uint64_t connection, std::string text);
  // A fault that belongs to no connection of its own (or to one counted otherwise).
  void Note(uint64_t connection, std::string text);

  uint64_t ended(Kind kind, Outcome outcome) const {
    return endings[static_cast<size_t>(kind)][static_cast<size_t>(outcome)];
  }
  uint64_t ended(Outcome outcome) const;  // of all kinds
  uint64_t ended(Kind kind) const;        // with any outcome
  uint64_t ended() const;
  uint64_t under_way() const { return opened - ended(); }

  void Merge(const Ledger& other);

  nlohmann::json ToJson() const;
  // Or what is missing or of the wrong type.
  static tl::expected<Ledger, std::string> FromJson(const nlohmann::json& json);
};

// What is wrong when the books of both sides are laid side by side, after everything has ended; empty: every
// connection is accounted for exactly once, and both sides agree.
std::vector<std::string> Balance(const Ledger& client, const Ledger& server);

}  // namespace nut::storm
