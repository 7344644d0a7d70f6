// Reads a pcapng stream back, strictly, for tests of what is in a capture; whether it is pcapng at all is for
// tshark to say. Throws away nothing: what does not fit ends the reading with `sound` false.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "stack/base/bytes.h"

namespace nut::link {

struct PcapngContents {
  struct Packet {
    uint32_t interface = 0;
    uint64_t stamp = 0;  // nanoseconds
    std::vector<uint8_t> bytes;
    uint32_t original_size = 0;
    uint32_t direction = 0;  // 1 inbound, 2 outbound
    std::string comment;
  };
  struct Statistics {
    uint32_t interface = 0;
    uint64_t received = 0;
    uint64_t dropped = 0;
  };

  size_t sections = 0;
  std::vector<std::string> interfaces;
  std::vector<Packet> packets;
  std::vector<Statistics> statistics;
  bool sound = true;

  std::vector<std::string> Comments() const {
    std::vector<std::string> comments;
    for (const Packet& packet : packets) comments.push_back(packet.comment);
    return comments;
  }
};

namespace pcapng {

template <typename Number>
Number Get(ByteView bytes, size_t at) {
  Number number{};
  if (at + sizeof number <= bytes.size()) std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

inline std::map<uint16_t, std::string> Options(ByteView bytes, bool& sound) {
  std::map<uint16_t, std::string> options;
  while (bytes.size() >= 4) {
    const auto code = Get<uint16_t>(bytes, 0);
    const size_t size = Get<uint16_t>(bytes, 2), padded = (size + 3) / 4 * 4;
    if (code == 0) {
      sound = sound && bytes.size() == 4;
      return options;
    }
    if (4 + padded > bytes.size()) break;
    options[code] = AsText(bytes.subspan(4, size));
    bytes = bytes.subspan(4 + padded);
  }
  sound = false;  // the end of options is missing
  return options;
}

}  // namespace pcapng

inline PcapngContents ReadPcapng(ByteView bytes) {
  using pcapng::Get;
  PcapngContents contents;
  while (!bytes.empty()) {
    const auto type = Get<uint32_t>(bytes, 0), size = Get<uint32_t>(bytes, 4);
    if (size < 12 || size % 4 != 0 || size > bytes.size() || Get<uint32_t>(bytes, size - 4) != size) {
      contents.sound = false;
      return contents;
    }
    const ByteView body = bytes.subspan(8, size - 12);
    bytes = bytes.subspan(size);
    bool& sound = contents.sound;
    if (type == 0x0a0d0d0a) {
      sound = sound && Get<uint32_t>(body, 0) == 0x1a2b3c4d;
      ++contents.sections;
      pcapng::Options(body.subspan(16), sound);
    } else if (type == 1) {
      contents.interfaces.push_back(pcapng::Options(body.subspan(8), sound)[2]);
    } else if (type == 5) {
      auto options = pcapng::Options(body.subspan(12), sound);
      contents.statistics.push_back({Get<uint32_t>(body, 0), Get<uint64_t>(AsBytes(options[4]), 0),
                                     Get<uint64_t>(AsBytes(options[5]), 0)});
    } else if (type == 6) {
      const auto kept = Get<uint32_t>(body, 12);
      auto options = pcapng::Options(body.subspan(20 + (kept + 3) / 4 * 4), sound);
      PcapngContents::Packet packet;
      packet.interface = Get<uint32_t>(body, 0);
      packet.stamp = uint64_t{Get<uint32_t>(body, 4)} << 32 | Get<uint32_t>(body, 8);
      packet.bytes.assign(body.begin() + 20, body.begin() + 20 + kept);
      packet.original_size = Get<uint32_t>(body, 16);
      packet.direction = Get<uint32_t>(AsBytes(options[2]), 0) & 3;
      packet.comment = options[1];
      contents.packets.push_back(std::move(packet));
    } else {
      sound = false;
    }
  }
  return contents;
}

}  // namespace nut::link
