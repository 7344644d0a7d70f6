// Which frames a scenario loses or delays.
#pragma once

#include "stack/base/bytes.h"

namespace nut::explore {

bool IsArpReply(ByteView ethernet_frame);
bool IsArp(ByteView ethernet_frame);
// TCP segments: a SYN without and with ACK; with a FIN; with octets; without any of them (a bare ACK).
bool IsSyn(ByteView ethernet_frame);
bool IsSynAck(ByteView ethernet_frame);
bool IsFin(ByteView ethernet_frame);
bool IsData(ByteView ethernet_frame);
bool IsBareAck(ByteView ethernet_frame);
bool IsReset(ByteView ethernet_frame);
bool IsTcp(ByteView ethernet_frame);

}  // namespace nut::explore
