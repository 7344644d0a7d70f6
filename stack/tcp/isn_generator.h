// IsnGenerator: initial sequence numbers and timestamp offsets that nobody outside can compute, although they
// move forward for each pair of endpoints. A value of the engine; state-machine thread or a thread that
// connects.
#pragma once

#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/base/time.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/sequence_number.h"

namespace nut::tcp {

class IsnGenerator {
 public:
  // Takes two 128-bit keys from `rng`, which is the stream "isn" (RFC 6528 3: a secret, new with every
  // start).
  explicit IsnGenerator(Rng rng);

  // RFC 6528 3: ISN = M + F(localip, localport, remoteip, remoteport, secretkey), M a clock of 4 microseconds
  // (RFC 9293 MUST-8), F a keyed pseudo-random function (SHLD-1, MUST-9).
  wire::SequenceNumber Next(const wire::EndpointPair& ends, Instant now) const;

  // RFC 7323 7.1: random for each connection, the same for the same pair, so that timestamps grow from one
  // incarnation to the next (RFC 6191).
  uint32_t TimestampOffset(const wire::EndpointPair& ends) const;

 private:
  SipHash sequence_;
  SipHash timestamp_;
};

}  // namespace nut::tcp
