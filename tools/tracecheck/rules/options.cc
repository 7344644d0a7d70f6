#include <fmt/format.h>

#include "tools/tracecheck/rules/families.h"

namespace nut::tracecheck {
namespace {

constexpr Rule kForm{"option-malformed", Level::kError, "RFC 9293 3.1 MUST-68", Vantage::kAnywhere,
                     "an option has a length that it cannot have"};
constexpr Rule kPadding{"option-padding", Level::kError, "RFC 9293 3.1 MUST-69", Vantage::kAnywhere,
                        "octets behind the end of options are not zero"};
constexpr Rule kMss{"mss-outside-syn", Level::kError, "RFC 9293 3.2 MUST-65", Vantage::kAnywhere,
                    "an MSS option on a segment without SYN"};
constexpr Rule kScale{"window-scale-outside-syn", Level::kError, "RFC 7323 2.1", Vantage::kAnywhere,
                      "a window scale option on a segment without SYN"};
constexpr Rule kSackPermitted{"sack-permitted-outside-syn", Level::kError, "RFC 2018 2", Vantage::kAnywhere,
                              "SACK-permitted on a segment without SYN"};
constexpr Rule kScaleUnasked{"window-scale-unasked", Level::kError, "RFC 7323 2.2", Vantage::kAnywhere,
                             "a SYN,ACK has a window scale that the SYN did not offer"};
constexpr Rule kSackUnasked{"sack-permitted-unasked", Level::kWarning, "RFC 2018 2", Vantage::kAnywhere,
                            "a SYN,ACK has SACK-permitted, which the SYN had not"};
constexpr Rule kStampsUnasked{"timestamps-unasked", Level::kError, "RFC 7323 3.2", Vantage::kAnywhere,
                              "a SYN,ACK has timestamps that the SYN did not offer"};
constexpr Rule kScaleLimit{"window-scale-above-14", Level::kError, "RFC 7323 2.3", Vantage::kAnywhere,
                           "a window is to be shifted by more than 14"};
constexpr Rule kNoMss{"mss-missing", Level::kWarning, "RFC 9293 3.7.1 SHLD-5", Vantage::kAnywhere,
                      "a SYN without MSS option"};
constexpr const Rule* kRules[] = {&kForm,          &kPadding,      &kMss,         &kScale,
                                  &kSackPermitted, &kScaleUnasked, &kSackUnasked, &kStampsUnasked,
                                  &kScaleLimit,    &kNoMss};

class OptionFamily final : public RuleFamily {
 public:
  void Judge(const Situation& s) override {
    const TcpOptions& options = s.packet.options;
    if (!options.fault.empty()) s.Report(kForm, options.fault);
    if (!options.padding_is_zero) s.Report(kPadding, "not zero behind the end of options");
    if (!s.packet.syn) return JudgeOrdinary(s);
    if (options.window_scale && *options.window_scale > 14) {
      s.Report(kScaleLimit, fmt::format("shift {}", *options.window_scale));
    }
    if (!options.mss) s.Report(kNoMss, s.packet.Flags());
    // In a simultaneous opening the SYN,ACK repeats what this side's own SYN offered.
    const bool own_syn = s.sender.isn && !s.sender.syn_acked;
    if (!s.packet.ack || !s.peer.isn || own_syn) return;
    const TcpOptions& offer = s.peer.offer;
    if (options.window_scale && !offer.window_scale) s.Report(kScaleUnasked, "the SYN had none");
    if (options.timestamps && !offer.timestamps) s.Report(kStampsUnasked, "the SYN had none");
    if (options.sack_permitted && !offer.sack_permitted) s.Report(kSackUnasked, "the SYN had none");
  }

 private:
  void JudgeOrdinary(const Situation& s) {
    const TcpOptions& options = s.packet.options;
    if (options.mss) s.Report(kMss, fmt::format("{}, MSS {}", s.packet.Flags(), *options.mss));
    if (options.window_scale)
      s.Report(kScale, fmt::format("{}, {}", s.packet.Flags(), *options.window_scale));
    if (options.sack_permitted) s.Report(kSackPermitted, s.packet.Flags());
  }
};

}  // namespace

std::unique_ptr<RuleFamily> MakeOptionFamily() { return std::make_unique<OptionFamily>(); }
RuleList OptionRules() { return kRules; }

}  // namespace nut::tracecheck
