// A storm's result as JSON, whole: from one of our processes to another.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tl/expected.hpp>

#include "tools/storm/result.h"

namespace nut::storm {

nlohmann::json ToJson(const StormResult& result);
// Or what is missing or of the wrong type.
tl::expected<StormResult, std::string> ResultFromJson(const nlohmann::json& json);

}  // namespace nut::storm
