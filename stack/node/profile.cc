#include "stack/node/profile.h"

namespace nut::node {
namespace {

// The original's constants, with their names there.
constexpr size_t kMss = 536;      // TCP_MSS
constexpr size_t kWindow = 3216;  // TCP_WINSIZE: 6 segments
constexpr unsigned kFlight = 4;   // sends while (unacknowledged >> 2) < MSS
constexpr unsigned kBacklog = 8;  // TCP_BACKLOG_MAX

tcp::Parameters ClassicTcp() {
  tcp::Parameters tcp;
  // A SYN has one option, the MSS, and it is never more than was offered.
  tcp.default_send_mss = tcp.maximum_mss = kMss;
  tcp.mirror_mss = true;
  tcp.window_scaling = tcp.timestamps = tcp.sack = tcp.ecn = false;
  tcp.path_mtu_discovery = false;

  tcp.receive_buffer = tcp.largest_receive_buffer = tcp.send_buffer = tcp.largest_send_buffer = kWindow;

  tcp.congestion = tcp::CongestionAlgorithm::kNewReno;
  // No slow start, no Nagle; every segment is pushed; a FIN goes alone.
  tcp.nagle = false;
  tcp.initial_window_segments = tcp.maximum_flight_segments = kFlight;
  tcp.push_always = tcp.separate_fin = true;
  tcp.delayed_ack = 200ms;  // the tick of its timer loop
  tcp.syn_ack_patience = 0s;

  // 1, 2, 4, 8, 16, 20, 20, 20, 20 s: the ninth expiry ends it, without a word to the peer.
  tcp.initial_rto = 1s;
  tcp.maximum_rto = 20s;              // TCP_RTTO_MAX
  tcp.syn_timeout = 111s;             // TCP_RETRIES_MAX from 1 s
  tcp.retransmission_timeout = 103s;  // the same from 750 ms
  tcp.reset_on_timeout = false;

  tcp.time_wait = tcp.fin_wait_2_orphan = 2s;  // nine passes of its timer loop
  tcp.linger_orphan = 103s;

  tcp.default_backlog = tcp.maximum_syn_queue = kBacklog;
  tcp.syn_cookies = false;
  tcp.syn_received_timeout = 9s;  // 45 passes
  tcp.first_ephemeral_port = 0xc000;
  return tcp;
}

// Its order of options is ours anyhow.
tcp::Parameters LinuxLikeTcp() {
  tcp::Parameters tcp;
  tcp.ecn = false;            // it does not ask
  tcp.syn_ack_patience = 0s;  // every handshake is three segments
  tcp.time_wait = 60s;
  return tcp;
}

tcp::EngineOptions ClassicEngine() {
  tcp::EngineOptions engine;
  engine.super_segments = false;
  engine.maximum_held_syns = kBacklog;
  engine.held_syn_patience = 1200ms;  // TCP_BACKLOG_TIME: 5 passes, the first of them not whole
  return engine;
}

void ClassicNetwork(net::NetworkOptions& network) {
  network.ipv4_out.counted_identification = true;
  network.arp_out.broadcast_target = true;
  network.arp.maximum_requests = 1;      // MAX_ARPREQUESTS
  network.arp.request_interval = 500ms;  // MIN_ARPWAIT
  network.arp.reachable_time = 9min;     // MAX_ARPAGE
}

}  // namespace

std::string_view NameOf(Profile profile) {
  switch (profile) {
    case Profile::kModern: return "modern";
    case Profile::kClassic: return "classic";
    case Profile::kLinuxLike: return "linux-like";
  }
  return "?";
}

std::optional<Profile> ProfileFromName(std::string_view name) {
  for (const Profile profile : {Profile::kModern, Profile::kClassic, Profile::kLinuxLike}) {
    if (name == NameOf(profile)) return profile;
  }
  return std::nullopt;
}

void Apply(Profile profile, NodeOptions& options) {
  const bool classic = profile == Profile::kClassic;
  options.tcp = classic ? ClassicTcp() : profile == Profile::kLinuxLike ? LinuxLikeTcp() : tcp::Parameters{};
  options.engine = classic ? ClassicEngine() : tcp::EngineOptions{};
  options.network = {};
  if (classic) ClassicNetwork(options.network);
}

}  // namespace nut::node
