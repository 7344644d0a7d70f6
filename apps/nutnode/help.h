// The texts that nutnode prints about itself, made from the option table. Pure functions; every line ends in
// '\n'.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apps/nutnode/known_service.h"

namespace nut::apps {

// What an option was given, by its name without dashes. Those that are missing have their default.
using EffectiveValues = std::map<std::string, std::vector<std::string>, std::less<>>;

inline constexpr std::string_view kVersion = "5.2.4.0";  // of Nut/OS, whose network this is

// Fits a terminal of 80 columns and 40 lines.
std::string ShortHelp();
// Every option with its default, and the services.
std::string LongHelp(const KnownServices& known);
std::string VersionText();
// A config file that says what `values` and the defaults say.
std::string ConfigText(const EffectiveValues& values);

}  // namespace nut::apps
