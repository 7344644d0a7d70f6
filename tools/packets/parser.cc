#include "tools/packets/parser.h"

#include <fmt/format.h>

#include <charconv>

#include "apps/nutnode/units.h"

namespace nut::packets {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "0.25" is in seconds, as in packetdrill; "250ms" says its unit.
Duration DurationOf(const Tokens& tokens, std::string_view word) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (error == std::errc() && end == word.data() + word.size() && seconds >= 0 && seconds < 1e8) {
    // Whole microseconds, so that 0.1 is 100 ms and no more.
    return std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6 + 0.5));
  }
  const auto length = apps::ParseDuration(word);
  if (!length) tokens.Fail(length.error());
  return *length;
}

bool LooksLikeTime(const Token& token) {
  if (token.kind != Token::Kind::kWord) return false;
  const std::string& text = token.text;
  return text == "*" || text == "&" || IsDigit(text[0]) ||
         ((text[0] == '+' || text[0] == '.') && text.size() > 1);
}

When ParseWhen(Tokens& tokens) {
  When when;
  if (tokens.empty() || !LooksLikeTime(*tokens.Peek())) return when;
  const std::string word = tokens.Word("a time");
  if (word == "*") {
    when.kind = When::Kind::kAny;
    return when;
  }
  if (word == "&") {
    when.kind = When::Kind::kTogether;
    return when;
  }
  std::string_view rest = word;
  if (rest[0] == '+') {
    rest.remove_prefix(1);
  } else {
    when.kind = When::Kind::kAbsolute;
  }
  const size_t tilde = rest.find('~');
  when.from = when.to = DurationOf(tokens, rest.substr(0, tilde));
  if (tilde != rest.npos) {
    std::string_view to = rest.substr(tilde + 1);
    if (to.starts_with("+")) to.remove_prefix(1);
    when.to = DurationOf(tokens, to);
    if (when.to < when.from) tokens.Fail("the range of times ends before it begins");
  }
  return when;
}

// Everything up to `=` or the end, quoted strings with their mark in front.
std::vector<std::string> Words(Tokens& tokens) {
  std::vector<std::string> words;
  while (!tokens.empty() && !tokens.NextIs("=")) {
    if (const auto text = tokens.TakeText()) {
      words.push_back('"' + *text);
    } else {
      words.push_back(tokens.Word("a word"));
    }
  }
  return words;
}

// What a line says about the node or the script itself; false: it is an event.
bool TakeDirective(Tokens& tokens, Script& script) {
  if (!script.events.empty()) {
    for (const auto* word : {"node", "tcp", "arp", "peer", "tolerance"}) {
      if (tokens.NextIs(word)) tokens.Fail(fmt::format("\"{}\" has to stand in front of all events", word));
    }
    return false;
  }
  if (tokens.Take("node")) {
    const auto words = Words(tokens);
    script.node_place = tokens.place();
    script.node_options.insert(script.node_options.end(), words.begin(), words.end());
  } else if (tokens.Take("tcp")) {
    Script::Parameter parameter{tokens.place(), tokens.Word("a name"), {}};
    parameter.value = tokens.Word("a value");
    script.parameters.push_back(std::move(parameter));
  } else if (tokens.Take("arp")) {
    const std::string word = tokens.Word("\"manual\" or \"auto\"");
    if (word != "manual" && word != "auto") tokens.Fail("ARP is \"manual\" or \"auto\"");
    script.manual_arp = word == "manual";
  } else if (tokens.Take("peer")) {
    const auto address = wire::Ipv4Address::FromText(tokens.Word("an address"));
    if (!address) tokens.Fail("this is no address");
    script.peer = *address;
    if (!tokens.empty()) {
      const auto mac = wire::MacAddress::FromText(tokens.Word("a MAC address"));
      if (!mac) tokens.Fail("this is no MAC address");
      script.peer_mac = *mac;
    }
  } else if (tokens.Take("tolerance")) {
    script.tolerance = DurationOf(tokens, tokens.Word("a time"));
  } else {
    return false;
  }
  tokens.End();
  return true;
}

Event ParseEvent(Tokens& tokens, std::string_view line) {
  Event event;
  event.place = tokens.place();
  const size_t first = line.find_first_not_of(" \t");
  event.text = line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
  event.when = ParseWhen(tokens);
  if (tokens.Take("<")) {
    event.kind = Event::Kind::kInject;
    event.packet = ParsePacket(tokens);
    if (event.packet.protocol == Protocol::kAnything) tokens.Fail("\"...\" can be expected only");
  } else if (tokens.Take(">")) {
    event.kind = Event::Kind::kExpect;
    event.packet = ParsePacket(tokens);
  } else {
    event.kind = Event::Kind::kCall;
    event.verb = tokens.Word("<, > or a call");
    event.words = Words(tokens);
    if (tokens.Take("=")) event.result = Words(tokens);
  }
  tokens.End();
  if (event.kind != Event::Kind::kExpect &&
      (event.when.kind == When::Kind::kAny || event.when.from != event.when.to)) {
    tokens.Fail("only what is expected can have a range of times");
  }
  if (event.when.kind == When::Kind::kTogether && event.kind != Event::Kind::kInject) {
    tokens.Fail("only packets can come together");
  }
  return event;
}

}  // namespace

uint32_t NumberOf(const Tokens& tokens, std::string_view word, std::string_view what, uint32_t most) {
  uint64_t number = 0;
  const bool hex = word.starts_with("0x");
  const std::string_view digits = hex ? word.substr(2) : word;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    tokens.Fail(fmt::format("\"{}\" is no number for {}", word, what));
  }
  if (number > most) tokens.Fail(fmt::format("{} is more than {} can be ({})", word, what, most));
  return static_cast<uint32_t>(number);
}

uint32_t ParseNumber(Tokens& tokens, std::string_view what, uint32_t most) {
  return NumberOf(tokens, tokens.Word(what), what, most);
}

std::optional<uint32_t> ParseNumberOrAny(Tokens& tokens, std::string_view what, uint32_t most) {
  if (tokens.Take("*")) return std::nullopt;
  return ParseNumber(tokens, what, most);
}

Bytes BytesOf(const Tokens& tokens, std::string_view hex) {
  Bytes bytes;
  if (hex.size() % 2 != 0) tokens.Fail("an odd number of hexadecimal digits");
  for (size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(
        static_cast<uint8_t>(NumberOf(tokens, "0x" + std::string(hex.substr(at, 2)), "an octet")));
  }
  return bytes;
}

Script ParseScript(std::string_view text, std::string file) {
  Script script;
  script.file = std::move(file);
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    Tokens tokens(line, {script.file, number});
    if (tokens.empty() || TakeDirective(tokens, script)) continue;
    script.events.push_back(ParseEvent(tokens, line));
  }
  if (script.events.empty()) throw ScriptError({script.file, 0}, "nothing happens in this script");
  return script;
}

}  // namespace nut::packets
