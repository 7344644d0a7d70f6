#include <fmt/format.h>

#include <array>
#include <deque>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kReserved{"reserved-bits", Level::kError, "RFC 9293 3.1", Vantage::kAnywhere,
                         "reserved bits of the TCP header are set"};
constexpr Rule kIpReserved{"ip-reserved-bit", Level::kError, "RFC 791 3.1", Vantage::kAnywhere,
                           "the reserved bit of the IP header is set"};
constexpr Rule kTtl{"ttl-zero", Level::kError, "RFC 1122 3.2.1.7", Vantage::kAnywhere,
                    "a packet with a time to live of 0"};
constexpr Rule kAddress{"address-of-many", Level::kError, "RFC 9293 3.9.2.3 MUST-46, MUST-57",
                        Vantage::kAnywhere, "TCP to or from a multicast or broadcast address"};
constexpr Rule kIdRepeated{"ip-id-repeated", Level::kError, "RFC 6864 4.3", Vantage::kSender,
                           "another packet without DF has the same identification as one shortly before"};
constexpr const Rule* kRules[] = {&kReserved, &kIpReserved, &kTtl, &kAddress, &kIdRepeated};

class HeaderFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    const Packet& p = s.packet;
    if (p.reserved != 0) s.Report(kReserved, fmt::format("{:#x}", p.reserved));
    if (p.ip_reserved_bit) s.Report(kIpReserved, "set");
    if (p.ttl == 0) s.Report(kTtl, "0");
    for (const Endpoint& endpoint : {p.source, p.destination}) {
      if (endpoint.address.is_multicast_or_broadcast()) s.Report(kAddress, endpoint.address.ToText());
    }
    if (s.sender.exact && !p.dont_fragment) JudgeId(s);
  }

 private:
  struct Sent {
    uint16_t id;
    uint32_t sequence;
    size_t size;
  };
  // Far fewer than fit into 16 bits, far more than a counter or a generator that works would repeat.
  static constexpr size_t kRemembered = 256;

  // RFC 6864 4.3; the identification of one that cannot be cut into fragments means nothing.
  void JudgeId(const Situation& s) {
    std::deque<Sent>& sent = sent_[s.side];
    const Packet& p = s.packet;
    for (const Sent& before : sent) {
      // RFC 9293 MAY-4: the same segment again may keep it.
      if (before.id != p.ip_id || (before.sequence == p.sequence && before.size == p.ip_size)) continue;
      s.Report(kIdRepeated, fmt::format("{}", p.ip_id));
      break;
    }
    sent.push_back({p.ip_id, p.sequence, p.ip_size});
    if (sent.size() > kRemembered) sent.pop_front();
  }

  std::array<std::deque<Sent>, 2> sent_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeHeaderFamily() { return std::make_unique<HeaderFamily>(); }
RuleList HeaderRules() { return kRules; }

}  // namespace nut::tracecheck
