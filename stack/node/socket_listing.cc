#include "stack/node/socket_listing.h"

#include <algorithm>

namespace nut::node {
namespace {

pro::SocketSnapshot RowOf(const tcp::ListenerListing& listener) {
  pro::SocketSnapshot row;
  row.id = listener.handle.id();
  row.protocol = "tcp";
  row.state = "LISTEN";
  row.local = listener.local;
  row.receive_queue = listener.accept_queue;
  row.send_queue = listener.accept_limit;
  return row;
}

pro::SocketSnapshot RowOf(const net::UdpInfo& endpoint) {
  pro::SocketSnapshot row;
  row.id = endpoint.handle.id();
  row.protocol = "udp";
  row.state = "UNCONN";
  row.local = endpoint.local;
  row.remote = endpoint.remote;
  row.receive_queue = endpoint.queued_bytes;
  return row;
}

pro::SocketSnapshot RowOf(const tcp::ConnectionListing& connection, Instant now) {
  const tcp::ConnectionInfo& info = connection.info;
  pro::SocketSnapshot row;
  row.id = connection.handle.id();
  row.protocol = "tcp";
  row.state = tcp::NameOf(info.state);
  row.local = info.ends.local;
  row.remote = info.ends.remote;
  row.receive_queue = info.receive_queue;
  row.send_queue = info.send_queue;
  row.bytes_in = info.bytes_received;
  row.bytes_out = info.bytes_acked;
  row.packets_in = info.segments_in;
  row.packets_out = info.segments_out;
  row.retransmits = info.retransmits;
  row.mss = info.send_mss;
  row.cwnd = info.cwnd;
  row.ssthresh = info.ssthresh == UINT32_MAX ? 0 : info.ssthresh;
  row.pipe = info.pipe;
  row.sacked = info.sacked;
  row.send_window = info.snd_wnd;
  row.srtt = info.srtt;
  row.rttvar = info.rttvar;
  row.rto = info.rto;
  row.timer = info.timer;
  row.timer_left = info.timer_left;
  row.age = now - info.opened;
  row.idle = now - info.last_activity;
  return row;
}

}  // namespace

pro::SocketList ListSockets(const tcp::EngineSnapshot& tcp, const std::vector<net::UdpInfo>& udp, Instant now,
                            size_t most) {
  pro::SocketList list;
  list.total = tcp.listeners.size() + udp.size() + tcp.connections.size();
  for (const auto& listener : tcp.listeners) list.sockets.push_back(RowOf(listener));
  for (const auto& endpoint : udp) list.sockets.push_back(RowOf(endpoint));
  std::ranges::stable_sort(list.sockets, {}, [](const pro::SocketSnapshot& row) { return row.local.port; });

  // Only as many connections as are shown are worth sorting and turning into rows.
  std::vector<const tcp::ConnectionListing*> connections;
  connections.reserve(tcp.connections.size());
  for (const auto& connection : tcp.connections) connections.push_back(&connection);
  const size_t room = most - std::min(most, list.sockets.size());
  const size_t shown = std::min(room, connections.size());
  std::ranges::partial_sort(connections, connections.begin() + static_cast<ptrdiff_t>(shown),
                            std::greater<>(),
                            [](const tcp::ConnectionListing* entry) { return entry->info.last_activity; });
  for (size_t i = 0; i < shown; ++i) list.sockets.push_back(RowOf(*connections[i], now));
  if (list.sockets.size() > most) list.sockets.resize(most);
  return list;
}

}  // namespace nut::node
