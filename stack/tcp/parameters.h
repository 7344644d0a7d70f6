// Parameters: every number that TCP's behaviour depends on, in one plain struct, so that a profile is a
// value. Copied into the engine at start; sockets may change their own copy of the ones marked (socket
// option).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/base/time.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

enum class CongestionAlgorithm : uint8_t {
  kNewReno,  // RFC 5681
  kCubic,    // RFC 9438
};

struct Parameters {
  // Segments and options
  size_t default_send_mss = 536;   // when the peer names none (RFC 9293 3.7.1, MUST-15)
  size_t minimum_send_mss = 48;    // below it a peer makes us pay more headers than data (CVE-2019-11479)
  size_t maximum_mss = 65495;      // further bounded by the path's MTU - 40
  bool window_scaling = true;      // RFC 7323 2
  bool timestamps = true;          // RFC 7323 3, with PAWS
  bool ecn = true;                 // RFC 3168: asked for, and agreed to
  bool sack = true;                // RFC 2018, with D-SACK (RFC 2883)
  uint8_t ttl = 64;                // (socket option) MUST-49
  uint8_t tos = 0;                 // (socket option) MUST-48
  bool path_mtu_discovery = true;  // DF set on every segment (RFC 1191)

  // Buffers, bytes (socket options)
  size_t receive_buffer = 1 << 20;          // the largest window offered
  size_t largest_receive_buffer = 6 << 20;  // as far as that grows (receive_tuning.h); less: not at all
  size_t send_buffer = 1 << 20;
  size_t largest_send_buffer = 4 << 20;     // as far as it grows with the congestion window; less: not at all
  // Disjoint pieces kept behind a gap; what would be one more is dropped. A slow start that overflows a queue
  // leaves hundreds of gaps.
  size_t maximum_out_of_order_ranges = 256;
  Duration idle_buffer_release = 1s;        // an empty buffer gives its memory back after so long without use

  // Sending
  bool nagle = true;                  // (socket option) RFC 9293 3.7.4
  Duration delayed_ack = 40ms;        // MUST-40: under 500 ms; at least every second full segment (SHLD-19)
  Duration syn_ack_patience = 100us;  // so long the ACK of a SYN,ACK waits for a first request to go with
  Duration sender_sws_override = 200ms;  // RFC 9293 3.8.6.2.1: 0.1–1 s
  CongestionAlgorithm congestion = CongestionAlgorithm::kCubic;
  bool slow_start_exit = true;            // HyStart++ (RFC 9406), with CUBIC and SACK
  unsigned initial_window_segments = 10;  // RFC 6928
  // Growth per ACK in slow start, at most: L of RFC 3465, which had 2; 8 is RFC 9406 4.3's, since one ACK
  // often stands for a whole super-segment nowadays; 1 is RFC 5681 to the letter.
  unsigned slow_start_limit_segments = 8;
  unsigned duplicate_ack_threshold = 3;  // RFC 5681
  unsigned maximum_owed_acks = 64;  // duplicate ACKs owed for segments that came out of order in one batch

  // Segments spread over the round trip instead of sent as fast as the device takes them (pacing.h); with
  // SACK.
  bool pacing = false;
  Duration pacing_burst = 1ms;  // what is sent in one go lasts so long at most at the rate, or is one segment

  // Loss recovery with SACK
  bool rack = true;                    // by time (RFC 8985); off: by what lies above (RFC 6675)
  bool tail_loss_probe = true;         // RFC 8985 7, with RACK
  Duration assumed_ack_delay = 200ms;  // of a peer: TLP.max_ack_delay
  // A probe waits so long at least: a peer that is not scheduled at once must not look like a lost tail where
  // round trips are shorter than that.
  Duration minimum_probe_timeout = 10ms;
  size_t maximum_sent_runs = 1024;     // that a scoreboard tells apart by their times
  size_t maximum_sacked_ranges = 256;  // that do not touch: no fewer than a peer like us keeps

  // Retransmission (RFC 6298)
  Duration initial_rto = 1s;
  Duration minimum_rto =
      200ms;  // RFC 6298 2.4 says SHOULD 1 s; 200 ms is what is deployed, stated in the README
  Duration maximum_rto = 60s;
  Duration syn_timeout = 180s;  // R2 for SYN, MUST-23: at least 3 minutes
  Duration retransmission_timeout =
      924s;                       // R2 for data, SHLD-11: at least 100 s (socket option: user timeout)
  unsigned soft_error_after = 3;  // R1, SHLD-10: retransmissions before the application can see a soft error

  // The user timeout option (RFC 5482): whether the peer is told R2, and its advice taken; the advice is
  // taken within these limits, and only as long as the application has not chosen R2 itself.
  bool user_timeout_option = false;          // (socket option) ENABLED
  bool user_timeout_changeable = true;       // (socket option) CHANGEABLE
  Duration least_advised_timeout = 100s;     // L_LIMIT: SHLD-11
  Duration largest_advised_timeout = 7200s;  // U_LIMIT
  Duration advised_timeout{};                // what came of it for one connection; 0: nothing

  // R2 as it is now.
  Duration user_timeout() const {
    return advised_timeout > Duration::zero() ? advised_timeout : retransmission_timeout;
  }

  // TCP Fast Open (RFC 7413): a listener takes text with the SYN of who shows a cookie, and a client asks for
  // cookies and uses them. Of handshakes that a listener has begun like that so many may be unfinished.
  bool fast_open = false;
  size_t maximum_fast_opens = 128;
  // Of one connection: what goes with its SYN or SYN-ACK, and the most that a client may send with it.
  std::optional<wire::TcpFastOpenCookie> fast_open_cookie;
  uint16_t fast_open_mss = 0;

  // Path MTU (RFC 4821): so many time-outs in a row are taken for a path that swallows large packets (0:
  // never), and twice as many where such have just arrived; they are tried again after so long.
  unsigned black_hole_timeouts = 3;
  Duration large_packet_retry = 600s;

  // Zero window (RFC 9293 3.8.6.1)
  Duration maximum_persist_interval = 60s;

  // Closing
  Duration time_wait = 60s;          // 2 MSL (MUST-13; MSL 30 s as deployed)
  Duration fin_wait_2_orphan = 60s;  // FIN-WAIT-2 without anybody who could read
  Duration linger_orphan = 120s;     // an orphan that cannot get its data and FIN acknowledged

  // Keep-alive (socket options), RFC 9293 3.8.4
  bool keep_alive = false;           // MUST-25
  Duration keep_alive_idle = 7200s;  // MUST-28: at least 2 h by default
  Duration keep_alive_interval = 75s;
  unsigned keep_alive_probes = 9;

  // Manners of the original, for the profile "classic" (stack/node/profile.h)
  bool push_always = false;              // PSH on every segment with text
  bool separate_fin = false;             // a FIN goes without text, and the peer's is acknowledged at once
  bool mirror_mss = false;               // a SYN-ACK offers no more than the SYN did
  unsigned maximum_flight_segments = 0;  // outstanding at most; 0: what the windows allow
  bool reset_on_timeout = true;          // a RST goes out when patience ends

  // The short way for segments that are just the next ones (input_expected.cc); off: the plain way for all.
  bool header_prediction = true;

  // Limits
  size_t maximum_connections = 262144;
  size_t maximum_time_wait = 131072;  // beyond it the oldest goes first
  size_t default_backlog = 128;       // accept queue of a listener
  size_t maximum_syn_queue = 1024;    // half-open connections of a listener
  bool syn_cookies = true;  // beyond them: SYN-ACKs without state (RFC 4987 3.6); else the oldest goes
  Duration syn_received_timeout = 63s;  // half-open connections are forgotten then
  size_t maximum_input_queue = 8192;    // segments between the receive thread and the state machine
  unsigned challenge_acks_per_second =
      10;  // per connection: RFC 5961 7 without its side channel (CVE-2016-5696)
  uint16_t first_ephemeral_port = 32768;  // RFC 6056 3.2
  uint16_t last_ephemeral_port = 65535;

  // What a window may ever come to, which a SYN has to say.
  size_t widest_window() const {
    return largest_receive_buffer > receive_buffer ? largest_receive_buffer : receive_buffer;
  }
};

}  // namespace nut::tcp
