#include "tools/packets/recording.h"

namespace nut::packets {

Recording::Recording(const std::string& file) : file_(file) {
  writer_.BeginSection("nutpackets");
  interface_ = writer_.AddInterface({.name = "script", .description = {}, .snap_length = 0});
}

Recording::~Recording() { writer_.Flush(); }

void Recording::Add(link::Direction direction, Duration time, const Bytes& frame,
                    const std::string& comment) {
  writer_.WritePacket({.interface = interface_,
                       .direction = direction,
                       .unix_time = std::chrono::seconds(1389312000) + time,
                       .bytes = frame,
                       .original_size = frame.size(),
                       .comment = comment});
}

}  // namespace nut::packets
