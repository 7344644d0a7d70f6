// What each option does with its text: one function per option that needs more than an assignment. Each
// changes the options and gives nothing back, or says what is wrong with the text. Pure but for looking
// whether a directory is there. Used by the option table.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "apps/nutnode/known_service.h"
#include "apps/nutnode/program_options.h"

namespace nut::apps {

using Applied = tl::expected<void, std::string>;

// network
Applied SetName(std::string_view text, ProgramOptions& options);
Applied SetTapDescriptor(std::string_view text, ProgramOptions& options);
Applied SetNamespaceUse(std::string_view text, ProgramOptions& options);
Applied SetMac(std::string_view text, ProgramOptions& options);
Applied SetAddress(std::string_view text, ProgramOptions& options);
Applied SetProfile(std::string_view text, ProgramOptions& options);
Applied SetHost(std::string_view text, ProgramOptions& options);
Applied SetGateway(std::string_view text, ProgramOptions& options);
Applied SetMtu(std::string_view text, ProgramOptions& options);
Applied AddFilterRule(std::string_view text, ProgramOptions& options);
Applied SetOffload(std::string_view text, ProgramOptions& options);
Applied SetSpin(std::string_view text, ProgramOptions& options);
Applied SetCongestion(std::string_view text, ProgramOptions& options);

// capture
Applied SetSnapLength(std::string_view text, ProgramOptions& options);

// impairment
Applied SetImpairDirection(std::string_view text, ProgramOptions& options);
Applied SetLossBurst(std::string_view text, ProgramOptions& options);
Applied SetDelay(std::string_view text, ProgramOptions& options);
Applied SetRate(std::string_view text, ProgramOptions& options);

// time
Applied SetSeed(std::string_view text, ProgramOptions& options);
Applied SetUntil(std::string_view text, ProgramOptions& options);

// services
Applied SetWww(std::string_view text, ProgramOptions& options);
// "echo", "httpd:8080", "all", "none"; called once for each --app, which add up.
Applied AddService(std::string_view text, ProgramOptions& options, const KnownServices& known);

// log
Applied SetLogFormat(std::string_view text, ProgramOptions& options);

// What only shows when all is known: addresses that contradict each other, two services on one port.
Applied CheckTogether(const ProgramOptions& options);

}  // namespace nut::apps
