#include "tools/tracecheck/rules/damage.h"

#include <fmt/format.h>

namespace nut::tracecheck {

constexpr Rule kHeaderMalformed{"header-malformed", Level::kError, "RFC 9293 3.1 MUST-68", Vantage::kAnywhere,
                                "a header whose lengths contradict each other"};

namespace {

constexpr Rule kIpSum{"ip-checksum", Level::kError, "RFC 1122 3.2.1.2", Vantage::kSender,
                      "a wrong checksum of the IP header, at the host that sent it"};
constexpr Rule kTcpSum{"tcp-checksum", Level::kError, "RFC 9293 3.1 MUST-2", Vantage::kSender,
                       "a wrong TCP checksum, at the host that sent it"};
constexpr Rule kDamaged{"damaged-packet", Level::kInformation, "RFC 9293 3.1 MUST-3", Vantage::kAnywhere,
                        "a wrong checksum: damaged on its way; whoever gets it has to let it go"};
constexpr const Rule* kRules[] = {&kHeaderMalformed, &kIpSum, &kTcpSum, &kDamaged};

}  // namespace

bool JudgeDamage(const Packet& packet, const Settings& settings, const DamageReport& report) {
  if (settings.checksums == ChecksumMode::kOff) return false;
  const bool strict = settings.checksums == ChecksumMode::kOn;
  const auto wrong = [&](Sum sum) { return sum == Sum::kBad || (strict && sum == Sum::kUnfinished); };
  const bool ip = wrong(packet.ip_sum);
  const bool tcp = wrong(packet.tcp_sum);
  if (!ip && !tcp) return false;
  const bool sender = strict || settings.AtVantage(packet.source.address);
  report(!sender ? kDamaged
         : ip    ? kIpSum
                 : kTcpSum,
         fmt::format("the {} checksum is wrong", ip ? "IP header's" : "TCP"));
  return true;
}

std::span<const Rule* const> DamageRules() { return kRules; }

}  // namespace nut::tracecheck
