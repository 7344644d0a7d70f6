#include "apps/storm_service/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "apps/nutnode/units.h"
#include "stack/pro/server/nearest_name.h"

namespace nut::storm {
namespace {

using Applied = tl::expected<void, std::string>;

constexpr unsigned kMostThreads = 10'000;

template <typename C>
struct Field {
  std::string_view key;
  Applied (*apply)(std::string_view value, C& command);
};

template <typename Target>
Applied SetInteger(std::string_view text, Target& target, uint64_t least, uint64_t most) {
  const auto value = apps::ParseInteger(text, least, most);
  if (!value) return tl::unexpected(value.error());
  target = static_cast<Target>(*value);
  return {};
}

Applied SetPort(std::string_view text, wire::Port& target) {
  uint16_t number = 0;
  return SetInteger(text, number, 1, 65535).map([&] { target = wire::Port(number); });
}

Applied SetEndpoint(std::string_view text, wire::Endpoint& target) {
  const size_t colon = text.rfind(':');
  const auto address = wire::Ipv4Address::FromText(text.substr(0, colon));
  if (!address || colon == std::string_view::npos) {
    return tl::unexpected(fmt::format("\"{}\" is no endpoint, such as 198.19.0.20:5000", text));
  }
  target.address = *address;
  return SetPort(text.substr(colon + 1), target.port);
}

// A time of zero would make every wait fail at once.
Applied SetTime(std::string_view text, Duration& target) {
  const auto value = apps::ParseDuration(text);
  if (!value) return tl::unexpected(value.error());
  if (*value <= Duration::zero()) return tl::unexpected(fmt::format("\"{}\" is no time to wait", text));
  target = *value;
  return {};
}

using Text = std::string_view;

constexpr std::array kServeFields{
    Field<ServeCommand>{"port", [](Text t, ServeCommand& c) { return SetPort(t, c.options.port); }},
    Field<ServeCommand>{
        "threads", [](Text t, ServeCommand& c) { return SetInteger(t, c.options.threads, 1, kMostThreads); }},
    Field<ServeCommand>{"backlog",
                        [](Text t, ServeCommand& c) { return SetInteger(t, c.options.backlog, 1, 65535); }},
    Field<ServeCommand>{"patience", [](Text t, ServeCommand& c) { return SetTime(t, c.options.patience); }},
};

constexpr uint64_t kAny = std::numeric_limits<uint64_t>::max();

constexpr std::array kClientFields{
    Field<ClientCommand>{"server", [](Text t, ClientCommand& c) { return SetEndpoint(t, c.targets.server); }},
    Field<ClientCommand>{"refusing",
                         [](Text t, ClientCommand& c) { return SetEndpoint(t, c.targets.refusing); }},
    Field<ClientCommand>{"silent", [](Text t, ClientCommand& c) { return SetEndpoint(t, c.targets.silent); }},
    Field<ClientCommand>{
        "connections",
        [](Text t, ClientCommand& c) { return SetInteger(t, c.options.connections, 1, kAny); }},
    Field<ClientCommand>{"first",
                         [](Text t, ClientCommand& c) { return SetInteger(t, c.options.first, 0, kAny); }},
    Field<ClientCommand>{
        "threads",
        [](Text t, ClientCommand& c) { return SetInteger(t, c.options.threads, 1, kMostThreads); }},
    Field<ClientCommand>{"seed",
                         [](Text t, ClientCommand& c) -> Applied {
                           c.seed = t;
                           return {};
                         }},
    Field<ClientCommand>{"mix",
                         [](Text t, ClientCommand& c) -> Applied {
                           const auto mix = Mix::FromText(t);
                           if (!mix) return tl::unexpected(mix.error());
                           c.mix = *mix;
                           return {};
                         }},
    Field<ClientCommand>{
        "least", [](Text t, ClientCommand& c) { return SetInteger(t, c.sizes.least, 1, kLargestContent); }},
    Field<ClientCommand>{
        "most", [](Text t, ClientCommand& c) { return SetInteger(t, c.sizes.most, 1, kLargestContent); }},
    Field<ClientCommand>{"connect-timeout",
                         [](Text t, ClientCommand& c) { return SetTime(t, c.options.connect_timeout); }},
    Field<ClientCommand>{"patience", [](Text t, ClientCommand& c) { return SetTime(t, c.options.patience); }},
};

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; (begin = line.find_first_not_of(" \t", begin)) != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

template <typename C>
tl::expected<Command, std::string> Fill(C command, std::span<const std::string_view> words,
                                        std::span<const Field<C>> fields) {
  std::set<std::string_view> seen;
  for (const std::string_view word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) {
      return tl::unexpected(fmt::format("\"{}\" is no field of the form key=value", word));
    }
    const std::string_view key = word.substr(0, equals);
    const auto field = std::ranges::find(fields, key, &Field<C>::key);
    if (field == fields.end()) {
      if (fields.empty()) return tl::unexpected(fmt::format("it takes no field \"{}\"", key));
      const auto nearest = std::ranges::min_element(
          fields, {}, [&](const Field<C>& other) { return pro::EditDistance(other.key, key); });
      return tl::unexpected(fmt::format("\"{}\" is no field; did you mean {}?", key, nearest->key));
    }
    if (!seen.insert(key).second) return tl::unexpected(fmt::format("{} is given twice", key));
    if (auto applied = field->apply(word.substr(equals + 1), command); !applied) {
      return tl::unexpected(fmt::format("{}: {}", key, applied.error()));
    }
  }
  return Command(std::move(command));
}

// What a client needs beyond the single fields.
tl::expected<Command, std::string> CheckClient(Command command) {
  const auto& client = std::get<ClientCommand>(command);
  const auto wants = [&](Kind kind) { return client.mix.weight(kind) > 0; };
  if (client.targets.server.port.is_none()) return tl::unexpected(std::string("server=IP:PORT is missing"));
  if (wants(Kind::kRefused) && client.targets.refusing.port.is_none()) {
    return tl::unexpected(std::string("the mix has refused, so refusing=IP:PORT is needed"));
  }
  // Connections that are closed early go to both addresses.
  if ((wants(Kind::kTimeout) || wants(Kind::kCloseEarly)) && client.targets.silent.port.is_none()) {
    return tl::unexpected(std::string("the mix has timeout or close-early, so silent=IP:PORT is needed"));
  }
  if (client.sizes.least > client.sizes.most) {
    return tl::unexpected(
        fmt::format("least={} is more than most={}", client.sizes.least, client.sizes.most));
  }
  return command;
}

}  // namespace

tl::expected<Command, std::string> ParseCommand(std::string_view line) {
  const std::vector<std::string_view> words = Words(line);
  if (words.empty()) return tl::unexpected(std::string("an empty line is no command"));
  const auto rest = std::span(words).subspan(1);
  if (words[0] == "serve") return Fill<ServeCommand>({}, rest, kServeFields);
  if (words[0] == "client") return Fill<ClientCommand>({}, rest, kClientFields).and_then(CheckClient);
  if (words[0] == "status") return Fill<StatusCommand>({}, rest, {});
  if (words[0] == "stop") return Fill<StopCommand>({}, rest, {});
  return tl::unexpected(fmt::format("\"{}\" is none of serve, client, status, stop", words[0]));
}

}  // namespace nut::storm
