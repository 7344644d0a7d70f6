// Runs one script of node_fuzz and prints every frame, one line each.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "stack/wire/printer.h"
#include "test/fuzz/node_script.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: replay_node FILE\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::vector<uint8_t> script((std::istreambuf_iterator<char>(file)), {});
  nut::fuzz::NodeScript([](nut::Instant now, std::string_view direction, nut::ByteView frame) {
    fmt::print("{:12.6f} {} {}\n", nut::ToSeconds(now.time_since_epoch()), direction, nut::wire::Describe(frame));
    std::fflush(stdout);
  }).Run(script);
  return 0;
}
