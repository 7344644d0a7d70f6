// The families of rules, one file each: what makes one for a connection, and which rules are in it.
#pragma once

#include <memory>
#include <span>

#include "tools/tracecheck/rules/rule_family.h"

namespace nut::tracecheck {

using RuleList = std::span<const Rule* const>;

std::unique_ptr<RuleFamily> MakeHandshakeFamily();
RuleList HandshakeRules();

std::unique_ptr<RuleFamily> MakeOptionFamily();
RuleList OptionRules();

std::unique_ptr<RuleFamily> MakeTimestampFamily();
RuleList TimestampRules();

std::unique_ptr<RuleFamily> MakeAcknowledgementFamily();
RuleList AcknowledgementRules();

std::unique_ptr<RuleFamily> MakeDelayedAckFamily();
RuleList DelayedAckRules();

std::unique_ptr<RuleFamily> MakeWindowFamily();
RuleList WindowRules();

std::unique_ptr<RuleFamily> MakeSequenceFamily();
RuleList SequenceRules();

std::unique_ptr<RuleFamily> MakeTextFamily();
RuleList TextRules();

std::unique_ptr<RuleFamily> MakeRetransmissionFamily();
RuleList RetransmissionRules();

std::unique_ptr<RuleFamily> MakeCongestionFamily();
RuleList CongestionRules();

std::unique_ptr<RuleFamily> MakeSackFamily();
RuleList SackRules();

std::unique_ptr<RuleFamily> MakeResetFamily();
RuleList ResetRules();

std::unique_ptr<RuleFamily> MakeChallengeFamily();
RuleList ChallengeRules();

std::unique_ptr<RuleFamily> MakeEcnFamily();
RuleList EcnRules();

std::unique_ptr<RuleFamily> MakeHeaderFamily();
RuleList HeaderRules();

}  // namespace nut::tracecheck
