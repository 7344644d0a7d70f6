#include "tools/storm/option_table.h"

#include <fmt/format.h>

#include <charconv>

#include "apps/nutnode/units.h"

namespace nut::storm {
namespace {

using Text = std::string_view;
using Options = StormOptions;

constexpr uint64_t kMostConnections = 1'000'000'000'000;
constexpr uint64_t kMostThreads = 4000;
constexpr uint64_t kMostJobs = 256;
constexpr uint64_t kMostShares = 100'000;

template <typename... Args>
tl::unexpected<std::string> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

template <typename T, typename Target>
Applied Store(apps::Parsed<T> parsed, Target& target) {
  if (!parsed) return tl::unexpected(parsed.error());
  target = static_cast<Target>(*std::move(parsed));
  return {};
}

template <double link::ImpairmentOptions::*kMember>
Applied SetProbability(Text text, Options& options) {
  return Store(apps::ParseProbability(text), options.impairment.*kMember);
}

Applied SetMode(Text text, Options& options) {
  if (text == "simulated") return options.mode = Mode::kSimulated, Applied();
  if (text == "live") return options.mode = Mode::kLive, Applied();
  if (text == "kernel-server") return options.mode = Mode::kKernelServer, Applied();
  if (text == "kernel-client") return options.mode = Mode::kKernelClient, Applied();
  return Wrong("\"{}\" is no mode; it is simulated, live, kernel-server or kernel-client", text);
}

Applied SetConnections(Text text, Options& options) {
  return Store(apps::ParseInteger(text, 1, kMostConnections), options.connections);
}

Applied SetMix(Text text, Options& options) {
  auto mix = Mix::FromText(text);
  if (!mix) return tl::unexpected(std::move(mix.error()));
  options.mix = *mix;
  return {};
}

// "N" or "FROM..TO".
Applied SetSize(Text text, Options& options) {
  const size_t dots = text.find("..");
  const auto least = apps::ParseInteger(text.substr(0, dots), 1, kLargestContent);
  if (!least) return tl::unexpected(least.error());
  const auto most = dots == Text::npos ? least : apps::ParseInteger(text.substr(dots + 2), 1, kLargestContent);
  if (!most) return tl::unexpected(most.error());
  if (*most < *least) return Wrong("\"{}\" begins with the larger size", text);
  options.sizes = {static_cast<uint32_t>(*least), static_cast<uint32_t>(*most)};
  return {};
}

Applied SetSeed(Text text, Options& options) {
  options.seed = text == "auto" ? Text() : text;
  return {};
}

Applied SetThreads(Text text, Options& options) {
  return Store(apps::ParseInteger(text, 1, kMostThreads), options.threads.emplace());
}

Applied SetJobs(Text text, Options& options) {
  return Store(apps::ParseInteger(text, 1, kMostJobs), options.jobs);
}

// "2/8": the second of eight, as people count.
Applied SetShare(Text text, Options& options) {
  const size_t slash = text.find('/');
  if (slash == Text::npos) return Wrong("\"{}\" is no share; write 2/8 for the second of eight", text);
  const auto count = apps::ParseInteger(text.substr(slash + 1), 1, kMostShares);
  if (!count) return tl::unexpected(count.error());
  const auto number = apps::ParseInteger(text.substr(0, slash), 1, *count);
  if (!number) return tl::unexpected(number.error());
  options.share = {static_cast<unsigned>(*number - 1), static_cast<unsigned>(*count)};
  return {};
}

Applied SetUntil(Text text, Options& options) {
  return Store(apps::ParseDuration(text), options.until.emplace());
}

Applied SetLatency(Text text, Options& options) {
  return Store(apps::ParseDuration(text), options.latency);
}

Applied SetTimeWait(Text text, Options& options) {
  return Store(apps::ParseDuration(text), options.time_wait.emplace());
}

Applied SetCheckEvery(Text text, Options& options) {
  return Store(apps::ParseInteger(text, 1, kMostConnections), options.check_every);
}

Applied SetDelay(Text text, Options& options) {
  const auto delay = apps::ParseDelay(text);
  if (!delay) return tl::unexpected(delay.error());
  options.impairment.delay = delay->middle;
  options.impairment.jitter = delay->jitter;
  return {};
}

Applied SetLossBurst(Text text, Options& options) {
  const auto pair = apps::ParseProbabilityPair(text);
  if (!pair) return tl::unexpected(pair.error());
  if (pair->first > 0 && pair->second == 0) {
    return Wrong("\"{}\": a burst that begins and never ends loses everything", text);
  }
  options.impairment.burst = {.enter = pair->first, .recover = pair->second};
  return {};
}

Applied SetRate(Text text, Options& options) {
  return Store(apps::ParseBitRate(text), options.impairment.bits_per_second);
}

Applied SetNutnode(Text text, Options& options) {
  options.nutnode = text;
  return {};
}

Applied SetNamespace(Text text, Options& options) {
  if (text == "own") return options.own_namespace = true, Applied();
  if (text == "present") return options.own_namespace = false, Applied();
  return Wrong("\"{}\": it is own, or present where this shell is in a private one already", text);
}

Applied SetJson(Text text, Options& options) {
  options.json = text;
  return {};
}

using Impairment = link::ImpairmentOptions;

// clang-format off
constexpr OptionSpec kOptions[] = {
    {.section = "storm", .name = "mode", .argument = "MODE", .initial = "simulated",
     .help = "simulated, live, kernel-server, kernel-client", .apply = SetMode},
    {.section = "storm", .name = "connections", .argument = "N", .initial = "1000000",
     .help = "how many, of all shares together", .apply = SetConnections},
    {.section = "storm", .name = "mix", .argument = "KIND=N,...", .initial = "",
     .help = "which kinds, with which weights", .apply = SetMix},
    {.section = "storm", .name = "size", .argument = "FROM..TO", .initial = "1..4096",
     .help = "octets of a request and of an answer", .apply = SetSize},
    {.section = "storm", .name = "threads", .argument = "N", .initial = "",
     .help = "connections at the same time; 32, or 512 live", .apply = SetThreads},
    {.section = "storm", .name = "seed", .argument = "TEXT|auto", .initial = "auto",
     .help = "equal seeds, equal storms", .apply = SetSeed},
    {.section = "storm", .name = "until", .argument = "TIME", .initial = "",
     .help = "no new connections after so long, 60s", .apply = SetUntil},

    {.section = "spreading", .name = "jobs", .argument = "N", .initial = "1",
     .help = "processes that share the connections", .apply = SetJobs, .is_simulated = true},
    {.section = "spreading", .name = "share", .argument = "I/N", .initial = "1/1",
     .help = "run only the I-th of N equal shares", .apply = SetShare},

    {.section = "simulated network", .name = "latency", .argument = "TIME", .initial = "50us",
     .help = "from node to node", .apply = SetLatency, .is_simulated = true},
    {.section = "simulated network", .name = "loss", .argument = "PERCENT", .initial = "0%",
     .help = "frames lost, 1%", .apply = SetProbability<&Impairment::loss>, .is_simulated = true},
    {.section = "simulated network", .name = "loss-burst", .argument = "P,R", .initial = "0%,100%",
     .help = "loss in bursts: 1%,30% begin and end one", .apply = SetLossBurst, .is_simulated = true},
    {.section = "simulated network", .name = "delay", .argument = "TIME[±TIME]", .initial = "0ms",
     .help = "frames delayed, 20ms±5ms", .apply = SetDelay, .is_simulated = true},
    {.section = "simulated network", .name = "reorder", .argument = "PERCENT", .initial = "0%",
     .help = "frames overtaken by later ones", .apply = SetProbability<&Impairment::reorder>, .is_simulated = true},
    {.section = "simulated network", .name = "duplicate", .argument = "PERCENT", .initial = "0%",
     .help = "frames that come twice", .apply = SetProbability<&Impairment::duplicate>, .is_simulated = true},
    {.section = "simulated network", .name = "corrupt", .argument = "PERCENT", .initial = "0%",
     .help = "frames with one bit turned over", .apply = SetProbability<&Impairment::corrupt>, .is_simulated = true},
    {.section = "simulated network", .name = "rate", .argument = "RATE", .initial = "0",
     .help = "speed of the line, 1gbit; 0: no limit", .apply = SetRate, .is_simulated = true},
    {.section = "simulated network", .name = "time-wait", .argument = "TIME", .initial = "",
     .help = "2 MSL; 10ms, or 4s on a bad network", .apply = SetTimeWait, .is_simulated = true},
    {.section = "simulated network", .name = "check-every", .argument = "N", .initial = "100000",
     .help = "connections between checks of invariants", .apply = SetCheckEvery, .is_simulated = true},

    {.section = "live", .name = "nutnode", .argument = "PATH", .initial = "",
     .help = "the node's program, where it is not beside us", .apply = SetNutnode},
    {.section = "live", .name = "namespace", .argument = "own|present", .initial = "own",
     .help = "where the segment is built", .apply = SetNamespace},

    {.section = "report", .name = "json", .argument = "FILE|-", .initial = "",
     .help = "the report for programs; - is standard output", .apply = SetJson},
};
// clang-format on

}  // namespace

std::span<const OptionSpec> OptionTable() { return kOptions; }

}  // namespace nut::storm
