#include "tools/storm/result_json.h"

#include <nlohmann/json.hpp>

namespace nut::storm {

using nlohmann::json;

json ToJson(const StormResult& result) {
  return {{"client", result.client.ToJson()}, {"server", result.server.ToJson()}, {"totals", result.totals},
          {"faults", result.faults},          {"seconds", result.seconds}};
}

tl::expected<StormResult, std::string> ResultFromJson(const json& from) {
  // The library reports what is missing or of the wrong type by exceptions.
  try {
    auto client = Ledger::FromJson(from.at("client"));
    if (!client) return tl::unexpected(client.error());
    auto server = Ledger::FromJson(from.at("server"));
    if (!server) return tl::unexpected(server.error());
    StormResult result;
    result.client = std::move(*client);
    result.server = std::move(*server);
    result.totals = from.at("totals").get<std::map<std::string, uint64_t>>();
    result.faults = from.at("faults").get<std::vector<std::string>>();
    result.seconds = from.at("seconds").get<double>();
    return result;
  } catch (const json::exception& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace nut::storm
