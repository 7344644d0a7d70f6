// The named scheduling points: where the original could lose the processor inside its TCP machine and its
// UDP. Ours never does there: in production passing one costs a look at a null pointer. Under an exploring
// scheduler each is a real choice, so that tests run our code under every interleaving that the original had.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut::os {

enum class SchedulingPoint : uint8_t {
  kBufferWait,  // before a segment is built: no network buffer is free
  kArpWait,     // before a packet goes to its neighbour, whose address is being asked for
  kTransmit,    // after it was handed over: another thread waited for the device
  kEventPost,   // after threads were woken: those of equal or higher right run at once
};

// "buffer wait", …
std::string_view NameOf(SchedulingPoint point);

// Whether a thread that stops there waits for something outside, while threads of lower right run and time
// passes; else it only lets its equals and betters go first.
constexpr bool MayBlock(SchedulingPoint point) { return point != SchedulingPoint::kEventPost; }

}  // namespace nut::os
