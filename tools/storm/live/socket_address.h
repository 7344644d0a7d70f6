// The kernel's form of an endpoint, and back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include "stack/wire/endpoint.h"

namespace nut::storm {

// The endpoint's address is of IPv4.
inline sockaddr_in ToSocketAddress(const wire::Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(endpoint.address.v4().number());
  address.sin_port = htons(endpoint.port.number());
  return address;
}

}  // namespace nut::storm
