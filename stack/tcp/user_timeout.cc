#include "stack/tcp/user_timeout.h"

#include <algorithm>

namespace nut::tcp {
namespace {

Duration ToDuration(const wire::TcpUserTimeout& option) {
  return option.minutes ? Duration(std::chrono::minutes(option.value))
                        : Duration(std::chrono::seconds(option.value));
}

// Rounded up to a second, or to a minute where the field has no room for seconds; never 0, which is reserved.
wire::TcpUserTimeout FromDuration(Duration timeout) {
  constexpr int64_t kMost = wire::TcpUserTimeout::kMost;
  const int64_t seconds = std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(timeout).count());
  if (seconds <= kMost) return {.minutes = false, .value = static_cast<uint16_t>(seconds)};
  return {.minutes = true, .value = static_cast<uint16_t>(std::min(kMost, (seconds + 59) / 60))};
}

}  // namespace

void TakeUserTimeout(Tcb& tcb, const wire::TcpOptions& options) {
  const Parameters& parameters = *tcb.parameters;
  if (!options.user_timeout || options.user_timeout->value == 0) return;
  if (!parameters.user_timeout_option || !parameters.user_timeout_changeable) return;
  // RFC 5482 3.1: "USER_TIMEOUT = min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT))"
  const Duration advice =
      std::min(parameters.largest_advised_timeout,
               std::max({parameters.retransmission_timeout, ToDuration(*options.user_timeout),
                         parameters.least_advised_timeout}));
  tcb.Count(Counter::kTcpUserTimeoutsIn);
  if (advice != parameters.user_timeout()) tcb.parameters.Own().advised_timeout = advice;
}

void TellUserTimeout(Tcb& tcb, wire::TcpOptions& options) {
  if (tcb.parameters->user_timeout_option) {
    options.user_timeout = FromDuration(tcb.parameters->retransmission_timeout);
  }
}

}  // namespace nut::tcp
