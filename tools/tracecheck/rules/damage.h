// Damage: packets that no receiver takes: wrong checksums, headers that cannot be read. They are judged
// before anybody asks to which connection they belong, and are part of none.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "tools/tracecheck/finding.h"
#include "tools/tracecheck/packet.h"
#include "tools/tracecheck/settings.h"

namespace nut::tracecheck {

using DamageReport = std::function<void(const Rule&, std::string)>;

// True when the packet is damaged.
bool JudgeDamage(const Packet& packet, const Settings& settings, const DamageReport& report);

// A packet with TCP in it that libtins cannot read.
extern const Rule kHeaderMalformed;

std::span<const Rule* const> DamageRules();

}  // namespace nut::tracecheck
