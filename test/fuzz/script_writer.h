// ScriptWriter: writes what NodeScript runs, for seeds and regressions that people can read.
#pragma once

#include <initializer_list>

#include "test/fuzz/forge.h"
#include "test/fuzz/node_commands.h"

namespace nut::fuzz {

class ScriptWriter {
 public:
  explicit ScriptWriter(uint8_t world = 0) : bytes_{world} {}

  // The peer or host of the commands that follow, 0–5.
  ScriptWriter& By(uint8_t peer) {
    peer_ = peer;
    return *this;
  }
  // The next command does not run the node.
  ScriptWriter& Queued() {
    queued_ = true;
    return *this;
  }

  ScriptWriter& Put(Command command, std::initializer_list<int> arguments = {}) {
    bytes_.push_back(static_cast<uint8_t>(static_cast<unsigned>(command) | unsigned{peer_} << 4 |
                                          (queued_ ? kWithoutRunning : 0u)));
    queued_ = false;
    for (const int argument : arguments) bytes_.push_back(static_cast<uint8_t>(argument));
    return *this;
  }
  // A frame of at most 255 bytes.
  ScriptWriter& Frame(Command command, ByteView frame) {
    Put(command, {static_cast<int>(frame.size())});
    bytes_.insert(bytes_.end(), frame.begin(), frame.end());
    return *this;
  }
  ScriptWriter& Wait(uint8_t index) { return Put(Command::kTime, {index}); }
  // A connection to kPorts[port], with usual options.
  ScriptWriter& Open(uint8_t port) {
    return Put(Command::kOpen, {port, kOpenMss | kOpenScale | kOpenTimestamps, 5, 180, 7});
  }
  ScriptWriter& Text(uint8_t index) { return Put(Command::kText, {index}); }
  ScriptWriter& Ack(uint16_t window = 65535) { return Put(Command::kAck, {window >> 8, window & 255}); }
  ScriptWriter& Fin() { return Put(Command::kClose, {0}); }
  ScriptWriter& Node(NodeAction action) { return Put(Command::kNode, {static_cast<int>(action)}); }

  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  uint8_t peer_ = 0;
  bool queued_ = false;
};

}  // namespace nut::fuzz
