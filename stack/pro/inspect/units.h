// Quantities as people read them: lengths of time, byte counts. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/time.h"

namespace nut::pro {

// The shortest form that keeps three digits: "840us", "12.3ms", "4.50s", "3min 07s", "2h 05min", "4d 03h".
// "never" for kForever; negative lengths count as zero.
std::string FormatDuration(Duration length);

// Binary multiples with one decimal: "512 B", "64.0 KiB", "1.5 GiB".
std::string FormatBytes(uint64_t bytes);

}  // namespace nut::pro
