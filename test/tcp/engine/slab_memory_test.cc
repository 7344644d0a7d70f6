// What a slab keeps of its memory: a chunk that is empty goes back, but for one. Counted at operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "stack/tcp/slab.h"

namespace {

int64_t live = 0;
size_t large_allocations = 0;
constexpr size_t kFront = 64;
constexpr size_t kLarge = 100'000;

void* Allocate(size_t size) {
  auto* block =
      static_cast<unsigned char*>(std::aligned_alloc(kFront, (size + 2 * kFront - 1) / kFront * kFront));
  if (block == nullptr) std::abort();
  *reinterpret_cast<size_t*>(block) = size;
  if (size >= kLarge) ++live, ++large_allocations;
  return block + kFront;
}
void Release(void* pointer) {
  if (pointer == nullptr) return;
  unsigned char* block = static_cast<unsigned char*>(pointer) - kFront;
  if (*reinterpret_cast<size_t*>(block) >= kLarge) --live;
  std::free(block);
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void operator delete(void* pointer) noexcept { Release(pointer); }
void operator delete(void* pointer, size_t) noexcept { Release(pointer); }
void operator delete[](void* pointer) noexcept { Release(pointer); }
void operator delete[](void* pointer, size_t) noexcept { Release(pointer); }

namespace nut::tcp {
namespace {

struct Thing {
  unsigned char octets[4096];
};

TEST(SlabMemory, OneEmptyChunkIsKeptForTheNextTime) {
  if (kWatchesMemory || kHasMutants)
    GTEST_SKIP() << "where every use of a freed object is to be seen nothing is kept";
  const int64_t before = live;
  {
    Slab<Thing> slab;
    EXPECT_EQ(live - before, 0);
    for (int i = 0; i < 32; ++i) slab.Make();
    EXPECT_EQ(live - before, 1) << "32 in a chunk";
    slab.Make();
    EXPECT_EQ(live - before, 2);
    slab.Free(32);
    EXPECT_EQ(live - before, 2) << "kept";
    for (uint32_t slot = 0; slot < 31; ++slot) slab.Free(slot);
    EXPECT_EQ(live - before, 2) << "in use";
    slab.Free(31);
    EXPECT_EQ(live - before, 1);
    const size_t made = large_allocations;
    slab.Make();
    EXPECT_EQ(large_allocations, made) << "the one that was kept";
    for (int i = 0; i < 32; ++i) slab.Make();
    EXPECT_EQ(large_allocations, made + 1);
  }
  EXPECT_EQ(live - before, 0);
}

}  // namespace
}  // namespace nut::tcp
