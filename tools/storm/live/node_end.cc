#include "tools/storm/live/node_end.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

namespace nut::storm {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kRestPatience{3};
constexpr std::chrono::milliseconds kRestLook{20};

void Compare(std::vector<std::string>& faults, std::string_view who, std::string_view what, uint64_t before,
             uint64_t after) {
  if (after <= before) return;
  faults.push_back(fmt::format("{}: {} {} at the end, {} at the beginning", who, after, what, before));
}

}  // namespace

tl::expected<json, std::string> NodeEnd::Status() {
  return node_->Ask("status").and_then([this](const std::string& line) -> tl::expected<json, std::string> {
    json status = json::parse(line, nullptr, false);
    if (status.is_object()) return status;
    return tl::unexpected(fmt::format("{}: its status is no JSON object: {}", name_, line));
  });
}

NodeEnd::Holdings NodeEnd::HoldingsOf(const json& status) {
  return {.sockets = status.value("sockets", uint64_t{0}),
          .threads = status.value("threads", uint64_t{0}),
          .heap = status.value("heap_used", uint64_t{0}),
          .frames = status.value("/pools/frames"_json_pointer, uint64_t{0})};
}

tl::expected<void, std::string> NodeEnd::Begin() {
  const auto status = Status();
  if (!status) return tl::unexpected(status.error());
  before_ = HoldingsOf(*status);
  const auto answer = node_->Ask(command_);
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

tl::expected<EndStatus, std::string> NodeEnd::Look() {
  const auto status = Status();
  if (!status) return tl::unexpected(status.error());
  const bool is_client = role_ == Role::kClient;
  const auto side = status->find(is_client ? "client" : "server");
  if (side == status->end() || !side->is_object() || !side->contains("ledger")) {
    return tl::unexpected(fmt::format("{}: its status has no books: {}", name_, status->dump()));
  }
  const auto ledger = Ledger::FromJson(side->at("ledger"));
  if (!ledger) return tl::unexpected(fmt::format("{}: its books: {}", name_, ledger.error()));
  const bool done = side->value("done", false);
  return EndStatus{.ledger = *ledger,
                   .at_rest = is_client ? done : side->value("idle", false),
                   .ended = done,
                   .open = HoldingsOf(*status).sockets,
                   .memory = node_->resident_bytes()};
}

tl::expected<void, std::string> NodeEnd::Stop() {
  const auto answer = node_->Ask("stop");
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

tl::expected<NodeEnd::Holdings, std::string> NodeEnd::AtRest() {
  const auto deadline = std::chrono::steady_clock::now() + kRestPatience;
  for (;;) {
    const auto status = Status();
    if (!status) return tl::unexpected(status.error());
    const Holdings holdings = HoldingsOf(*status);
    if (holdings.NoMoreThan(before_) || std::chrono::steady_clock::now() > deadline) return holdings;
    std::this_thread::sleep_for(kRestLook);
  }
}

std::vector<std::string> NodeEnd::Finish() {
  std::vector<std::string> faults;
  if (const auto after = AtRest()) {
    Compare(faults, name_, "sockets", before_.sockets, after->sockets);
    Compare(faults, name_, "threads", before_.threads, after->threads);
    Compare(faults, name_, "bytes of the heap in use", before_.heap, after->heap);
    Compare(faults, name_, "frames in use", before_.frames, after->frames);
  } else {
    faults.push_back(after.error());
  }
  if (const auto ended = node_->End(); !ended) faults.push_back(ended.error());
  return faults;
}

}  // namespace nut::storm
