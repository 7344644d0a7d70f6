#include "stack/tcp/isn_generator.h"

#include "stack/tcp/connection_table_index.h"

namespace nut::tcp {

IsnGenerator::IsnGenerator(Rng rng) : sequence_(rng), timestamp_(rng) {}

wire::SequenceNumber IsnGenerator::Next(const wire::EndpointPair& ends, Instant now) const {
  const auto clock = static_cast<uint32_t>(now.time_since_epoch() / 4us);
  return wire::SequenceNumber(clock + static_cast<uint32_t>(sequence_(PairBytes(ends).bytes())));
}

uint32_t IsnGenerator::TimestampOffset(const wire::EndpointPair& ends) const {
  return static_cast<uint32_t>(timestamp_(PairBytes(ends).bytes()));
}

}  // namespace nut::tcp
