#include <fmt/format.h>

#include <array>

#include "tools/tracecheck/rules/families.h"
#include "tools/tracecheck/text_store.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kChanged{"text-changed", Level::kError, "RFC 9293 3.4, 3.8.1", Vantage::kAnywhere,
                        "other octets than before for the same sequence numbers"};
constexpr const Rule* kRules[] = {&kChanged};

class TextFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    if (s.flow.over()) stores_ = {};  // a capture may hold very many connections
    if (s.packet.rst || s.packet.text.empty()) return;
    // A keep-alive may carry an octet of garbage (RFC 9293 3.8.4 MAY-6).
    if (s.packet.text_size <= 1 && s.peer.acknowledges && s.segment.text < s.peer.acked) return;
    TextStore& store = stores_[s.side];
    if (const auto difference = store.Compare(s.segment.text, s.packet.text)) {
      s.Report(kChanged, fmt::format("octet {} was {:#04x} and is {:#04x}", Wire(difference->place),
                                     difference->before, difference->now));
    }
    store.Put(s.segment.text, s.packet.text, s.settings().retained_octets);
  }

 private:
  std::array<TextStore, 2> stores_;
};

}  // namespace

std::unique_ptr<RuleFamily> MakeTextFamily() { return std::make_unique<TextFamily>(); }
RuleList TextRules() { return kRules; }

}  // namespace nut::tracecheck
