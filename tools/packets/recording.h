// Recording: the frames of a run as a capture, for people who want to look at it with Wireshark. Owned by the
// program; outlives the run.
#pragma once

#include <fstream>
#include <string>

#include "stack/base/time.h"
#include "stack/link/pcapng_writer.h"
#include "tools/packets/packet.h"

namespace nut::packets {

class Recording {
 public:
  explicit Recording(const std::string& file);
  ~Recording();

  void Add(link::Direction direction, Duration time, const Bytes& frame, const std::string& comment);
  bool failed() const { return writer_.failed(); }

 private:
  class File final : public link::ByteSink {
   public:
    explicit File(const std::string& name) : out_(name, std::ios::binary) {}
    bool Write(ByteView bytes) override {
      out_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      return out_.good();
    }

   private:
    std::ofstream out_;
  };

  File file_;
  link::PcapngWriter writer_{file_};
  uint32_t interface_;
};

}  // namespace nut::packets
