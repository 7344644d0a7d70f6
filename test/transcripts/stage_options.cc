#include "test/transcripts/stage_options.h"

#include "apps/nutnode/units.h"
#include "stack/node/profile.h"
#include "tools/packets/parameter_table.h"

namespace nut::transcripts {
namespace {

// Parameters that scripts of tools/packets do not need.
std::string SetOther(std::string_view name, const std::string& value, tcp::Parameters& tcp) {
  if (name == "congestion") {
    if (value != "reno" && value != "cubic") return "congestion is reno or cubic";
    tcp.congestion = value == "reno" ? tcp::CongestionAlgorithm::kNewReno : tcp::CongestionAlgorithm::kCubic;
  } else if (name == "maximum-connections") {
    tcp.maximum_connections = NumberOf({value}, 0);
  } else if (name == "maximum-time-wait") {
    tcp.maximum_time_wait = NumberOf({value}, 0);
  } else if (name == "maximum-input-queue") {
    tcp.maximum_input_queue = NumberOf({value}, 0);
  } else if (name == "header-prediction") {
    tcp.header_prediction = value == "on";
  } else if (name == "idle-buffer-release") {
    tcp.idle_buffer_release = TimeOf(value);
  } else if (name == "large-packet-retry") {
    tcp.large_packet_retry = TimeOf(value);
  } else if (name == "maximum-owed-acks") {
    tcp.maximum_owed_acks = static_cast<unsigned>(NumberOf({value}, 0));
  } else if (name == "reset-on-timeout") {
    tcp.reset_on_timeout = value == "on";
  } else if (name == "push-always") {
    tcp.push_always = value == "on";
  } else if (name == "separate-fin") {
    tcp.separate_fin = value == "on";
  } else {
    return packets::SetParameter(name, value, tcp);
  }
  return "";
}

std::string SetEngine(std::string_view name, const std::string& value, tcp::EngineOptions& engine) {
  if (name == "segments-per-pass") {
    engine.segments_per_pass = static_cast<unsigned>(NumberOf({value}, 0));
  } else if (name == "resets-per-second") {
    engine.resets_per_second = static_cast<unsigned>(NumberOf({value}, 0));
  } else if (name == "maximum-listeners") {
    engine.maximum_listeners = NumberOf({value}, 0);
  } else if (name == "maximum-queued-errors") {
    engine.maximum_queued_errors = NumberOf({value}, 0);
  } else if (name == "maximum-fast-open-servers") {
    engine.maximum_fast_open_servers = NumberOf({value}, 0);
  } else if (name == "maximum-coalesced") {
    engine.maximum_coalesced = NumberOf({value}, 0);
  } else if (name == "maximum-held-syns") {
    engine.maximum_held_syns = NumberOf({value}, 0);
  } else if (name == "held-syn-patience") {
    engine.held_syn_patience = TimeOf(value);
  } else if (name == "super-segments") {
    engine.super_segments = value == "on";
  } else {
    return "this is no option of the engine";
  }
  return "";
}

std::string SetCable(const std::string& name, const std::string& value, link::HubPortOptions& cable) {
  if (name == "latency") {
    cable.latency = TimeOf(value);
  } else if (name == "rate") {
    const auto rate = apps::ParseBitRate(value);
    if (!rate) return rate.error();
    cable.bits_per_second = *rate;
  } else if (name == "queue") {
    cable.queue_frames = NumberOf({value}, 0);
  } else if (name == "mtu") {
    cable.mtu = NumberOf({value}, 0);
  } else if (name == "offload") {
    cable.offload = value == "on";
  } else {
    return "a cable has latency, rate, queue, mtu and offload";
  }
  return "";
}

}  // namespace

std::string TakeOption(const Words& words, StageOptions& options) {
  const std::string& verb = words[0];
  if (verb == "peer" && words.size() == 1) {
    options.scripted_peer = true;
    return "";
  }
  if (verb == "seed" && words.size() == 2) {
    options.seed = words[1];
    return "";
  }
  if (verb != "tcp" && verb != "engine" && verb != "cable" && verb != "profile")
    return std::string(kNoOption);
  if (verb == "cable")
    return words.size() == 3 ? SetCable(words[1], words[2], options.cable) : "cable NAME VALUE";
  // Of both nodes, or of the one that is named.
  const bool one = words.size() > 2 && (words[1] == "a" || words[1] == "b");
  const Words rest(words.begin() + (one ? 2 : 1), words.end());
  std::string fault;
  for (size_t station = 0; station < 2 && fault.empty(); ++station) {
    if (one && words[1] != (station == 0 ? "a" : "b")) continue;
    node::NodeOptions& node = options.node[station];
    if (verb == "profile") {
      const auto profile = node::ProfileFromName(rest[0]);
      if (!profile) return "no such profile";
      node::Apply(*profile, node);
    } else if (rest.size() != 2) {
      fault = verb + " NAME VALUE";
    } else {
      fault = verb == "tcp" ? SetOther(rest[0], rest[1], node.tcp) : SetEngine(rest[0], rest[1], node.engine);
    }
  }
  return fault;
}

}  // namespace nut::transcripts
