// Audit: everything that one simulated node sends and receives, given to an auditor that shares no code with
// the stack (tools/tracecheck). Stands between the node and its network, where order and time are the node's
// own. Owned by the host; the network and the executor outlive it.
#pragma once

#include <string>

#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/byte_sink.h"
#include "stack/link/capture.h"
#include "stack/link/capture_device.h"
#include "stack/wire/ipv4_address.h"

namespace nut::simulation {

class Audit {
 public:
  Audit(link::Device& wire, os::TimerQueue& timers, wire::Ipv4Address address);

  // What the node uses in place of the wire; a bad network has it as its observer.
  link::CaptureDevice& device() { return device_; }

  // Ends the recording. "" or every error, one a line; with the packet's number in the capture, which is put
  // into $TEST_UNDECLARED_OUTPUTS_DIR then.
  std::string Finish();

 private:
  class Memory final : public link::ByteSink {
   public:
    bool Write(ByteView bytes) override {
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return true;
    }
    std::string text;
  };

  wire::Ipv4Address address_;
  Memory memory_;
  NullLog log_;
  Statistics statistics_;  // not the node's: it is watched, and does not notice
  link::Capture capture_;
  link::CaptureDevice device_;
};

}  // namespace nut::simulation
