#include "tools/explore/witness.h"

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/explore/child.h"

// Of AddressSanitizer's runtime; null in programs without it.
extern "C" {
[[gnu::weak]] int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, size_t),
                                                            void (*on_free)(const volatile void*));
[[gnu::weak]] void* __asan_get_report_address();
[[gnu::weak]] const char* __asan_locate_address(void* address, char* name, size_t name_size, void** region,
                                                size_t* region_size);
}

namespace nut::explorer {
namespace {

using nlohmann::json;

// The one of this process: what calls the hooks has no other way to it.
Witness* present = nullptr;

void OnFree(const volatile void* memory) {
  if (present != nullptr) present->NoteFree(const_cast<const void*>(memory));
}

void OnAbort(int) {
  if (Witness* const witness = std::exchange(present, nullptr)) witness->Testify(nullptr);
  signal(SIGABRT, SIG_DFL);
}

json ToJson(const Deed& deed) {
  return {{"node", deed.node},
          {"thread", deed.thread},
          {"when", deed.when.time_since_epoch().count()},
          {"step", deed.step}};
}

Deed DeedFrom(const json& from) {
  return {from.value("node", ""), from.value("thread", ""), Instant(Duration(from.value("when", int64_t{0}))),
          from.value("step", uint32_t{0})};
}

}  // namespace

Witness::Witness(const explore::Schedule& schedule, int output)
    : replay_(schedule), output_(output), deeds_(1), frees_(kFreesKept) {}

Witness::~Witness() { present = nullptr; }

void Witness::Begin(const explore::Explored& explored) {
  explored_ = &explored;
  replay_.Begin(explored);
  if (__sanitizer_install_malloc_and_free_hooks != nullptr) {
    __sanitizer_install_malloc_and_free_hooks([](const volatile void*, size_t) {}, OnFree);
  }
  signal(SIGABRT, OnAbort);
  present = this;
}

size_t Witness::Choose(uint32_t step, const os::SchedulingChoice& choice) {
  const size_t chosen = replay_.Choose(step, choice);
  Runs(choice.candidates[chosen < choice.candidates.size() ? chosen : 0], step + 1);
  return chosen;
}

void Witness::OnOnlyCandidate(const os::SchedulingChoice& choice) {
  replay_.OnOnlyCandidate(choice);
  Runs(choice.candidates.front(), step_);
}

void Witness::End(uint32_t steps) {
  present = nullptr;
  explored_ = nullptr;
  replay_.End(steps);
}

void Witness::Runs(const os::Candidate& candidate, uint32_t step) {
  step_ = step;
  Deed deed;
  deed.when = explored_->Now();
  deed.step = step;
  if (candidate.thread.valid()) {
    deed.node = explored_->NodeNameOf(candidate.thread);
    deed.thread = explored_->NameOf(candidate.thread);
  }
  deeds_.push_back(std::move(deed));
}

void Witness::NoteFree(const void* memory) {
  frees_[next_free_++ % frees_.size()] = {memory, static_cast<uint32_t>(deeds_.size() - 1)};
}

void Witness::Testify(const void* memory) {
  Testimony testimony{.last = deeds_.back(), .freed = std::nullopt};
  // The latest free of that address is the one that counts.
  for (size_t back = 1; memory != nullptr && back <= std::min(next_free_, frees_.size()); ++back) {
    const Free& free = frees_[(next_free_ - back) % frees_.size()];
    if (free.memory != memory) continue;
    testimony.freed = deeds_[free.deed];
    break;
  }
  WriteAll(output_, ToLine(testimony));
}

std::string ToLine(const Testimony& testimony) {
  json line = {{"last", ToJson(testimony.last)}};
  if (testimony.freed) line["freed"] = ToJson(*testimony.freed);
  return json{{"testimony", line}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Testimony> TestimonyIn(std::string_view lines) {
  const size_t begin = lines.rfind("{\"testimony\":");
  if (begin == std::string_view::npos) return std::nullopt;
  const json line = json::parse(lines.substr(begin, lines.find('\n', begin) - begin), nullptr, false);
  if (!line.is_object()) return std::nullopt;
  const json& said = line["testimony"];
  Testimony testimony{.last = DeedFrom(said.at("last")), .freed = std::nullopt};
  if (const auto freed = said.find("freed"); freed != said.end()) testimony.freed = DeedFrom(*freed);
  return testimony;
}

}  // namespace nut::explorer

// AddressSanitizer calls it when it has found something, before it prints.
extern "C" void __asan_on_error() {
  using namespace nut::explorer;
  Witness* const witness = std::exchange(present, nullptr);
  if (witness == nullptr) return;
  void* region = nullptr;
  size_t size = 0;
  char name[64];
  void* const address = __asan_get_report_address != nullptr ? __asan_get_report_address() : nullptr;
  if (address != nullptr) __asan_locate_address(address, name, sizeof name, &region, &size);
  witness->Testify(region);
}
