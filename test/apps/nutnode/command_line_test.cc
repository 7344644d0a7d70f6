// Every option, each mistake with its words, the config file, and that --print-config says what is in effect.
#include "apps/nutnode/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "apps/nutnode/config_file.h"

namespace nut::apps {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

const KnownServices kKnown = {{"daytime", wire::Port(13), "the time"},
                              {"echo", wire::Port(7), "sends back"},
                              {"httpd", wire::Port(80), "pages"}};

CommandLine Parse(const std::vector<std::string>& arguments) { return ParseCommandLine(arguments, kKnown); }

ProgramOptions Options(const std::vector<std::string>& arguments) {
  CommandLine result = Parse(arguments);
  if (const auto* error = std::get_if<UsageError>(&result)) ADD_FAILURE() << error->message;
  const auto* options = std::get_if<ProgramOptions>(&result);
  return options != nullptr ? *options : ProgramOptions{};
}

std::string Mistake(const std::vector<std::string>& arguments) {
  CommandLine result = Parse(arguments);
  const auto* error = std::get_if<UsageError>(&result);
  return error != nullptr ? error->message : "(none)";
}

std::string Printed(const std::vector<std::string>& arguments) {
  CommandLine result = Parse(arguments);
  const auto* text = std::get_if<PrintAndExit>(&result);
  return text != nullptr ? text->text : "(nothing)";
}

std::string WriteConfig(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

TEST(CommandLineTest, WithoutOptionsEverythingHasItsDefault) {
  const ProgramOptions options = Options({});
  EXPECT_EQ(options.node.name, "n1");
  EXPECT_EQ(options.node.address, Ipv4Prefix(Ipv4Address(198, 19, 0, 10), 24));
  EXPECT_EQ(options.HostAddress(), Ipv4Prefix(Ipv4Address(198, 19, 0, 1), 24));
  EXPECT_EQ(options.interface_name(), "nut-n1");
  EXPECT_EQ(options.node.mtu, 1500u);
  EXPECT_EQ(options.user_namespace, tap::NamespaceUse::kIfNeeded);
  EXPECT_FALSE(options.impairment.active());
  EXPECT_EQ(options.grace, 2s);
  EXPECT_EQ(options.services.size(), kKnown.size());
  EXPECT_EQ(options.log_levels.everything, LogLevel::kInfo);
  EXPECT_TRUE(options.set_up_host);
  EXPECT_EQ(options.node.seed, "");
}

TEST(CommandLineTest, NetworkOptions) {
  const ProgramOptions options =
      Options({"--name", "n7", "--ip", "10.1.0.1/16", "--gateway", "10.1.2.3", "--mac", "02:00:00:00:00:07",
               "--mtu", "9000", "--tap", "tap0", "--userns"});
  EXPECT_EQ(options.node.name, "n7");
  EXPECT_EQ(options.node.address, Ipv4Prefix(Ipv4Address(10, 1, 0, 1), 16));
  EXPECT_EQ(options.HostAddress().address(), Ipv4Address(10, 1, 0, 2));  // the node has the first one
  EXPECT_EQ(options.node.gateway, Ipv4Address(10, 1, 2, 3));
  EXPECT_EQ(options.node.mac->ToText(), "02:00:00:00:00:07");
  EXPECT_EQ(options.node.mtu, 9000u);
  EXPECT_EQ(options.interface_name(), "tap0");
  EXPECT_EQ(options.user_namespace, tap::NamespaceUse::kAlways);
  EXPECT_EQ(Options({"--userns=no"}).user_namespace, tap::NamespaceUse::kNever);
  EXPECT_EQ(Options({"--tap-fd", "5"}).tap_fd, 5);
}

TEST(CommandLineTest, OffloadIsChosenOrLeftToTheKernel) {
  EXPECT_EQ(Options({"--offload", "auto"}).offload, std::nullopt);
  EXPECT_EQ(Options({"--offload", "none"}).offload, tap::Offload::kNone);
  EXPECT_EQ(Options({"--offload", "checksum"}).offload, tap::Offload::kChecksum);
  EXPECT_EQ(Options({"--offload=all"}).offload, tap::Offload::kAll);
}

TEST(CommandLineTest, CongestionControlIsChosen) {
  EXPECT_EQ(Options({}).node.tcp.congestion, tcp::CongestionAlgorithm::kCubic);
  EXPECT_EQ(Options({"--congestion", "newreno"}).node.tcp.congestion, tcp::CongestionAlgorithm::kNewReno);
  EXPECT_EQ(Options({"--congestion=cubic"}).node.tcp.congestion, tcp::CongestionAlgorithm::kCubic);
}

TEST(CommandLineTest, SpinningHasALimit) {
  EXPECT_EQ(Options({}).spin, 50us);
  EXPECT_EQ(Options({"--spin", "1ms"}).spin, 1ms);
  EXPECT_EQ(Options({"--spin", "0"}).spin, 0us);
}

TEST(CommandLineTest, TheHostsAddressMayBeChosenOrLeftAlone) {
  EXPECT_EQ(Options({"--host", "198.19.0.99"}).HostAddress().address(), Ipv4Address(198, 19, 0, 99));
  EXPECT_FALSE(Options({"--host", "none"}).set_up_host);
}

TEST(CommandLineTest, ANetworkOfTwoGivesTheHostTheOtherAddress) {
  EXPECT_EQ(Options({"--ip", "198.19.0.10/31"}).HostAddress().address(), Ipv4Address(198, 19, 0, 11));
  EXPECT_EQ(Options({"--ip", "198.19.0.11/31"}).HostAddress().address(), Ipv4Address(198, 19, 0, 10));
}

TEST(CommandLineTest, CaptureOptions) {
  const ProgramOptions options = Options({"--pcap", "-", "--snaplen", "96", "--capture-drops"});
  EXPECT_EQ(options.capture, "-");
  EXPECT_EQ(options.snap_length, 96u);
  EXPECT_TRUE(options.capture_drops);
}

TEST(CommandLineTest, ImpairmentOptions) {
  const ProgramOptions options =
      Options({"--loss", "1%", "--loss-burst", "2%,30%", "--delay", "20ms±5ms", "--reorder", "3%",
               "--duplicate", "4%", "--corrupt", "5%", "--rate", "1mbit", "--impair", "rx"});
  EXPECT_EQ(options.impairment.loss, 0.01);
  EXPECT_EQ(options.impairment.burst.enter, 0.02);
  EXPECT_EQ(options.impairment.burst.recover, 0.30);
  EXPECT_EQ(options.impairment.delay, 20ms);
  EXPECT_EQ(options.impairment.jitter, 5ms);
  EXPECT_EQ(options.impairment.reorder, 0.03);
  EXPECT_EQ(options.impairment.duplicate, 0.04);
  EXPECT_EQ(options.impairment.corrupt, 0.05);
  EXPECT_EQ(options.impairment.bits_per_second, 1000000u);
  EXPECT_EQ(options.impairment.direction, link::ImpairmentDirection::kReceive);
  EXPECT_EQ(Options({"--impair=tx"}).impairment.direction, link::ImpairmentDirection::kTransmit);
}

TEST(CommandLineTest, TimeOptions) {
  const ProgramOptions options = Options({"--seed", "4711", "--until", "60s", "--grace", "500ms"});
  EXPECT_EQ(options.node.seed, "4711");
  EXPECT_EQ(options.until, Duration(60s));
  EXPECT_EQ(options.grace, 500ms);
}

TEST(CommandLineTest, ServicesAddUp) {
  const ProgramOptions options = Options({"--app", "httpd:8080", "--app", "echo"});
  EXPECT_THAT(options.services,
              ElementsAre(ServiceRequest{"httpd", wire::Port(8080)}, ServiceRequest{"echo", wire::Port(7)}));
  EXPECT_TRUE(Options({"--app", "none"}).services.empty());
}

TEST(CommandLineTest, LogOptions) {
  const ProgramOptions options =
      Options({"--log", "warning,tcp=trace", "--log-format", "json", "--log-file", "n1.log"});
  EXPECT_EQ(options.log_levels.For("arp"), LogLevel::kWarning);
  EXPECT_EQ(options.log_levels.For("tcp"), LogLevel::kTrace);
  EXPECT_EQ(options.log_format, LogFormat::kJson);
  EXPECT_EQ(options.log_file, "n1.log");
}

TEST(CommandLineTest, WwwIsADirectory) {
  EXPECT_EQ(Options({"--www", testing::TempDir()}).node.http.www, testing::TempDir());
  EXPECT_EQ(Mistake({"--www", "/nonexistent"}), "--www: \"/nonexistent\" is no directory");
}

// Mistakes.

TEST(CommandLineTest, AnUnknownOptionNamesTheNearestOne) {
  EXPECT_EQ(Mistake({"--los", "1%"}), "unknown option --los; did you mean --loss?");
  EXPECT_EQ(Mistake({"--pcpa=x"}), "unknown option --pcpa; did you mean --pcap?");
  EXPECT_EQ(Mistake({"--hlep"}), "unknown option --hlep; did you mean --help?");
  EXPECT_EQ(Mistake({"--capture-drop"}), "unknown option --capture-drop; did you mean --capture-drops?");
}

TEST(CommandLineTest, AbbreviationsAreNotGuessed) {
  EXPECT_THAT(Mistake({"--capture", "x"}), StartsWith("unknown option --capture"));
}

TEST(CommandLineTest, AStrayWordIsNamed) {
  EXPECT_EQ(Mistake({"stray"}), "\"stray\" is no option; options begin with --");
}

TEST(CommandLineTest, AMissingValueIsSaid) {
  EXPECT_EQ(Mistake({"--loss"}), "--loss needs a value: --loss PERCENT");
  EXPECT_EQ(Mistake({"--pcap", "--loss", "1%"}), "--pcap needs a value: --pcap FILE|-|FIFO");
  EXPECT_EQ(Mistake({"--config"}), "--config needs a value: --config FILE");
  EXPECT_EQ(Mistake({"--help=x"}), "option '--help' does not take any arguments");
}

TEST(CommandLineTest, AnOptionGivenTwiceIsSaid) {
  EXPECT_EQ(Mistake({"--loss", "1%", "--loss", "2%"}), "--loss is given twice");
}

TEST(CommandLineTest, EachValueIsCheckedAndQuoted) {
  const struct {
    std::vector<std::string> arguments;
    std::string mistake;
  } kCases[] = {
      {{"--name", "two words"}, "--name: \"two words\" is no name: 1 to 32 letters, digits, - _ or ."},
      {{"--ip", "198.19.0.10"},
       "--ip: \"198.19.0.10\" is neither an address with the length of its network, such as 198.19.0.10/24, "
       "nor "
       "link-local"},
      {{"--ip", "198.19.0.256/24"},
       "--ip: \"198.19.0.256/24\" is neither an address with the length of its network, such as "
       "198.19.0.10/24, nor "
       "link-local"},
      {{"--ip", "198.19.0.10/32"}, "--ip: 198.19.0.10/32: the length is not from 1 to 31"},
      {{"--ip", "198.19.0.0/24"}, "--ip: 198.19.0.0/24 is the network's own number"},
      {{"--ip", "198.19.0.255/24"}, "--ip: 198.19.0.255/24 is the network's broadcast address"},
      {{"--ip", "127.0.0.5/8"}, "--ip: 127.0.0.5/8 is a loopback address"},
      {{"--ip", "224.0.0.5/8"}, "--ip: 224.0.0.5/8 is a multicast address"},
      {{"--ip", "250.0.0.5/8"}, "--ip: 250.0.0.5/8 is in the reserved block 240.0.0.0/4"},
      {{"--ip", "0.1.2.3/8"}, "--ip: 0.1.2.3/8 is in 0.0.0.0/8, which means \"this network\""},
      {{"--ip", "link-local", "--gateway", "169.254.1.1"},
       "--gateway: packets of a link-local address must not go to any"},
      {{"--ip", "link-local", "--host", "198.19.0.1"}, "--host: 198.19.0.1 is not in the node's network"},
      {{"--host", "x"}, "--host: \"x\" is neither an address, such as 198.19.0.1, nor none"},
      {{"--host", "10.0.0.1"}, "--host: 10.0.0.1 is not in the node's network"},
      {{"--host", "198.19.0.10"}, "--host: 198.19.0.10 is the node's own address"},
      {{"--gateway", "x"}, "--gateway: \"x\" is no address, such as 198.19.0.1"},
      {{"--gateway", "10.0.0.1"}, "--gateway: 10.0.0.1 is not in the node's network"},
      {{"--mac", "02:00"}, "--mac: \"02:00\" is no MAC address, such as 02:00:5e:10:00:01"},
      {{"--mac", "ff:ff:ff:ff:ff:ff"}, "--mac: ff:ff:ff:ff:ff:ff is no address of a single station"},
      {{"--filter", "drop in tpc"},
       "--filter: at 9: \"tpc\" fits nothing here: ACTION [in|out] [PROTOCOL] [from END] [to END]"},
      {{"--mtu", "20"}, "--mtu: 20 is not from 68 to 65521"},
      {{"--tap-fd", "x"}, "--tap-fd: \"x\" is no whole number"},
      {{"--userns=maybe"}, "--userns: \"maybe\" is none of yes, no and auto"},
      {{"--profile", "original"}, "--profile: \"original\" is none of modern, classic and linux-like"},
      {{"--offload", "tso"}, "--offload: \"tso\" is none of auto, none, checksum and all"},
      {{"--congestion", "bbr"}, "--congestion: \"bbr\" is neither cubic nor newreno"},
      {{"--spin", "2ms"}, "--spin: \"2ms\" is more than 1ms: nobody else would get the processor"},
      {{"--spin", "50"}, "--spin: \"50\" needs a unit: ns, us, µs, ms, s, min, h"},
      {{"--tap", "a", "--tap-fd", "3"}, "--tap and --tap-fd exclude each other"},
      {{"--userns", "--tap-fd", "3"}, "--tap-fd and --userns exclude each other"},
      {{"--snaplen", "1GiB"}, "--snaplen: \"1GiB\" is more than any frame has (256KiB)"},
      {{"--redirects=maybe"}, "--redirects: \"maybe\" is neither yes nor no"},
      {{"--capture-drops=perhaps"}, "--capture-drops: \"perhaps\" is neither yes nor no"},
      {{"--loss", "101%"}, "--loss: \"101%\" is more than 100%"},
      {{"--loss-burst", "1%,0%"},
       "--loss-burst: \"1%,0%\": a burst that begins and never ends loses everything"},
      {{"--delay", "20"}, "--delay: \"20\" needs a unit: ns, us, µs, ms, s, min, h"},
      {{"--rate", "fast"}, "--rate: \"fast\" is no bit rate, such as 1mbit"},
      {{"--impair", "up"}, "--impair: \"up\" is none of rx, tx and both"},
      {{"--seed", "a b"}, "--seed: \"a b\" is no seed: 1 to 64 letters, digits, - _ or ."},
      {{"--until", "later"}, "--until: \"later\" is no length of time, such as 20ms"},
      {{"--grace", "-1s"}, "--grace: \"-1s\" is no length of time, such as 20ms"},
      {{"--app", "ecko"}, "--app: \"ecko\" is no service; did you mean echo?"},
      {{"--app", "httpd:70000"}, "--app: the port of httpd: 70000 is not from 1 to 65535"},
      {{"--app", "echo:80", "--app", "httpd"}, "--app: echo and httpd both want port 80"},
      {{"--log", "loud"}, "--log: \"loud\" is no level: trace, debug, info, warning, error or off"},
      {{"--log", "=debug"}, "--log: \"=debug\" names no module"},
      {{"--log-format", "xml"}, "--log-format: \"xml\" is neither text nor json"},
  };
  for (const auto& [arguments, mistake] : kCases) EXPECT_EQ(Mistake(arguments), mistake);
}

TEST(CommandLineTest, ANodeMayFindItsAddressForItself) {
  EXPECT_FALSE(Options({}).node.link_local);
  const ProgramOptions options = Options({"--ip", "link-local"});
  EXPECT_TRUE(options.node.link_local);
  EXPECT_EQ(options.HostAddress().ToText(), "169.254.1.1/16");
  EXPECT_EQ(Options({"--ip", "link-local", "--host", "169.254.9.9"}).HostAddress().ToText(),
            "169.254.9.9/16");
}

TEST(CommandLineTest, RedirectsCanBeTurnedOff) {
  EXPECT_TRUE(Options({}).node.redirects);
  EXPECT_FALSE(Options({"--redirects=no"}).node.redirects);
}

TEST(CommandLineTest, RulesOfTheFilterAddUpInOrder) {
  EXPECT_TRUE(Options({}).node.filter.empty());
  const ProgramOptions options =
      Options({"--filter", "accept in tcp to any port 80", "--filter", "drop in tcp"});
  ASSERT_EQ(options.node.filter.size(), 2u);
  EXPECT_EQ(options.node.filter[0].ToText(), "accept in tcp to any port 80");
  EXPECT_EQ(options.node.filter[1].ToText(), "drop in tcp");
  std::vector<std::string> many;
  for (int i = 0; i < 65; ++i) many.insert(many.end(), {"--filter", "drop"});
  EXPECT_EQ(Mistake(many), "--filter: there are more than 64 rules");
}

// The config file.

TEST(ConfigFileTest, IsReadLikeTheCommandLineWhichGoesFirst) {
  const std::string path = WriteConfig("good.conf",
                                       "# a comment\n"
                                       "name = n7\n"
                                       "\n"
                                       "  seed=12   # another\n"
                                       "capture-drops\n"
                                       "pcap = run#7.pcapng\r\n"
                                       "app = echo\n"
                                       "app = httpd:8080\n");
  const ProgramOptions options = Options({"--config", path, "--seed", "99"});
  EXPECT_EQ(options.node.name, "n7");
  EXPECT_EQ(options.node.seed, "99");
  EXPECT_TRUE(options.capture_drops);
  EXPECT_EQ(options.capture, "run#7.pcapng");
  EXPECT_EQ(options.services.size(), 2u);
  // Services do not add up across the two: the command line replaces.
  EXPECT_THAT(Options({"--config", path, "--app", "daytime"}).services,
              ElementsAre(ServiceRequest{"daytime", wire::Port(13)}));
}

TEST(ConfigFileTest, MistakesAreNamedWithFileAndLine) {
  const std::string unknown = WriteConfig("unknown.conf", "name = n7\nloss = 3%\nno-such-thing = 1\n");
  EXPECT_THAT(Mistake({"--config", unknown}),
              StartsWith(unknown + ":3: unknown option --no-such-thing; did you mean --"));
  const std::string value = WriteConfig("value.conf", "\n\nloss = banana\n");
  EXPECT_EQ(Mistake({"--config", value}),
            value + ":3: --loss: \"banana\" is no percentage, such as 1% or 0.5%");
  const std::string form = WriteConfig("form.conf", "name n7\n");
  EXPECT_EQ(Mistake({"--config", form}), form + ":1: \"name n7\" is not of the form: name = value");
  const std::string empty = WriteConfig("empty.conf", "name =\n");
  EXPECT_EQ(Mistake({"--config", empty}), empty + ":1: name has no value");
  const std::string bare = WriteConfig("bare.conf", "loss\n");
  EXPECT_EQ(Mistake({"--config", bare}), bare + ":1: --loss needs a value: --loss PERCENT");
  const std::string dashes = WriteConfig("dashes.conf", "--name = n7\n");
  EXPECT_EQ(Mistake({"--config", dashes}), dashes + ":1: \"--name = n7\" is not of the form: name = value");
  const std::string twice = WriteConfig("twice.conf", "loss = 1%\nloss = 2%\n");
  EXPECT_EQ(Mistake({"--config", twice}), twice + ":2: --loss is given twice");
  const std::string nested = WriteConfig("nested.conf", "config = other.conf\n");
  EXPECT_EQ(Mistake({"--config", nested}), nested + ":1: config belongs on the command line");
}

TEST(ConfigFileTest, AFileThatIsNotThereIsNamed) {
  EXPECT_EQ(Mistake({"--config", "/nonexistent/x.conf"}), "--config: \"/nonexistent/x.conf\" cannot be read");
}

TEST(ConfigFileTest, BinaryFilesAreRefused) {
  std::istringstream input(std::string("name = n1\nx\0y\n", 14));
  const auto entries = ReadConfig(input);
  ASSERT_FALSE(entries.has_value());
  EXPECT_EQ(entries.error(), "2: this is no text file");
}

TEST(PrintConfigTest, SaysWhatIsInEffectAndReadsItselfBack) {
  const std::string first = Printed({"--name", "n7", "--loss", "1%", "--delay", "20ms±5ms", "--app", "echo",
                                     "--app", "httpd:8080", "--userns=no", "--print-config"});
  EXPECT_THAT(first, HasSubstr("\nname = n7\n"));
  EXPECT_THAT(first, HasSubstr("\nloss = 1%\n"));
  EXPECT_THAT(first, HasSubstr("\napp = echo\napp = httpd:8080\n"));
  EXPECT_THAT(first, HasSubstr("\nuserns = no\n"));
  EXPECT_THAT(first, HasSubstr("\nmtu = 1500\n"));
  const std::string path = WriteConfig("printed.conf", first);
  EXPECT_EQ(Printed({"--config", path, "--print-config"}), first);
}

TEST(PrintConfigTest, TheDefaultsReadThemselvesBack) {
  const std::string first = Printed({"--print-config"});
  EXPECT_EQ(Printed({"--config", WriteConfig("defaults.conf", first), "--print-config"}), first);
}

TEST(PrintConfigTest, DoesNotPrintAMistake) {
  EXPECT_EQ(Mistake({"--loss", "x", "--print-config"}), "--loss: \"x\" is no percentage, such as 1% or 0.5%");
}

TEST(HelpTest, FitsAScreen) {
  const std::string help = Printed({"--help"});
  EXPECT_EQ(Printed({"-h"}), help);
  std::istringstream lines(help);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; }), 80) << line;
  }
  EXPECT_LE(count, 40);
}

TEST(HelpTest, LongHelpNamesEveryOptionAndService) {
  const std::string help = Printed({"--help-all"});
  for (const char* word :
       {"--loss-burst", "--tap-fd", "--grace", "--log-format", "[2s]", "daytime", "exit status"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
}

TEST(HelpTest, Version) { EXPECT_THAT(Printed({"--version"}), StartsWith("nutnode ")); }

TEST(LogLevelsTest, TheLastWordOnAModuleCounts) {
  const auto levels = ParseLogLevels("debug,tcp=trace,tcp=off");
  ASSERT_TRUE(levels.has_value());
  EXPECT_EQ(levels->For("tcp"), LogLevel::kOff);
  EXPECT_EQ(levels->For("udp"), LogLevel::kDebug);
}

}  // namespace
}  // namespace nut::apps
