#include "apps/nutnode/option_table.h"

#include <algorithm>

#include "apps/nutnode/units.h"

namespace nut::apps {
namespace {

using Text = std::string_view;
using Options = ProgramOptions;
using Known = KnownServices;

// Fits a setter that needs no list of services.
template <Applied (*kSetter)(Text, Options&)>
Applied Do(Text text, Options& options, const Known&) {
  return kSetter(text, options);
}

Applied SetProbability(Text text, double& target) {
  return ParseProbability(text).map([&](double value) { target = value; });
}

Applied SetSwitch(Text text, bool& target) {
  return ParseSwitch(text).map([&](bool value) { target = value; });
}

Applied SetDuration(Text text, Duration& target) {
  return ParseDuration(text).map([&](Duration value) { target = value; });
}

Applied SetLevels(Text text, Options& options) {
  return ParseLogLevels(text).map([&](const LogLevels& levels) { options.log_levels = levels; });
}

Applied SetText(Text text, std::string& target) {
  target = text;
  return {};
}

Applied SetTap(Text t, Options& o, const Known&) { return SetText(t, o.tap); }
Applied SetCapture(Text t, Options& o, const Known&) { return SetText(t, o.capture); }
Applied SetLogFile(Text t, Options& o, const Known&) { return SetText(t, o.log_file); }
Applied SetCaptureDrops(Text t, Options& o, const Known&) { return SetSwitch(t, o.capture_drops); }
Applied SetRedirects(Text t, Options& o, const Known&) { return SetSwitch(t, o.node.redirects); }
Applied SetPacing(Text t, Options& o, const Known&) { return SetSwitch(t, o.node.tcp.pacing); }
Applied SetFastOpen(Text t, Options& o, const Known&) { return SetSwitch(t, o.node.tcp.fast_open); }
Applied SetTellUserTimeout(Text t, Options& o, const Known&) {
  return SetSwitch(t, o.node.tcp.user_timeout_option);
}
Applied SetLoss(Text t, Options& o, const Known&) { return SetProbability(t, o.impairment.loss); }
Applied SetReorder(Text t, Options& o, const Known&) { return SetProbability(t, o.impairment.reorder); }
Applied SetDuplicate(Text t, Options& o, const Known&) { return SetProbability(t, o.impairment.duplicate); }
Applied SetCorrupt(Text t, Options& o, const Known&) { return SetProbability(t, o.impairment.corrupt); }
Applied SetGrace(Text t, Options& o, const Known&) { return SetDuration(t, o.grace); }

// clang-format off
constexpr OptionSpec kOptions[] = {
    // First: the options below change what it has set.
    {.section = "behaviour", .name = "profile", .argument = "NAME", .initial = "modern",
     .help = "modern, classic (as the original) or linux-like", .apply = Do<SetProfile>, .is_common = true},

    {.section = "network", .name = "name", .argument = "NAME", .initial = "n1",
     .help = "what the node is called", .apply = Do<SetName>, .is_common = true},
    {.section = "network", .name = "ip", .argument = "ADDRESS/LENGTH|link-local", .initial = "198.19.0.10/24",
     .help = "the node's address and network", .apply = Do<SetAddress>, .is_common = true},
    {.section = "network", .name = "host", .argument = "ADDRESS|none", .initial = "",
     .help = "this machine's address there (the first one)", .apply = Do<SetHost>,
     .is_common = true},
    {.section = "network", .name = "gateway", .argument = "ADDRESS", .initial = "",
     .help = "the way out of the network", .apply = Do<SetGateway>, .is_common = true},
    {.section = "network", .name = "mac", .argument = "ADDRESS", .initial = "",
     .help = "Ethernet address (derived from the name)", .apply = Do<SetMac>},
    {.section = "network", .name = "mtu", .argument = "BYTES", .initial = "1500",
     .help = "largest IP packet of the interface", .apply = Do<SetMtu>},
    {.section = "network", .name = "redirects", .argument = "yes|no", .initial = "yes",
     .help = "a gateway may name a better one for a host", .apply = SetRedirects, .is_switch = true},
    {.section = "network", .name = "filter", .argument = "RULE", .initial = "",
     .help = "what may pass: drop in tcp to any port 23; may be repeated", .apply = Do<AddFilterRule>,
     .is_repeatable = true},
    {.section = "network", .name = "tap", .argument = "INTERFACE", .initial = "",
     .help = "TAP interface, existing or to be made (nut-NAME)", .apply = SetTap, .is_common = true},
    {.section = "network", .name = "tap-fd", .argument = "NUMBER", .initial = "",
     .help = "an open descriptor of a TAP", .apply = Do<SetTapDescriptor>},
    {.section = "network", .name = "offload", .argument = "auto|none|checksum|all", .initial = "auto",
     .help = "packet work left to the kernel: checksums, segmentation", .apply = Do<SetOffload>},
    {.section = "network", .name = "spin", .argument = "TIME", .initial = "50us",
     .help = "while busy, look so long before sleeping; 0: never", .apply = Do<SetSpin>},
    {.section = "network", .name = "congestion", .argument = "cubic|newreno", .initial = "cubic",
     .help = "how TCP's congestion window grows", .apply = Do<SetCongestion>},
    {.section = "network", .name = "pacing", .argument = "yes|no", .initial = "no",
     .help = "spread TCP segments over the round trip", .apply = SetPacing, .is_switch = true},
    {.section = "network", .name = "fast-open", .argument = "yes|no", .initial = "no",
     .help = "take and send text with a SYN (RFC 7413)", .apply = SetFastOpen, .is_switch = true},
    {.section = "network", .name = "tell-user-timeout", .argument = "yes|no", .initial = "no",
     .help = "tell peers how long we wait, and listen (RFC 5482)", .apply = SetTellUserTimeout, .is_switch = true},
    {.section = "network", .name = "userns", .argument = "yes|no|auto", .initial = "auto",
     .help = "the TAP in a user namespace, without root", .apply = Do<SetNamespaceUse>, .is_common = true,
     .is_switch = true},

    {.section = "capture", .name = "pcap", .argument = "FILE|-|FIFO", .initial = "",
     .help = "record all frames as pcapng; - is standard output", .apply = SetCapture, .is_common = true},
    {.section = "capture", .name = "snaplen", .argument = "BYTES", .initial = "0",
     .help = "keep so much of each frame; 0: all", .apply = Do<SetSnapLength>},
    {.section = "capture", .name = "capture-drops", .argument = "yes|no", .initial = "no",
     .help = "record only frames that were dropped or changed", .apply = SetCaptureDrops, .is_switch = true},

    {.section = "impairment", .name = "loss", .argument = "PERCENT", .initial = "0%",
     .help = "frames lost, 1%", .apply = SetLoss, .is_common = true},
    {.section = "impairment", .name = "loss-burst", .argument = "P,R", .initial = "0%,100%",
     .help = "loss in bursts: 1%,30% begin and end one", .apply = Do<SetLossBurst>},
    {.section = "impairment", .name = "delay", .argument = "TIME[±TIME]", .initial = "0ms",
     .help = "frames delayed, 20ms±5ms or 20ms+-5ms", .apply = Do<SetDelay>, .is_common = true},
    {.section = "impairment", .name = "reorder", .argument = "PERCENT", .initial = "0%",
     .help = "frames overtaken by later ones", .apply = SetReorder, .is_common = true},
    {.section = "impairment", .name = "duplicate", .argument = "PERCENT", .initial = "0%",
     .help = "frames that come twice", .apply = SetDuplicate, .is_common = true},
    {.section = "impairment", .name = "corrupt", .argument = "PERCENT", .initial = "0%",
     .help = "frames with one bit turned over", .apply = SetCorrupt, .is_common = true},
    {.section = "impairment", .name = "rate", .argument = "RATE", .initial = "0",
     .help = "speed of the line, 1mbit; 0: no limit", .apply = Do<SetRate>, .is_common = true},
    {.section = "impairment", .name = "impair", .argument = "rx|tx|both", .initial = "both",
     .help = "the direction that suffers, seen from the node", .apply = Do<SetImpairDirection>},

    {.section = "time", .name = "seed", .argument = "TEXT|auto", .initial = "auto",
     .help = "where all random numbers come from", .apply = Do<SetSeed>, .is_common = true},
    {.section = "time", .name = "until", .argument = "TIME", .initial = "",
     .help = "end by itself after this time, 60s", .apply = Do<SetUntil>, .is_common = true},
    {.section = "time", .name = "grace", .argument = "TIME", .initial = "2s",
     .help = "how long connections may take to close at the end", .apply = SetGrace},

    {.section = "services", .name = "app", .argument = "NAME[:PORT]|all|none", .initial = "all",
     .help = "a service to offer; may be repeated", .apply = AddService, .is_common = true, .is_repeatable = true},
    {.section = "services", .name = "www", .argument = "DIRECTORY", .initial = "",
     .help = "files for httpd; the status page goes to /status/", .apply = Do<SetWww>, .is_common = true},

    {.section = "log", .name = "log", .argument = "LEVEL[,MODULE=LEVEL]", .initial = "info",
     .help = "trace, debug, info, warning, error or off", .apply = Do<SetLevels>, .is_common = true},
    {.section = "log", .name = "log-format", .argument = "text|json", .initial = "text",
     .help = "one line each, or one JSON object each", .apply = Do<SetLogFormat>},
    {.section = "log", .name = "log-file", .argument = "FILE", .initial = "",
     .help = "to a file instead of standard error", .apply = SetLogFile},
};
// clang-format on

}  // namespace

std::span<const OptionSpec> OptionTable() { return kOptions; }

const OptionSpec* FindOption(std::string_view name) {
  const auto found = std::ranges::find(kOptions, name, &OptionSpec::name);
  return found == std::end(kOptions) ? nullptr : found;
}

}  // namespace nut::apps
