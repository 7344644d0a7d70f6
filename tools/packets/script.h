// Script: a parsed script: what it says about the node, and its events in order. A plain value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stack/base/time.h"
#include "tools/packets/packet.h"
#include "tools/packets/script_error.h"

namespace nut::packets {

// When an event is due, or may happen.
struct When {
  // kTogether (`&`): with the packet of the line before, in one batch.
  enum class Kind : uint8_t { kRelative, kAbsolute, kAny, kTogether };
  Kind kind = Kind::kRelative;
  Duration from{}, to{};  // equal, unless `+A~+B`
};

struct Event {
  enum class Kind : uint8_t { kInject, kExpect, kCall };
  Kind kind{};
  Place place;
  std::string text;  // the line, for messages
  When when;
  Packet packet;                   // kInject, kExpect
  std::string verb;                // kCall
  std::vector<std::string> words;  // its arguments; quoted ones begin with a quotation mark
  // What follows `=`, in the same manner.
  std::vector<std::string> result;
};

struct Script {
  std::string file;
  std::vector<std::string> node_options;  // as nutnode has them
  Place node_place;                       // of the last of these lines
  struct Parameter {
    Place place;
    std::string name, value;
  };
  std::vector<Parameter> parameters;  // `tcp NAME VALUE`
  Duration tolerance = 1ms;
  bool manual_arp = false;
  wire::Ipv4Address peer{198, 19, 0, 1};
  wire::MacAddress peer_mac{{2, 0, 0, 0, 0, 1}};
  std::vector<Event> events;
};

}  // namespace nut::packets
