// What the guarded sources of a mutation run call at each place where they can be changed. tools/mutate/rewrite.py puts
// this text in front of every file that it rewrites; it is part of no other build. The numbers come from there, too.
// One change is on at a time: $NUT_MUTATION_CHOSEN, read once. Which changes have made a difference at their place is
// noted, one octet each, in the file $NUT_MUTATION_REACHED, which is mapped, so that a process may end as it likes.
// Constant expressions are always the original's. One thread.
#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <type_traits>

namespace nut::mutation {

inline constexpr unsigned kCapacity = 1u << 20;
inline unsigned char unrecorded[kCapacity];
inline unsigned char* reached = unrecorded;
inline unsigned chosen = 0;

inline bool Open() {
  if (const char* number = ::getenv("NUT_MUTATION_CHOSEN")) chosen = static_cast<unsigned>(::atoi(number));
  const char* name = ::getenv("NUT_MUTATION_REACHED");
  if (name == nullptr) return true;
  const int file = ::open(name, O_RDWR | O_CLOEXEC);
  void* mapped = file < 0 ? MAP_FAILED : ::mmap(nullptr, kCapacity, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) ::abort();
  ::close(file);
  reached = static_cast<unsigned char*>(mapped);
  return true;
}
inline const bool opened = Open();

constexpr void Mark(unsigned number) {
  if (!std::is_constant_evaluated()) reached[number] = 1;
}

// Without a note: the place knows better whether the change matters.
constexpr bool Is(unsigned number) { return !std::is_constant_evaluated() && chosen == number; }

constexpr bool On(unsigned number) {
  Mark(number);
  return Is(number);
}

constexpr bool Negate(unsigned number, bool value) { return On(number) ? !value : value; }

// Of two values without side effects; the change matters where they differ.
constexpr bool Either(unsigned number, bool original, bool changed) {
  if (original != changed) Mark(number);
  return Is(number) ? changed : original;
}

// The operands of a && b, whose changes are a || b (number), b (+ 1) and a (+ 2).
constexpr bool AndLeft(unsigned number, bool value) {
  if (!value) Mark(number), Mark(number + 1);
  return value;
}
constexpr bool AndRight(unsigned number, bool value) {
  if (!value) Mark(number), Mark(number + 2);
  return value;
}

// Those of a || b, whose changes are a && b (number), b (+ 1) and a (+ 2).
constexpr bool OrLeft(unsigned number, bool value) {
  if (value) Mark(number), Mark(number + 1);
  return value;
}
constexpr bool OrRight(unsigned number, bool value) {
  if (value) Mark(number), Mark(number + 2);
  return value;
}

enum class Relation { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

template <Relation relation, class A, class B>
constexpr bool Holds(const A& a, const B& b) {
  if constexpr (relation == Relation::kLess) return a < b;
  if constexpr (relation == Relation::kLessEqual) return a <= b;
  if constexpr (relation == Relation::kGreater) return a > b;
  if constexpr (relation == Relation::kGreaterEqual) return a >= b;
  if constexpr (relation == Relation::kEqual) return a == b;
  if constexpr (relation == Relation::kNotEqual) return a != b;
}

// a < b, changed to a <= b (number) and a >= b (+ 1), say.
template <Relation original, Relation edge, class A, class B>
constexpr bool Relate(unsigned number, const A& a, const B& b) {
  Mark(number + 1);
  const bool value = Holds<original>(a, b);
  if (Is(number + 1)) return !value;
  return Either(number, value, Holds<edge>(a, b));
}

// a == b, changed to a != b.
template <Relation original, class A, class B>
constexpr bool Equate(unsigned number, const A& a, const B& b) {
  return Negate(number, Holds<original>(a, b));
}

template <class T>
constexpr T Minimum(unsigned number, const T& a, const T& b) {
  if (a < b || b < a) Mark(number);
  return (b < a) != Is(number) ? b : a;
}

template <class T>
constexpr T Maximum(unsigned number, const T& a, const T& b) {
  if (a < b || b < a) Mark(number);
  return (a < b) != Is(number) ? b : a;
}

}  // namespace nut::mutation
