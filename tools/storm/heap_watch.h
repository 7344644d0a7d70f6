// HeapWatch: whether a run's memory grows: the most that the process's heap held early in the run, against
// the most that it held at the end. Bounded tables and pools fill up in the first percents, so what is more
// at the end is a leak. A value of one run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace nut::storm {

// Bytes that the process has allocated now, as the allocator counts them (AddressSanitizer's, where it is in
// charge).
uint64_t HeapInUse();

class HeapWatch {
 public:
  // How much more may be in use at the end: what fluctuates with the number of open connections. One octet
  // lost with each of 100,000,000 connections is twelve times as much.
  static constexpr uint64_t kAllowedGrowth = uint64_t{8} << 20;

  // A shorter run ends before its tables are full: it says nothing.
  static constexpr uint64_t kShortestRun = 100'000;

  // `total` is the length of the run in connections.
  explicit HeapWatch(uint64_t total) : total_(total) {}

  // At this point of the run `in_use` bytes are held.
  void Note(uint64_t done, uint64_t in_use);

  // The most between 1 and 11 percent of the run, and in the last 10.
  uint64_t early() const { return early_; }
  uint64_t late() const { return late_; }
  // Says what is wrong, if something is.
  std::optional<std::string> Complaint() const;

 private:
  const uint64_t total_;
  uint64_t early_ = 0;
  uint64_t late_ = 0;
};

}  // namespace nut::storm
