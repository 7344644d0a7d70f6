#include "stack/tcp/isn_generator.h"

#include "stack/tcp/pair_hash.h"

namespace nut::tcp {

IsnGenerator::IsnGenerator(Rng rng) : sequence_(rng), timestamp_(rng) {}

wire::SequenceNumber IsnGenerator::Next(const wire::EndpointPair& ends, Instant now) const {
  const auto clock = static_cast<uint32_t>(now.time_since_epoch() / 4us);
  return wire::SequenceNumber(clock + static_cast<uint32_t>(HashPair(sequence_, ends)));
}

uint32_t IsnGenerator::TimestampOffset(const wire::EndpointPair& ends) const {
  return static_cast<uint32_t>(HashPair(timestamp_, ends));
}

}  // namespace nut::tcp
