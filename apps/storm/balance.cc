// The balance of both sides' ledgers.
#include <fmt/format.h>

#include "apps/storm/ledger.h"

namespace nut::storm {
namespace {

class Auditor {
 public:
  void Equal(uint64_t a, uint64_t b, std::string_view what) {
    if (a != b) findings_.push_back(fmt::format("{}: {} against {}", what, a, b));
  }

  // Every connection of one side has ended, once, and as its kind may.
  void Side(const Ledger& ledger, std::string_view side) {
    Equal(ledger.opened, ledger.ended(), fmt::format("{}: connections opened and ended", side));
    Equal(ledger.ended(Outcome::kFailed), 0, fmt::format("{}: connections that failed", side));
    if (ledger.fault_count > 0) {
      findings_.push_back(fmt::format("{}: {} faults; the first: connection {}, {}", side, ledger.fault_count,
                                      ledger.faults.empty() ? 0 : ledger.faults.front().connection,
                                      ledger.faults.empty() ? "" : ledger.faults.front().text));
    }
  }

  std::vector<std::string> TakeFindings() { return std::move(findings_); }

 private:
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> Balance(const Ledger& client, const Ledger& server) {
  Auditor auditor;
  auditor.Side(client, "client");
  auditor.Side(server, "server");
  for (size_t i = 0; i < kKindCount; ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (IsSeenByServer(kind)) {
      for (const Outcome outcome : {Outcome::kInOrder, Outcome::kAborted, Outcome::kVanished}) {
        auditor.Equal(client.ended(kind, outcome), server.ended(kind, outcome),
                      fmt::format("{} connections {}, client and server", NameOf(kind), NameOf(outcome)));
      }
    } else if (kind != Kind::kCloseEarly) {
      auditor.Equal(server.ended(kind), 0, fmt::format("{} connections at the server", NameOf(kind)));
    }
  }
  // A connection that was closed before its request reached the server as an empty one if its handshake was
  // over, and not at all otherwise.
  auditor.Equal(client.established_early, server.ended(Outcome::kEmpty),
                "connections closed early after their handshake, and accepted without a request");
  auditor.Equal(client.octets_sent, server.octets_received, "octets sent by clients and received by servers");
  auditor.Equal(server.octets_sent, client.octets_received, "octets sent by servers and received by clients");
  return auditor.TakeFindings();
}

}  // namespace nut::storm
