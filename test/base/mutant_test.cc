// The list of mutants; and that builds which are not made for them have none.
#include "stack/base/mutant.h"

#include <gtest/gtest.h>

#include <set>

namespace nut {
namespace {

TEST(MutantTest, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const Mutant mutant : AllMutants()) {
    names.insert(NameOf(mutant));
    EXPECT_EQ(MutantNamed(NameOf(mutant)), mutant);
  }
  EXPECT_EQ(names.size(), 15u) << "two repairs and R1–R13";
  EXPECT_FALSE(MutantNamed("none"));
  EXPECT_FALSE(MutantNamed(""));
}

#ifdef NUT_MUTANTS

TEST(MutantTest, OneAtATimeIsOn) {
  EXPECT_TRUE(kHasMutants);
  for (const Mutant mutant : AllMutants()) EXPECT_FALSE(Mutated(mutant));
  SetMutant(Mutant::kR4SilentClose);
  for (const Mutant mutant : AllMutants()) EXPECT_EQ(Mutated(mutant), mutant == Mutant::kR4SilentClose);
  SetMutant(Mutant::kNone);
}

#else

TEST(MutantTest, OtherBuildsHaveNone) {
  static_assert(!kHasMutants && !Mutated(Mutant::kReclaimAtOnce),
                "known when it is compiled: no code is left of it");
}

#endif

}  // namespace
}  // namespace nut
