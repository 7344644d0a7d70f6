// Every scenario's function: one per file of this folder, one line each in all.cc.
#pragma once

namespace nut::explore {

class World;

void Abort(World& world);
void AcceptAgainstClose(World& world);
void BacklogOverflow(World& world);
void CloseDuringRetransmit(World& world);
void ConnectRefused(World& world);
void ConnectTimeout(World& world);
void DeadHost(World& world);
void FastRetransmit(World& world);
void FastRetransmitAbort(World& world);
void FinWithData(World& world);
void HalfClose(World& world);
void ListenerClosedQueued(World& world);
void LossyExchange(World& world);
void NodeShutdown(World& world);
void PollAgainstClose(World& world);
void ReadAfterAbort(World& world);
void ReceiveBlockedClose(World& world);
void Relisten(World& world);
void ResetBeforeAccept(World& world);
void ResetOfHandshake(World& world);
void RetransmissionLimit(World& world);
void SendBlockedClose(World& world);
void SeveralTimeWaits(World& world);
void SimultaneousClose(World& world);
void SimultaneousOpen(World& world);
void StaleHandshake(World& world);
void StaleStream(World& world);
void TimeWaitReuse(World& world);
void TimeWaitsTogether(World& world);
void TwoClosers(World& world);
void UdpDestroy(World& world);
void VanishingPeer(World& world);
void ZeroWindow(World& world);
}  // namespace nut::explore
