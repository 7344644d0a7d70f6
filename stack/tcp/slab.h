// Slab: objects of one kind in numbered slots, made and ended in place: no allocation each, neighbours share
// a chunk of memory, and a slot's number is all that is needed to find it. Each slot has a generation, which
// tells its present object from earlier ones. A chunk that has become empty is given back, but for one that
// is kept for the next time. Owns the objects. A member of the table above it; any thread of the node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "stack/base/mutant.h"

namespace nut::tcp {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kWatchesMemory = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kWatchesMemory = true;
#else
inline constexpr bool kWatchesMemory = false;
#endif
#else
inline constexpr bool kWatchesMemory = false;
#endif

template <typename T>
class Slab {
 public:
  Slab() = default;
  ~Slab() {
    ForEach([&](uint32_t slot, T&) { at(slot).~T(); });
  }
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  // Makes an object in the slot that became free last, or in a new one, and says in which.
  template <typename... Arguments>
  uint32_t Make(Arguments&&... arguments) {
    if (first_free_ == kNoSlot) AddChunk();
    const uint32_t slot = first_free_;
    std::unique_ptr<Chunk>& chunk = chunks_[slot / kPerChunk];
    if (chunk == nullptr)
      chunk = spare_ != nullptr ? std::move(spare_) : std::make_unique_for_overwrite<Chunk>();
    first_free_ = std::exchange(places_[slot].next_free, kInUse);
    ++chunk->used;
    new (chunk->cell(slot % kPerChunk)) T(std::forward<Arguments>(arguments)...);
    return slot;
  }

  // The slot is in use. Its generation is over.
  void Free(uint32_t slot) {
    std::unique_ptr<Chunk>& chunk = chunks_[slot / kPerChunk];
    at(slot).~T();
    Place& place = places_[slot];
    // 0 is never given out: a default-made handle stays stale.
    if (++place.generation == 0) place.generation = 1;
    place.next_free = std::exchange(first_free_, slot);
    if (--chunk->used > 0) return;
    // Where somebody watches for the use of what was freed, nothing is kept.
    if constexpr (kPerChunk > 1) spare_ = std::move(chunk);
    chunk.reset();
  }

  // Any number: whether there is an object.
  bool in_use(uint32_t slot) const { return slot < places_.size() && places_[slot].next_free == kInUse; }
  uint32_t generation(uint32_t slot) const { return places_[slot].generation; }
  // The slot is in use.
  T& at(uint32_t slot) const {
    return *std::launder(static_cast<T*>(chunks_[slot / kPerChunk]->cell(slot % kPerChunk)));
  }

  // Calls `visit(slot, object)` for each, in the order of slots. `visit` neither makes nor frees.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (uint32_t slot = 0; slot < places_.size(); ++slot) {
      if (places_[slot].next_free == kInUse) visit(slot, at(slot));
    }
  }

 private:
  // One where every use of a freed object is to be seen.
  static constexpr uint32_t kPerChunk = kWatchesMemory || kHasMutants ? 1 : 32;
  static constexpr uint32_t kNoSlot = UINT32_MAX;
  static constexpr uint32_t kInUse = UINT32_MAX - 1;

  struct Place {
    uint32_t generation = 1;  // of the object, or of the next one
    uint32_t next_free = kNoSlot;
  };

  struct Chunk {
    void* cell(uint32_t number) { return cells + number * sizeof(T); }

    alignas(T) std::byte cells[kPerChunk * sizeof(T)];
    uint32_t used = 0;
  };

  void AddChunk() {
    const auto first = static_cast<uint32_t>(places_.size());
    chunks_.emplace_back();
    places_.resize(first + kPerChunk);
    for (uint32_t slot = first + kPerChunk; slot-- > first;) {
      places_[slot].next_free = std::exchange(first_free_, slot);
    }
  }

  std::vector<Place> places_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::unique_ptr<Chunk> spare_;
  uint32_t first_free_ = kNoSlot;
};

}  // namespace nut::tcp
