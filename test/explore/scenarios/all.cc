// The table of all scenarios: a new one is one file in this folder and one line here.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "test/explore/scenario.h"
#include "test/explore/scenarios/in_every_state.h"
#include "test/explore/scenarios/scenarios.h"

namespace nut::explore {
namespace {

using tcp::State;

constexpr Scenario kScenarios[] = {
    {"abort", "abort in the middle of a transfer, a second thread sending", Size::kSmall, Abort},
    {"accept-against-close", "accept while another thread closes the listener", Size::kSmall,
     AcceptAgainstClose},
    {"backlog-overflow", "more clients than the backlog has room for", Size::kMedium, BacklogOverflow},
    {"close-during-retransmit", "close while a SYN that nobody answers is retransmitted", Size::kSmall,
     CloseDuringRetransmit},
    {"close-in-syn-sent", "another thread closes or aborts in SYN-SENT", Size::kSmall,
     CloseIn<State::kSynSent>},
    {"close-in-syn-received", "another thread closes or aborts in SYN-RECEIVED", Size::kSmall,
     CloseIn<State::kSynReceived>},
    {"close-in-established", "another thread closes or aborts in ESTABLISHED", Size::kSmall,
     CloseIn<State::kEstablished>},
    {"close-in-fin-wait-1", "another thread closes or aborts in FIN-WAIT-1", Size::kSmall,
     CloseIn<State::kFinWait1>},
    {"close-in-fin-wait-2", "another thread closes or aborts in FIN-WAIT-2", Size::kSmall,
     CloseIn<State::kFinWait2>},
    {"close-in-close-wait", "another thread closes or aborts in CLOSE-WAIT", Size::kSmall,
     CloseIn<State::kCloseWait>},
    {"close-in-last-ack", "another thread closes or aborts in LAST-ACK", Size::kSmall,
     CloseIn<State::kLastAck>},
    {"close-in-time-wait", "another thread closes or aborts in TIME-WAIT", Size::kSmall,
     CloseIn<State::kTimeWait>},
    {"connect-refused", "connect to a port without listener, two threads", Size::kSmall, ConnectRefused},
    {"connect-timeout", "connects that time out, and the same port again", Size::kMedium, ConnectTimeout},
    {"dead-host", "connects to hosts that are not there, and others beside them", Size::kMedium, DeadHost},
    {"fast-retransmit-abort", "abort while duplicate ACKs cause retransmission (R6)", Size::kMedium,
     FastRetransmitAbort},
    {"fin-with-data", "a FIN with the last octets, and a reader that closes (R5)", Size::kSmall, FinWithData},
    {"half-close", "an answer after the FIN, at any priority", Size::kMedium, HalfClose},
    {"listener-closed-queued", "a listener closed with connections queued", Size::kMedium,
     ListenerClosedQueued},
    {"lossy-exchange", "question and answer, any of the first segments lost", Size::kMedium, LossyExchange},
    {"node-shutdown", "a node is shut down with everything in flight", Size::kMedium, NodeShutdown},
    {"poll-against-close", "a wait for several sockets while one is closed", Size::kMedium, PollAgainstClose},
    {"read-after-abort", "reads after an abort with octets unread (R9)", Size::kMedium, ReadAfterAbort},
    {"receive-blocked-close", "close while another thread is blocked in receive", Size::kSmall,
     ReceiveBlockedClose},
    {"relisten", "a listener closed and another opened at its port", Size::kMedium, Relisten},
    {"reset-before-accept", "RST in SYN-RECEIVED while a thread waits in accept (R10)", Size::kMedium,
     ResetBeforeAccept},
    {"reset-in-syn-sent", "RST in SYN-SENT", Size::kSmall, ResetIn<State::kSynSent>},
    {"reset-in-syn-received", "RST in SYN-RECEIVED", Size::kSmall, ResetIn<State::kSynReceived>},
    {"reset-in-established", "RST in ESTABLISHED", Size::kSmall, ResetIn<State::kEstablished>},
    {"reset-in-fin-wait-1", "RST in FIN-WAIT-1", Size::kSmall, ResetIn<State::kFinWait1>},
    {"reset-in-fin-wait-2", "RST in FIN-WAIT-2", Size::kSmall, ResetIn<State::kFinWait2>},
    {"reset-in-close-wait", "RST in CLOSE-WAIT", Size::kSmall, ResetIn<State::kCloseWait>},
    {"reset-in-last-ack", "RST in LAST-ACK", Size::kSmall, ResetIn<State::kLastAck>},
    {"reset-in-time-wait", "RST in TIME-WAIT", Size::kSmall, ResetIn<State::kTimeWait>},
    {"retransmission-limit", "the peer is gone in the middle of a transfer", Size::kMedium,
     RetransmissionLimit},
    {"send-blocked-close", "close while another thread is blocked in send", Size::kMedium, SendBlockedClose},
    {"several-time-waits", "several TIME-WAITs end at one instant (R11)", Size::kMedium, SeveralTimeWaits},
    {"simultaneous-close", "both sides close at the same time", Size::kSmall, SimultaneousClose},
    {"simultaneous-open", "both sides connect to each other", Size::kMedium, SimultaneousOpen},
    {"stale-handshake", "a handshake is given up, another one follows (R8)", Size::kMedium, StaleHandshake},
    {"stale-stream", "a stream outlives its connection (R13)", Size::kMedium, StaleStream},
    {"time-wait-reuse", "a pair in TIME-WAIT is used again", Size::kMedium, TimeWaitReuse},
    {"two-closers", "two threads close the same connection", Size::kSmall, TwoClosers},
    {"udp-destroy", "a UDP endpoint is closed under a sleeping reader (R12)", Size::kSmall, UdpDestroy},
    {"vanishing-peer", "keep-alive finds the peer gone, a reader blocked", Size::kMedium, VanishingPeer},
    {"zero-window", "the window closes and opens again, the news may be lost", Size::kMedium, ZeroWindow},
    {"fast-retransmit", "the first of five small segments is lost, the sender closes", Size::kMedium,
     FastRetransmit},
    {"reset-of-handshake", "a handshake is reset while its listener closes", Size::kSmall, ResetOfHandshake},
    {"time-waits-together", "two TIME-WAITs end at the same moment (R11)", Size::kMedium, TimeWaitsTogether},
};

// Each, and each with ARP failing in the middle of it.
struct Table {
  Table() {
    names.reserve(std::size(kScenarios));
    for (const Scenario& scenario : kScenarios) {
      scenarios.push_back(scenario);
      names.push_back(std::string(scenario.name) + "/arp");
      Scenario variant = scenario;
      variant.name = names.back();
      variant.arp_fails = true;
      scenarios.push_back(variant);
    }
    std::sort(scenarios.begin(), scenarios.end(),
              [](const Scenario& x, const Scenario& y) { return x.name < y.name; });
  }

  std::vector<std::string> names;
  std::vector<Scenario> scenarios;
};

// Levenshtein: how many letters have to be changed, added or taken away.
size_t Distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t changed = diagonal + (from[i - 1] != to[j - 1]);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::span<const Scenario> AllScenarios() {
  static const Table table;
  return table.scenarios;
}

const Scenario* FindScenario(std::string_view name) {
  const auto all = AllScenarios();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Scenario& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Scenario& NearestScenario(std::string_view name) {
  const auto all = AllScenarios();
  return *std::min_element(all.begin(), all.end(), [&](const Scenario& x, const Scenario& y) {
    return Distance(x.name, name) < Distance(y.name, name);
  });
}

}  // namespace nut::explore
