#include "stack/os/scheduling_point.h"

namespace nut::os {

std::string_view NameOf(SchedulingPoint point) {
  switch (point) {
    case SchedulingPoint::kBufferWait: return "buffer wait";
    case SchedulingPoint::kArpWait: return "arp wait";
    case SchedulingPoint::kTransmit: return "transmit";
    case SchedulingPoint::kEventPost: return "event post";
  }
  return "?";
}

}  // namespace nut::os
