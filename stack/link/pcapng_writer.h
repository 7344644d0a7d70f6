// PcapngWriter: turns packets into a pcapng stream (draft-ietf-opsawg-pcapng) in the host's byte order, with
// nanosecond stamps. Owned by one Capture; the sink outlives it. Collects blocks and hands them to the sink
// in large pieces; nothing is written behind the caller's back, so the last Flush is the caller's.
//
// A sink that fails ends the stream: everything after is let go in silence, and failed() tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "stack/base/time.h"
#include "stack/link/byte_sink.h"
#include "stack/link/direction.h"

namespace nut::link {

struct PcapngInterface {
  std::string_view name;         // "n1/wire"
  std::string_view description;  // empty: none
  uint32_t snap_length = 0;      // most bytes kept of a packet; 0: all
};

struct PcapngPacket {
  uint32_t interface = 0;  // as AddInterface gave it
  Direction direction = Direction::kReceive;
  Duration unix_time{};      // since 1970-01-01 UTC, not negative
  ByteView bytes;            // what was kept of the packet
  size_t original_size = 0;  // of the packet on the wire, at least bytes.size()
  std::string_view comment;  // UTF-8; empty: none; cut at 65535 bytes
};

class PcapngWriter {
 public:
  explicit PcapngWriter(ByteSink& sink) : sink_(sink) {}
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  // The section header: first of all, and again wherever a new stream begins. `application` is the program's
  // name.
  void BeginSection(std::string_view application);

  // An Ethernet interface; its number counts from 0 in the section.
  uint32_t AddInterface(const PcapngInterface& interface);

  void WritePacket(const PcapngPacket& packet);

  // What an interface saw up to `unix_time`: frames received by the capture, and those it had to let go.
  void WriteStatistics(uint32_t interface, Duration unix_time, uint64_t received, uint64_t dropped);

  // Hands everything collected to the sink.
  void Flush();

  bool failed() const { return failed_; }

  // Forgets a failure and what was collected: the sink has been opened anew, BeginSection follows.
  void Reset();

 private:
  // Collected bytes go to the sink at this size.
  static constexpr size_t kFlushSize = 256 * 1024;

  void BeginBlock(uint32_t type);
  void EndBlock();
  void Put16(uint16_t value) { Put(&value, sizeof value); }
  void Put32(uint32_t value) { Put(&value, sizeof value); }
  void Put64(uint64_t value) { Put(&value, sizeof value); }
  void PutTime(Duration unix_time);
  void PutPadded(ByteView bytes);
  void PutOption(uint16_t code, ByteView value);
  void Put(const void* bytes, size_t size);

  ByteSink& sink_;
  std::vector<uint8_t> buffer_;
  size_t block_ = 0;  // where the block under construction starts
  uint32_t interfaces_ = 0;
  bool failed_ = false;
};

}  // namespace nut::link
