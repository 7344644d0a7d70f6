#include "test/tools/tracecheck/trace.h"

#include <algorithm>

namespace nut::tracecheck {
namespace {

constexpr uint16_t kPortA = 40000;
constexpr uint16_t kPortB = 7;
constexpr uint16_t kWindow = 500;  // 64000 octets with the usual scale

uint16_t FlagsOf(const std::string& text) {
  uint16_t flags = 0;
  for (const char c : text) {
    flags |= c == 'S'   ? Tins::TCP::SYN
             : c == 'F' ? Tins::TCP::FIN
             : c == 'R' ? Tins::TCP::RST
             : c == 'P' ? Tins::TCP::PSH
             : c == 'A' ? Tins::TCP::ACK
             : c == 'U' ? Tins::TCP::URG
             : c == 'E' ? Tins::TCP::ECE
                        : Tins::TCP::CWR;
  }
  return flags;
}

}  // namespace

Trace::Line& Trace::Add(bool from_a, double milliseconds, const std::string& flags, uint32_t sequence,
                        uint32_t acknowledgement, size_t octets) {
  const uint32_t isn = from_a ? isn_a : isn_b;
  const uint32_t other = from_a ? isn_b : isn_a;
  const bool ack = flags.find('A') != std::string::npos;
  Tins::TCP tcp(from_a ? kPortB : kPortA, from_a ? kPortA : kPortB);
  tcp.seq(isn + sequence);
  tcp.ack_seq(ack ? other + acknowledgement : 0);
  tcp.flags(FlagsOf(flags));
  const bool syn = flags.find('S') != std::string::npos;
  const int scale = from_a ? scale_a : scale_b;
  tcp.window(syn || scale_a < 0 || scale_b < 0 ? 64000 : static_cast<uint16_t>((kWindow << 7) >> scale));
  if (syn) {
    tcp.mss(from_a ? mss_a : mss_b);
    if (sack) tcp.sack_permitted();
    if (scale >= 0) tcp.winscale(static_cast<uint8_t>(scale));
  }
  if (timestamps) {
    const uint32_t value = from_a ? 10000 + static_cast<uint32_t>(milliseconds * ticks_a)
                                  : 900000 + static_cast<uint32_t>(milliseconds);
    const auto& echo = from_a ? stamp_b_ : stamp_a_;
    tcp.timestamp(value, ack ? echo.value_or(0) : 0);
    (from_a ? stamp_a_ : stamp_b_) = value;
  }
  Tins::IP ip = from_a ? Tins::IP(kB, kA) : Tins::IP(kA, kB);
  ip.flags(Tins::IP::DONT_FRAGMENT);
  ip.ttl(64);
  std::string text(octets, 'x');
  for (size_t i = 0; i < octets; ++i) text[i] = static_cast<char>('a' + (sequence + i) % 23);
  Tins::IP whole = octets > 0 ? ip / tcp / Tins::RawPDU(text) : ip / tcp;
  return lines_.emplace_back(Line{milliseconds, std::move(whole), {}});
}

Trace::Line& Trace::A(double milliseconds, const std::string& flags, uint32_t sequence,
                      uint32_t acknowledgement, size_t octets) {
  return Add(true, milliseconds, flags, sequence, acknowledgement, octets);
}

Trace::Line& Trace::B(double milliseconds, const std::string& flags, uint32_t sequence,
                      uint32_t acknowledgement, size_t octets) {
  return Add(false, milliseconds, flags, sequence, acknowledgement, octets);
}

void Trace::Asks(double milliseconds, const char* host, const char* target) {
  Arp(milliseconds, Tins::ARP::REQUEST, host, target);
}

void Trace::Answers(double milliseconds, const char* host, const char* target) {
  Arp(milliseconds, Tins::ARP::REPLY, host, target);
}

void Trace::Arp(double milliseconds, uint16_t opcode, const char* host, const char* target) {
  Tins::ARP arp(target, host);
  arp.opcode(static_cast<Tins::ARP::Flags>(opcode));
  Tins::EthernetII frame = Tins::EthernetII("02:00:00:00:00:02", "02:00:00:00:00:01") / arp;
  Record record{.time = Time(static_cast<int64_t>(milliseconds * 1e6)),
                .link = LinkType::kEthernet,
                .bytes = frame.serialize()};
  record.original_size = record.bytes.size();
  arps_.push_back(std::move(record));
}

void Trace::Open() {
  A(0, ecn ? "SEC" : "S", 0, 0);
  B(1, ecn ? "SAE" : "SA", 0, 1);
  A(2, "A", 1, 1);
}

void Trace::Close(double milliseconds, uint32_t a, uint32_t b) {
  A(milliseconds, "FA", a, b);
  B(milliseconds + 1, "FA", b, a + 1);
  A(milliseconds + 2, "A", a + 1, b + 1);
}

void Trace::Sack(Line& line, uint32_t isn, std::vector<std::pair<uint32_t, uint32_t>> blocks) {
  Tins::TCP::sack_type edges;
  for (const auto& [left, right] : blocks) {
    edges.push_back(isn + left);
    edges.push_back(isn + right);
  }
  line.tcp().sack(edges);
}

std::vector<Record> Trace::Records() {
  std::vector<Record> records;
  for (Line& line : lines_) {
    Record record{.time = Time(static_cast<int64_t>(line.milliseconds * 1e6)),
                  .link = LinkType::kRaw,
                  .bytes = line.ip.serialize(),
                  .comment = line.comment};
    record.original_size = record.bytes.size();
    if (line.wrong_checksum) record.bytes[20 + 16] ^= 0x55;
    if (line.cut > 0) record.bytes.resize(std::min(record.bytes.size(), line.cut));
    records.push_back(std::move(record));
  }
  records.insert(records.end(), arps_.begin(), arps_.end());
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.time < b.time; });
  for (size_t i = 0; i < records.size(); ++i) records[i].number = i + 1;
  return records;
}

std::vector<std::string> Trace::Judge(At at, Level least, Settings settings) {
  if (at == At::kA || at == At::kBoth) settings.vantages.push_back(*Address::Parse(kA));
  if (at == At::kB || at == At::kBoth) settings.vantages.push_back(*Address::Parse(kB));
  Auditor auditor(settings);
  for (const Record& record : Records()) auditor.Add(record);
  auditor.Finish();
  std::vector<std::string> names;
  for (const Finding& finding : auditor.findings()) {
    const std::string name(finding.rule->name);
    if (finding.rule->level >= least && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace nut::tracecheck
