// SynCookies: SYN-ACKs that nothing has to be remembered for (RFC 4987 3.6): what the SYN offered is in our
// sequence number, and in the low bits of our timestamp, and comes back with the handshake's last ACK. A
// value of the machine.
//
// The sequence number is 29 bits of a keyed hash over the pair of endpoints, the peer's sequence number, the
// time in slots of 64 s and all that is encoded, and 3 bits that say which MSS. So who does not see the
// SYN-ACK guesses it once in 2^28 ACKs, and nobody can change an option. What is lost against a remembered
// handshake: the MSS is rounded down to one of eight; the SYN-ACK is not repeated when it gets lost (the
// peer's SYN is); and our sequence numbers do not grow from one incarnation to the next, as RFC 6528 wants.
#pragma once

#include <optional>

#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/base/time.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/sequence_number.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

class SynCookies {
 public:
  // For so long at least a cookie is good, and for twice as long at most.
  static constexpr Duration kSlot = 64s;

  explicit SynCookies(Rng rng) : hash_(rng) {}

  // What of `offered`, a SYN's options, a cookie can keep; without timestamps the MSS alone.
  static wire::TcpOptions Kept(const wire::TcpOptions& offered);

  // `value`, a TSval, with what `kept` says in its low bits: not later, and less than 64 units earlier.
  static uint32_t Stamp(uint32_t value, const wire::TcpOptions& kept);

  // The sequence number for a SYN-ACK that answers the SYN `peer_iss` of `ends` with `kept`. `stamp`: the
  // TSval that goes with it.
  wire::SequenceNumber Make(const wire::EndpointPair& ends, wire::SequenceNumber peer_iss,
                            const wire::TcpOptions& kept, std::optional<uint32_t> stamp, Instant now) const;

  // What was kept, from the sequence number and the stamp that came back; nothing if they are not ours. The
  // values of the timestamps are for the caller to fill in.
  std::optional<wire::TcpOptions> Read(const wire::EndpointPair& ends, wire::SequenceNumber peer_iss,
                                       wire::SequenceNumber cookie, std::optional<uint32_t> stamp,
                                       Instant now) const;

 private:
  uint32_t Hash(const wire::EndpointPair& ends, wire::SequenceNumber peer_iss, uint32_t mss_index,
                std::optional<uint32_t> stamp, uint64_t slot) const;

  SipHash hash_;
};

}  // namespace nut::tcp
