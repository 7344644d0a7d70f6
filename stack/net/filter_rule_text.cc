// The half of FilterRule that is for people: reading and writing its text.
#include <fmt/format.h>

#include <charconv>

#include "stack/net/filter_rule.h"

namespace nut::net {
namespace {

using wire::IpProtocol;
using Fault = tl::unexpected<std::string>;
using Read = tl::expected<void, std::string>;

// The text word by word, with places for the complaints.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) { Skip(); }

  bool at_end() const { return at_ == text_.size(); }
  std::string_view next() const { return text_.substr(at_, end_ - at_); }
  bool Take(std::string_view word) {
    if (next() != word) return false;
    Advance();
    return true;
  }
  void Advance() {
    at_ = end_;
    Skip();
  }

  // "at 6: \"tpc\" is no protocol"; where the words have ended, "at 6: `otherwise`".
  Fault Wrong(std::string_view is_what) const {
    if (at_end()) return Fault(fmt::format("at {}: the rule ends where {} should be", at_ + 1, expected_));
    return Fault(fmt::format("at {}: \"{}\" {}", at_ + 1, Shown(), is_what));
  }
  Words& Expecting(std::string_view what) {
    expected_ = what;
    return *this;
  }

 private:
  static bool IsBlank(char c) { return c == ' ' || c == '\t'; }
  void Skip() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    end_ = at_;
    while (end_ < text_.size() && !IsBlank(text_[end_])) ++end_;
  }
  // What somebody typed may be long, or no text.
  std::string Shown() const {
    std::string shown(next().substr(0, 32));
    for (char& c : shown) {
      if (c < ' ' || c > '~') c = '?';
    }
    return shown;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t end_ = 0;
  std::string_view expected_;
};

std::optional<unsigned> NumberOf(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

Read ReadAction(Words& words, FilterRule& rule) {
  words.Expecting("accept, drop or reject");
  if (words.Take("accept")) {
    rule.action = FilterAction::kAccept;
  } else if (words.Take("drop")) {
    rule.action = FilterAction::kDrop;
  } else if (words.Take("reject")) {
    rule.action = FilterAction::kReject;
  } else {
    return words.Wrong("is none of accept, drop and reject");
  }
  return {};
}

Read ReadOctet(Words& words, std::string_view what, uint8_t& value) {
  const auto number = NumberOf(words.Expecting(what).next(), 255);
  if (!number) return words.Wrong("is no number from 0 to 255");
  value = static_cast<uint8_t>(*number);
  words.Advance();
  return {};
}

Read ReadProtocol(Words& words, FilterRule& rule) {
  if (words.Take("tcp")) {
    rule.protocol = IpProtocol::kTcp;
    rule.only_syn = words.Take("syn");
  } else if (words.Take("udp")) {
    rule.protocol = IpProtocol::kUdp;
  } else if (words.Take("igmp")) {
    rule.protocol = IpProtocol::kIgmp;
  } else if (words.Take("icmp")) {
    rule.protocol = IpProtocol::kIcmp;
    if (words.Take("type")) return ReadOctet(words, "the type of a message", rule.icmp_type.emplace());
  } else if (words.Take("protocol")) {
    uint8_t number = 0;
    if (auto read = ReadOctet(words, "the number of a protocol", number); !read) return read;
    rule.protocol = static_cast<IpProtocol>(number);
  }
  return {};
}

Read ReadAddress(Words& words, wire::Ipv4Prefix& prefix) {
  if (words.Expecting("any or an address").Take("any")) return {};
  const std::string_view text = words.next();
  if (const auto network = wire::Ipv4Prefix::FromText(text)) {
    if (network->network() != network->address()) return words.Wrong("has bits behind its length");
    prefix = *network;
  } else if (const auto address = wire::Ipv4Address::FromText(text)) {
    prefix = wire::Ipv4Prefix(*address, 32);
  } else {
    return words.Wrong("is neither any nor an address, such as 198.19.0.1 or 198.19.0.0/24");
  }
  words.Advance();
  return {};
}

Read ReadPorts(Words& words, const FilterRule& rule, std::optional<PortRange>& ports) {
  if (words.next() != "port") return {};
  if (rule.protocol != IpProtocol::kTcp && rule.protocol != IpProtocol::kUdp) {
    return words.Wrong("is for rules that say tcp or udp");
  }
  words.Advance();
  const std::string_view text = words.Expecting("a port").next();
  const size_t dash = text.find('-');
  const auto first = NumberOf(text.substr(0, dash), 65535);
  const auto last = dash == text.npos ? first : NumberOf(text.substr(dash + 1), 65535);
  if (!first || !last) return words.Wrong("is no port from 0 to 65535, nor two with - between them");
  if (*last < *first) return words.Wrong("ends before it begins");
  ports = PortRange{static_cast<uint16_t>(*first), static_cast<uint16_t>(*last)};
  words.Advance();
  return {};
}

Read ReadEnd(Words& words, const FilterRule& rule, wire::Ipv4Prefix& prefix,
             std::optional<PortRange>& ports) {
  if (auto read = ReadAddress(words, prefix); !read) return read;
  return ReadPorts(words, rule, ports);
}

Read ReadRule(Words& words, FilterRule& rule) {
  if (auto read = ReadAction(words, rule); !read) return read;
  if (words.Take("in")) {
    rule.direction = FilterDirection::kIn;
  } else if (words.Take("out")) {
    rule.direction = FilterDirection::kOut;
  }
  if (auto read = ReadProtocol(words, rule); !read) return read;
  if (words.Take("from")) {
    if (auto read = ReadEnd(words, rule, rule.source, rule.source_port); !read) return read;
  }
  if (words.Take("to")) {
    if (auto read = ReadEnd(words, rule, rule.destination, rule.destination_port); !read) return read;
  }
  if (!words.at_end()) {
    return words.Wrong("fits nothing here: ACTION [in|out] [PROTOCOL] [from END] [to END]");
  }
  return {};
}

std::string_view NameOf(FilterAction action) {
  switch (action) {
    case FilterAction::kAccept: return "accept";
    case FilterAction::kDrop: return "drop";
    case FilterAction::kReject: return "reject";
  }
  return "?";
}

std::string ProtocolText(const FilterRule& rule) {
  switch (*rule.protocol) {
    case IpProtocol::kTcp: return rule.only_syn ? " tcp syn" : " tcp";
    case IpProtocol::kUdp: return " udp";
    case IpProtocol::kIgmp: return " igmp";
    case IpProtocol::kIcmp: return rule.icmp_type ? fmt::format(" icmp type {}", *rule.icmp_type) : " icmp";
  }
  return fmt::format(" protocol {}", static_cast<unsigned>(*rule.protocol));
}

std::string EndText(std::string_view word, const wire::Ipv4Prefix& prefix,
                    const std::optional<PortRange>& ports) {
  if (prefix.length() == 0 && !ports) return {};
  std::string text = fmt::format(" {} ", word);
  text += prefix.length() == 0 ? "any" : prefix.length() == 32 ? prefix.address().ToText() : prefix.ToText();
  if (ports) text += fmt::format(" port {}", ports->first);
  if (ports && ports->last != ports->first) text += fmt::format("-{}", ports->last);
  return text;
}

}  // namespace

tl::expected<FilterRule, std::string> FilterRule::FromText(std::string_view text) {
  Words words(text);
  FilterRule rule;
  if (auto read = ReadRule(words, rule); !read) return Fault(std::move(read.error()));
  return rule;
}

std::string FilterRule::ToText() const {
  std::string text(NameOf(action));
  if (direction) text += *direction == FilterDirection::kIn ? " in" : " out";
  if (protocol) text += ProtocolText(*this);
  text += EndText("from", source, source_port);
  text += EndText("to", destination, destination_port);
  return text;
}

}  // namespace nut::net
