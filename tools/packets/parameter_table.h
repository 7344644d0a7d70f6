// What `tcp NAME VALUE` can set: tcp::Parameters by name, one row each. Constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stack/tcp/parameters.h"

namespace nut::packets {

// Empty: done. Otherwise what is wrong with name or value.
std::string SetParameter(std::string_view name, std::string_view value, tcp::Parameters& parameters);

// All names, for help.
std::vector<std::string_view> ParameterNames();

}  // namespace nut::packets
