// Console: where the program's words for people go: standard output, or standard error when standard output
// is taken by something for programs (--json -). Knows how wide and how colourful it may be. Owned by main;
// one thread.
#pragma once

#include <cstdio>
#include <string_view>

#include "tools/explore/options.h"

namespace nut::explorer {

class Console {
 public:
  explicit Console(const Options& options);

  void Print(std::string_view text);
  // What a quiet run leaves out.
  void PrintUnlessQuiet(std::string_view text);

  unsigned columns() const { return columns_; }
  bool color() const { return color_; }
  bool quiet() const { return quiet_; }

 private:
  std::FILE* const stream_;
  const bool quiet_;
  bool color_ = false;
  unsigned columns_ = 100;
};

// All of `text` to `path`, or to standard output for "-". False: the system refused; errno says why.
bool WriteOutput(const std::string& path, std::string_view text);

}  // namespace nut::explorer
