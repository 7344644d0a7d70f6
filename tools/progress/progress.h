// Progress: how far a long run is, for whoever looks on: on a terminal one line that is drawn anew a few
// times a second (bar, share, rate, time left, extra columns), elsewhere a plain line now and then. Owned by
// the program; the stream outlives it. One thread of the host.
//
//   Progress progress("storm", total, stderr);
//   while (running) {
//     if (progress.due()) progress.Show(done, {{"open", "1204"}, {"failed", "0"}});
//   }
//   progress.Finish();
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace nut::tools {

struct ProgressColumn {
  std::string_view name;
  std::string value;
};

enum class ProgressStyle : uint8_t {
  kAuto,      // kTerminal where the stream is one, else kPlain
  kTerminal,  // redrawn in place, 5 times a second
  kPlain,     // a line after 1 s, then with growing distance, up to one a minute
  kSilent,
};

using WallTime = std::chrono::steady_clock::time_point;

struct ProgressOptions {
  ProgressStyle style = ProgressStyle::kAuto;
  std::string_view unit;  // of what is counted: "connections"; copied
  unsigned columns = 0;   // width of the terminal; 0: ask it
  std::function<WallTime()> now = std::chrono::steady_clock::now;
};

class Progress {
 public:
  // `total` 0: nobody knows; no bar and no time left then.
  Progress(std::string_view label, uint64_t total, std::FILE* stream, ProgressOptions options = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Whether it is time for Show. Costs a look at the clock.
  bool due() const;
  // Draws or prints now, due or not.
  void Show(uint64_t done, std::span<const ProgressColumn> extra = {});
  void Show(uint64_t done, std::initializer_list<ProgressColumn> extra) {
    Show(done, std::span<const ProgressColumn>(extra.begin(), extra.size()));
  }
  // Takes the drawn line away, so that what is printed next stands alone. Harmless twice.
  void Finish();

  // Per second, lately (the last few seconds count most).
  double rate() const { return rate_; }
  double seconds() const;  // since construction

 private:
  void NoteRate(uint64_t done, WallTime now);
  std::string Line(uint64_t done, std::span<const ProgressColumn> extra, unsigned width) const;

  const std::string label_;
  const uint64_t total_;
  std::FILE* const stream_;
  const std::string unit_;
  const unsigned columns_;
  const std::function<WallTime()> now_;
  const ProgressStyle style_;
  const WallTime start_;

  std::chrono::steady_clock::duration interval_;  // to the next line
  WallTime next_;
  WallTime last_;  // when the rate was looked at
  uint64_t last_done_ = 0;
  double rate_ = 0;
  bool drawn_ = false;
};

}  // namespace nut::tools
