// Figures for people: large numbers, rates, sizes and lengths of time in a few characters. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace nut::tools {

// "1,234,567".
std::string WithThousands(uint64_t number);
// "950", "12.3k", "4.56M": three digits.
std::string Short(double number);
// "18 MiB".
std::string Bytes(uint64_t bytes);
// "42 s", "3:07", "1:02:33"; not known: "?".
std::string Length(double seconds);

}  // namespace nut::tools
