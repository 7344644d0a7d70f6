#include "stack/pro/daytime/daytime.h"

#include <fmt/format.h>

#include <array>

namespace nut::pro {

std::string DaytimeLine(Duration unix_time) {
  static constexpr std::array kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                    "Thursday", "Friday", "Saturday"};
  static constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                                      "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::sys_time<std::chrono::seconds> time(std::chrono::floor<std::chrono::seconds>(unix_time));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{}, {} {}, {} {:02}:{:02}:{:02}-UTC\r\n", kDays[std::chrono::weekday(day).c_encoding()],
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

Result<Next> DaytimeStream::Serve(ServerStream& stream) {
  const std::string line = DaytimeLine(clock_.UnixTime(clock_.Now()));
  if (auto written = stream.Write(AsBytes(line)); !written) return Fail(written.error());
  return Next::kDone;
}

std::optional<ByteView> DaytimeDatagram::Answer(ByteView) {
  line_ = DaytimeLine(clock_.UnixTime(clock_.Now()));
  return AsBytes(line_);
}

}  // namespace nut::pro
