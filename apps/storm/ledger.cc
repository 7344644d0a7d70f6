#include "apps/storm/ledger.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <numeric>

namespace nut::storm {
namespace {

using nlohmann::json;

// The plain numbers of a ledger, by their names in JSON.
struct NumberField {
  const char* name;
  uint64_t Ledger::*member;
};

constexpr NumberField kNumbers[] = {
    {"opened", &Ledger::opened},           {"established_early", &Ledger::established_early},
    {"port_waits", &Ledger::port_waits},   {"octets_sent", &Ledger::octets_sent},
    {"octets_received", &Ledger::octets_received}, {"fault_count", &Ledger::fault_count},
};

template <typename Range>
uint64_t Sum(const Range& range) {
  return std::accumulate(std::begin(range), std::end(range), uint64_t{0});
}

}  // namespace

void Ledger::Fail(Kind kind, uint64_t connection, std::string text) {
  Count(kind, Outcome::kFailed);
  Note(connection, fmt::format("{}: {}", NameOf(kind), text));
}

void Ledger::Note(uint64_t connection, std::string text) {
  ++fault_count;
  if (faults.size() < kFaultsKept) faults.push_back({std::move(text), connection});
}

uint64_t Ledger::ended(Outcome outcome) const {
  uint64_t sum = 0;
  for (const auto& outcomes : endings) sum += outcomes[static_cast<size_t>(outcome)];
  return sum;
}

uint64_t Ledger::ended(Kind kind) const { return Sum(endings[static_cast<size_t>(kind)]); }

uint64_t Ledger::ended() const {
  uint64_t sum = 0;
  for (const auto& outcomes : endings) sum += Sum(outcomes);
  return sum;
}

void Ledger::Merge(const Ledger& other) {
  for (const NumberField& field : kNumbers) this->*field.member += other.*field.member;
  for (size_t kind = 0; kind < kKindCount; ++kind) {
    for (size_t outcome = 0; outcome < kOutcomeCount; ++outcome) {
      endings[kind][outcome] += other.endings[kind][outcome];
    }
  }
  for (const Fault& fault : other.faults) {
    if (faults.size() < kFaultsKept) faults.push_back(fault);
  }
}

json Ledger::ToJson() const {
  json result = json::object();
  for (const NumberField& field : kNumbers) result[field.name] = this->*field.member;
  // Every kind that came up, with the outcomes that it had.
  json& by_kind = result["by_kind"] = json::object();
  for (size_t kind = 0; kind < kKindCount; ++kind) {
    for (size_t outcome = 0; outcome < kOutcomeCount; ++outcome) {
      if (const uint64_t count = endings[kind][outcome]; count > 0) {
        by_kind[std::string(kKindNames[kind])][std::string(kOutcomeNames[outcome])] = count;
      }
    }
  }
  json& list = result["faults"] = json::array();
  for (const Fault& fault : faults) list.push_back({{"text", fault.text}, {"connection", fault.connection}});
  return result;
}

tl::expected<Ledger, std::string> Ledger::FromJson(const json& from) {
  // The library reports what is missing or of the wrong type by exceptions.
  try {
    Ledger ledger;
    for (const NumberField& field : kNumbers) ledger.*field.member = from.at(field.name).get<uint64_t>();
    for (const auto& [kind_name, outcomes] : from.at("by_kind").items()) {
      const auto kind = KindFromName(kind_name);
      if (!kind) return tl::unexpected(fmt::format("\"{}\" is no kind of connection", kind_name));
      for (const auto& [outcome_name, count] : outcomes.items()) {
        const auto place = std::find(kOutcomeNames.begin(), kOutcomeNames.end(), outcome_name);
        if (place == kOutcomeNames.end()) return tl::unexpected(fmt::format("\"{}\" is no outcome", outcome_name));
        ledger.endings[static_cast<size_t>(*kind)][static_cast<size_t>(place - kOutcomeNames.begin())] =
            count.get<uint64_t>();
      }
    }
    for (const json& fault : from.at("faults")) {
      if (ledger.faults.size() == kFaultsKept) break;
      ledger.faults.push_back({fault.at("text").get<std::string>(), fault.at("connection").get<uint64_t>()});
    }
    return ledger;
  } catch (const json::exception& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace nut::storm
