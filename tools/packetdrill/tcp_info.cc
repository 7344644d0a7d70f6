#include "tools/packetdrill/tcp_info.h"

#include <algorithm>

namespace nut::packetdrill {
namespace {

uint8_t StateOf(tcp::State state) {
  switch (state) {
    case tcp::State::kClosed:
    case tcp::State::kDestroy: return TCP_CLOSE;
    case tcp::State::kListen: return TCP_LISTEN;
    case tcp::State::kSynSent: return TCP_SYN_SENT;
    case tcp::State::kSynReceived: return TCP_SYN_RECV;
    case tcp::State::kEstablished: return TCP_ESTABLISHED;
    case tcp::State::kFinWait1: return TCP_FIN_WAIT1;
    case tcp::State::kFinWait2: return TCP_FIN_WAIT2;
    case tcp::State::kCloseWait: return TCP_CLOSE_WAIT;
    case tcp::State::kClosing: return TCP_CLOSING;
    case tcp::State::kLastAck: return TCP_LAST_ACK;
    case tcp::State::kTimeWait: return TCP_TIME_WAIT;
  }
  return TCP_CLOSE;
}

uint32_t Microseconds(Duration length) { return static_cast<uint32_t>(length / 1us); }

}  // namespace

tcp_info TcpInfoOf(const tcp::ConnectionInfo& info, Instant now) {
  tcp_info told{};
  const auto mss = static_cast<uint32_t>(std::max<size_t>(info.send_mss, 1));
  const auto segments = [mss](uint32_t octets) { return (octets + mss - 1) / mss; };
  told.tcpi_state = StateOf(info.state);
  told.tcpi_retransmits = static_cast<uint8_t>(std::min(info.backoff, 255u));
  told.tcpi_backoff = told.tcpi_retransmits;
  if (info.timestamps) told.tcpi_options |= TCPI_OPT_TIMESTAMPS;
  if (info.sack) told.tcpi_options |= TCPI_OPT_SACK;
  if (info.snd_wscale != 0 || info.rcv_wscale != 0) told.tcpi_options |= TCPI_OPT_WSCALE;
  if (info.ecn) told.tcpi_options |= TCPI_OPT_ECN;
  told.tcpi_snd_wscale = info.snd_wscale & 15;
  told.tcpi_rcv_wscale = info.rcv_wscale & 15;
  told.tcpi_rto = Microseconds(info.rto);
  told.tcpi_snd_mss = mss;
  told.tcpi_advmss = mss;
  told.tcpi_unacked = segments(info.snd_nxt - info.snd_una);
  told.tcpi_sacked = segments(info.sacked);
  told.tcpi_total_retrans = static_cast<uint32_t>(info.retransmits);
  told.tcpi_rtt = Microseconds(info.srtt);
  told.tcpi_rttvar = Microseconds(info.rttvar);
  told.tcpi_snd_cwnd = std::max(1u, info.cwnd / mss);
  // Linux's "not yet known".
  told.tcpi_snd_ssthresh = info.ssthresh >= 0x7fffffff ? 0x7fffffff : info.ssthresh / mss;
  told.tcpi_rcv_space = info.rcv_wnd;
  const auto age = static_cast<uint32_t>(ToMillis(now - info.last_activity));
  told.tcpi_last_data_sent = told.tcpi_last_data_recv = told.tcpi_last_ack_recv = age;
  return told;
}

}  // namespace nut::packetdrill
