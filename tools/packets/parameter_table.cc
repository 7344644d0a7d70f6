#include "tools/packets/parameter_table.h"

#include <fmt/format.h>

#include <variant>

#include "apps/nutnode/units.h"

namespace nut::packets {
namespace {

using tcp::Parameters;

using Member = std::variant<bool Parameters::*, size_t Parameters::*, unsigned Parameters::*,
                            uint8_t Parameters::*, uint16_t Parameters::*, Duration Parameters::*>;

struct Row {
  std::string_view name;
  Member member;
};

const Row kRows[] = {
    {"default-send-mss", &Parameters::default_send_mss},
    {"minimum-send-mss", &Parameters::minimum_send_mss},
    {"maximum-mss", &Parameters::maximum_mss},
    {"window-scaling", &Parameters::window_scaling},
    {"timestamps", &Parameters::timestamps},
    {"sack", &Parameters::sack},
    {"ttl", &Parameters::ttl},
    {"tos", &Parameters::tos},
    {"path-mtu-discovery", &Parameters::path_mtu_discovery},
    {"receive-buffer", &Parameters::receive_buffer},
    {"largest-receive-buffer", &Parameters::largest_receive_buffer},
    {"send-buffer", &Parameters::send_buffer},
    {"largest-send-buffer", &Parameters::largest_send_buffer},
    {"maximum-out-of-order-ranges", &Parameters::maximum_out_of_order_ranges},
    {"ecn", &Parameters::ecn},
    {"nagle", &Parameters::nagle},
    {"delayed-ack", &Parameters::delayed_ack},
    {"syn-ack-patience", &Parameters::syn_ack_patience},
    {"sender-sws-override", &Parameters::sender_sws_override},
    {"initial-window-segments", &Parameters::initial_window_segments},
    {"slow-start-limit-segments", &Parameters::slow_start_limit_segments},
    {"black-hole-timeouts", &Parameters::black_hole_timeouts},
    {"duplicate-ack-threshold", &Parameters::duplicate_ack_threshold},
    {"initial-rto", &Parameters::initial_rto},
    {"minimum-rto", &Parameters::minimum_rto},
    {"maximum-rto", &Parameters::maximum_rto},
    {"syn-timeout", &Parameters::syn_timeout},
    {"retransmission-timeout", &Parameters::retransmission_timeout},
    {"user-timeout-option", &Parameters::user_timeout_option},
    {"user-timeout-changeable", &Parameters::user_timeout_changeable},
    {"least-advised-timeout", &Parameters::least_advised_timeout},
    {"largest-advised-timeout", &Parameters::largest_advised_timeout},
    {"fast-open", &Parameters::fast_open},
    {"maximum-fast-opens", &Parameters::maximum_fast_opens},
    {"pacing", &Parameters::pacing},
    {"pacing-burst", &Parameters::pacing_burst},
    {"rack", &Parameters::rack},
    {"tail-loss-probe", &Parameters::tail_loss_probe},
    {"assumed-ack-delay", &Parameters::assumed_ack_delay},
    {"minimum-probe-timeout", &Parameters::minimum_probe_timeout},
    {"maximum-sent-runs", &Parameters::maximum_sent_runs},
    {"maximum-sacked-ranges", &Parameters::maximum_sacked_ranges},
    {"slow-start-exit", &Parameters::slow_start_exit},
    {"soft-error-after", &Parameters::soft_error_after},
    {"maximum-persist-interval", &Parameters::maximum_persist_interval},
    {"time-wait", &Parameters::time_wait},
    {"fin-wait-2-orphan", &Parameters::fin_wait_2_orphan},
    {"linger-orphan", &Parameters::linger_orphan},
    {"keep-alive", &Parameters::keep_alive},
    {"keep-alive-idle", &Parameters::keep_alive_idle},
    {"keep-alive-interval", &Parameters::keep_alive_interval},
    {"keep-alive-probes", &Parameters::keep_alive_probes},
    {"default-backlog", &Parameters::default_backlog},
    {"maximum-syn-queue", &Parameters::maximum_syn_queue},
    {"syn-cookies", &Parameters::syn_cookies},
    {"syn-received-timeout", &Parameters::syn_received_timeout},
    {"challenge-acks-per-second", &Parameters::challenge_acks_per_second},
    {"first-ephemeral-port", &Parameters::first_ephemeral_port},
    {"last-ephemeral-port", &Parameters::last_ephemeral_port},
};

std::string Apply(std::string_view value, bool& target) {
  const auto parsed = apps::ParseSwitch(value);
  if (!parsed) return parsed.error();
  target = *parsed;
  return {};
}

std::string Apply(std::string_view value, Duration& target) {
  const auto parsed = apps::ParseDuration(value);
  if (!parsed) return parsed.error();
  target = *parsed;
  return {};
}

template <typename Number>
std::string Apply(std::string_view value, Number& target) {
  const auto parsed = apps::ParseBytes(value);
  if (!parsed) return parsed.error();
  if (*parsed > std::numeric_limits<Number>::max()) return fmt::format("{} is too much", value);
  target = static_cast<Number>(*parsed);
  return {};
}

}  // namespace

std::string SetParameter(std::string_view name, std::string_view value, tcp::Parameters& parameters) {
  for (const Row& row : kRows) {
    if (row.name != name) continue;
    return std::visit([&](auto member) { return Apply(value, parameters.*member); }, row.member);
  }
  return fmt::format("\"{}\" is no parameter of TCP", name);
}

std::vector<std::string_view> ParameterNames() {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) names.push_back(row.name);
  return names;
}

}  // namespace nut::packets
