// TransportTable: which transport takes which IP protocol, for packets and for errors about packets. Owned by
// Network; filled before the node starts, used by the receive thread.
#pragma once

#include <array>

#include "stack/net/ip_layer.h"

namespace nut::net {

class TransportTable {
 public:
  // Null takes the registration back. The transport outlives it.
  void Register(wire::IpProtocol protocol, Transport* transport) { transports_[Index(protocol)] = transport; }

  // Null where nobody takes that protocol.
  Transport* Find(wire::IpProtocol protocol) const { return transports_[Index(protocol)]; }

  // Hands an error about the packet quoted in `packet` (from its IP header on, possibly cut) to whoever sent
  // it; fills local, remote and transport_header of `report`. False when there is nobody, or the quote is too
  // short to tell.
  bool Report(IcmpErrorReport report, ByteView packet) const;

 private:
  // Every protocol number has a place: there is no index to go wrong.
  static constexpr size_t Index(wire::IpProtocol protocol) { return static_cast<uint8_t>(protocol); }

  std::array<Transport*, 256> transports_{};
};

}  // namespace nut::net
