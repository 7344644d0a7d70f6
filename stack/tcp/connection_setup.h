// ConnectionSetup: what must be known from outside to make a connection. A value.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/link/chunk_pool.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/sequence_number.h"

namespace nut::tcp {

struct ConnectionSetup {
  wire::EndpointPair ends;
  wire::SequenceNumber initial_sequence;  // RFC 6528
  uint32_t timestamp_offset = 0;          // RFC 7323 7.1
  size_t path_mtu = 1500;                 // IP packet, bytes: of the link to the peer
  size_t known_path_mtu = 65535;          // less: known to be all that gets there (net::RouteChoice)
  link::ChunkPool* chunks = nullptr;      // for what is sent; outlives the connection. Null: the heap
};

}  // namespace nut::tcp
