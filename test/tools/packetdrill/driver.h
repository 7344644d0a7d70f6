// Driver: loads the shared object as packetdrill does, calls it through the table alone, and builds and reads
// packets with libtins. The remote side is 192.0.2.1; sequence numbers in expectations are relative to both
// sides' SYNs.
#pragma once

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "tools/packetdrill/interface.h"

namespace nut::packetdrill {

struct Segment {
  std::string flags = ".";  // letters of S F R P .
  uint32_t seq = 0;
  uint32_t ack = 0;
  std::string text;
  uint16_t window = 32792;
  std::optional<uint16_t> mss;
  bool modern = false;                // injected: SACK permitted, timestamps and window scale as well
  std::optional<std::string> cookie;  // injected: of the Fast Open option (RFC 7413), four octets or more
};

// What came out.
struct Heard {
  std::string flags;
  uint32_t seq = 0;
  uint32_t ack = 0;
  std::string text;
  std::vector<int> options;  // kinds, in the order of the wire, NOPs included
  std::string cookie;        // of the Fast Open option
  uint32_t source = 0;
  double time = 0;  // seconds of the stack's clock
};

class Driver {
 public:
  explicit Driver(const char* flags = "");
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  packetdrill_interface table{};
  void* userdata() const { return table.userdata; }

  // A listener on port 8080; `fast_opens`: its TCP_FASTOPEN.
  int Listen(int fast_opens = 0);
  // The peer's handshake with it; the accepted descriptor.
  int Accept(int listener);
  void Inject(const Segment& segment);
  // The next packet; a failure without.
  Heard Next();
  void Expect(const std::string& flags, uint32_t seq, uint32_t ack, const std::string& text = "");
  double Now();
  // Starts a call that waits on a thread of its own, and returns when it does: packetdrill, too, looks
  // whether the thread sleeps before it goes on.
  static std::future<ssize_t> InBackground(std::function<ssize_t()> call);

  static constexpr uint16_t kPort = 8080;
  static constexpr uint16_t kRemotePort = 40000;
  uint16_t local_port = kPort;

 private:
  void* object_;
  uint32_t iss_ = 0;  // the stack's
  bool iss_known_ = false;
  uint32_t stamp_ = 0;
  static constexpr uint32_t kIrs = 5000;
};

}  // namespace nut::packetdrill
