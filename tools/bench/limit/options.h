// What the limit program is told on its command line. Immutable once read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/bench/limit/tap.h"

namespace nut::bench {

struct LimitOptions {
  std::string tap = "nut-limit";
  uint32_t address = 0;  // network order
  Tap::Offload offload = Tap::Offload::kAll;
  std::chrono::microseconds spin{0};  // 0: sleeps whenever nothing is waiting
  bool copy = false;                  // the payload goes once into a user's buffer
  uint32_t window = 1 << 20;              // octets offered to a sender; more would leave its caches
  uint32_t batch = 256;               // frames read before ACKs are sent
  int open = 0;                       // connections to keep opening; 0: only serves
  uint32_t target = 0;                // whom to open them to, network order
  uint16_t target_port = 7;
  double seconds = 2;     // how long to open them
  size_t segment = 1460;  // octets of content in a frame that the wire would carry
};

}  // namespace nut::bench
