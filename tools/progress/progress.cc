#include "tools/progress/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/progress/figures.h"

namespace nut::tools {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr steady_clock::duration kRedraw = 200ms;
constexpr steady_clock::duration kFirstLine = 1s;
constexpr steady_clock::duration kLongestInterval = 60s;
constexpr double kRateMemory = 3;  // seconds until an old rate counts for a third
constexpr unsigned kUsualWidth = 80;
constexpr unsigned kWidestBar = 30;
constexpr unsigned kNarrowestBar = 5;

ProgressStyle Choose(ProgressStyle wanted, std::FILE* stream) {
  if (wanted != ProgressStyle::kAuto) return wanted;
  return isatty(fileno(stream)) != 0 ? ProgressStyle::kTerminal : ProgressStyle::kPlain;
}

unsigned WidthOf(std::FILE* stream) {
  winsize size{};
  return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

std::string Bar(double share, unsigned width) {
  const auto filled = static_cast<unsigned>(std::lround(std::clamp(share, 0.0, 1.0) * width));
  return fmt::format("[{:#<{}}{:.<{}}] ", "", filled, "", width - filled);
}

}  // namespace

Progress::Progress(std::string_view label, uint64_t total, std::FILE* stream, ProgressOptions options)
    : label_(label),
      total_(total),
      stream_(stream),
      unit_(options.unit),
      columns_(options.columns),
      now_(std::move(options.now)),
      style_(Choose(options.style, stream)),
      start_(now_()),
      interval_(style_ == ProgressStyle::kTerminal ? kRedraw : kFirstLine),
      next_(start_ + interval_),
      last_(start_) {}

Progress::~Progress() { Finish(); }

bool Progress::due() const { return style_ != ProgressStyle::kSilent && now_() >= next_; }

double Progress::seconds() const { return std::chrono::duration<double>(now_() - start_).count(); }

void Progress::NoteRate(uint64_t done, WallTime now) {
  const double passed = std::chrono::duration<double>(now - last_).count();
  if (passed <= 0) return;
  const double present = static_cast<double>(done - std::min(done, last_done_)) / passed;
  // The first look, and any after a long time, has nothing to be smoothed with.
  const double old_weight = last_ == start_ ? 0 : std::exp(-passed / kRateMemory);
  rate_ = rate_ * old_weight + present * (1 - old_weight);
  last_ = now;
  last_done_ = done;
}

void Progress::Show(uint64_t done, std::span<const ProgressColumn> extra) {
  if (style_ == ProgressStyle::kSilent) return;
  const WallTime now = now_();
  NoteRate(done, now);
  if (style_ == ProgressStyle::kTerminal) {
    const unsigned width = columns_ != 0 ? columns_ : WidthOf(stream_);
    fmt::print(stream_, "\r{}\x1b[K", Line(done, extra, width));
    drawn_ = true;
  } else {
    fmt::print(stream_, "{}\n", Line(done, extra, 0));
    interval_ = std::min(interval_ * 2, kLongestInterval);
  }
  std::fflush(stream_);
  next_ = now + interval_;
}

void Progress::Finish() {
  if (!std::exchange(drawn_, false)) return;
  fmt::print(stream_, "\r\x1b[K");
  std::fflush(stream_);
}

// `width` 0: a plain line, without a bar.
std::string Progress::Line(uint64_t done, std::span<const ProgressColumn> extra, unsigned width) const {
  std::string text = WithThousands(done);
  double share = 0;
  if (total_ > 0) {
    share = static_cast<double>(done) / static_cast<double>(total_);
    text += fmt::format(" {:.0f}%", std::floor(share * 100));
  }
  text += fmt::format("  {}{}{}/s", Short(rate_), unit_.empty() ? "" : " ", unit_);
  if (total_ > 0 && done < total_) {
    text += fmt::format("  {} left", Length(rate_ > 0 ? static_cast<double>(total_ - done) / rate_ : -1));
  }
  for (const ProgressColumn& column : extra) text += fmt::format("  {} {}", column.name, column.value);
  if (width == 0) return fmt::format("{}: {}", label_, text);

  std::string line = label_ + " ";
  const size_t needed = line.size() + text.size() + 4;  // the bar's brackets and blanks
  if (total_ > 0 && needed + kNarrowestBar < width) {
    line += Bar(share, std::min<unsigned>(kWidestBar, static_cast<unsigned>(width - 1 - needed)));
  }
  line += text;
  // A line that is too long would not be drawn over by the next one.
  if (line.size() >= width) line.resize(width - 1);
  return line;
}

}  // namespace nut::tools
