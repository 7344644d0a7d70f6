#include "test/fuzz/node_worlds.h"

namespace nut::fuzz {
namespace {

enum class World : uint8_t {
  kUsual,
  kFull,     // room for a few connections, half-open ones, segments
  kNarrow,   // small buffers, no window scaling
  kOld,      // neither options nor path MTU discovery, Nagle off
  kThin,     // an MTU of 576
  kThinnest,  // an MTU of 68, the least that there is
  kWatchful,  // keep-alive, impatient, with a packet filter
  kOffload,  // the device computes checksums and cuts segments
};

World WorldOf(uint8_t chosen) { return static_cast<World>(chosen & 7); }

node::NodeOptions OptionsOf(World world) {
  node::NodeOptions options;
  tcp::Parameters& tcp = options.tcp;
  switch (world) {
    case World::kUsual:
    case World::kOffload:
      break;
    case World::kFull:
      tcp.maximum_connections = 6;
      tcp.maximum_time_wait = 2;
      tcp.maximum_syn_queue = 2;
      tcp.maximum_input_queue = 4;
      tcp.maximum_out_of_order_ranges = 2;
      tcp.challenge_acks_per_second = 1;
      break;
    case World::kNarrow:
      tcp.receive_buffer = tcp.largest_receive_buffer = 1000;
      tcp.send_buffer = tcp.largest_send_buffer = 700;
      tcp.window_scaling = false;
      break;
    case World::kOld:
      tcp.window_scaling = tcp.timestamps = tcp.path_mtu_discovery = tcp.nagle = false;
      tcp.initial_window_segments = 1;
      tcp.slow_start_limit_segments = 1;
      break;
    case World::kThin:
      options.mtu = 576;
      break;
    case World::kThinnest:
      options.mtu = 68;
      break;
    case World::kWatchful:
      for (const char* rule : {"reject in udp to any port 9", "drop in icmp type 13", "accept tcp to any port 80",
                               "reject in tcp syn to any port 23", "reject out tcp to any port 79",
                               "drop out udp from any port 13", "drop in protocol 89"}) {
        options.filter.push_back(net::FilterRule::FromText(rule).value());
      }
      tcp.keep_alive = true;
      tcp.keep_alive_idle = 5s;
      tcp.keep_alive_interval = 2s;
      tcp.keep_alive_probes = 3;
      tcp.retransmission_timeout = 20s;
      tcp.delayed_ack = Duration::zero();
      tcp.idle_buffer_release = 10ms;
      tcp.time_wait = 1s;
      break;
  }
  return options;
}

}  // namespace

std::unique_ptr<hostile::NodeOnAWire> MakeWorld(uint8_t chosen) {
  const World world = WorldOf(chosen);
  return std::make_unique<hostile::NodeOnAWire>(OptionsOf(world), world == World::kOffload);
}

bool MustRest(uint8_t chosen) { return (chosen & 0x80) != 0 || WorldOf(chosen) == World::kFull; }

}  // namespace nut::fuzz
