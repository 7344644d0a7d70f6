#include "tools/tracecheck/rules/rule_family.h"

#include "tools/tracecheck/rules/damage.h"
#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {

std::vector<std::unique_ptr<RuleFamily>> AllFamilies() {
  std::vector<std::unique_ptr<RuleFamily>> families;
  for (auto make : {MakeHeaderFamily, MakeHandshakeFamily, MakeOptionFamily, MakeTimestampFamily,
                    MakeSequenceFamily, MakeTextFamily, MakeWindowFamily, MakeAcknowledgementFamily,
                    MakeDelayedAckFamily, MakeSackFamily, MakeRetransmissionFamily, MakeCongestionFamily,
                    MakeResetFamily, MakeChallengeFamily, MakeEcnFamily}) {
    families.push_back(make());
  }
  return families;
}

const std::vector<const Rule*>& AllRules() {
  static const std::vector<const Rule*> rules = [] {
    std::vector<const Rule*> all;
    for (const RuleList list :
         {DamageRules(), HeaderRules(), HandshakeRules(), OptionRules(), TimestampRules(), SequenceRules(),
          TextRules(), WindowRules(), AcknowledgementRules(), DelayedAckRules(), SackRules(),
          RetransmissionRules(), CongestionRules(), ResetRules(), ChallengeRules(), EcnRules()}) {
      all.insert(all.end(), list.begin(), list.end());
    }
    return all;
  }();
  return rules;
}

}  // namespace nut::tracecheck
