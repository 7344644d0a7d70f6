#include "test/explore/scenarios/in_every_state.h"

#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {

using tcp::State;

void StartLongExchange(World& world) {
  Site &a = world.a(), &b = world.b();
  const auto listener = b.Listen();
  world.Spawn(b, "server", [&, listener] {
    const auto handle = b.Accept(listener);
    b.StopListening(listener);
    if (!handle) return;
    if (b.ReceiveAll(*handle)) static_cast<void>(b.Send(*handle, 50));
    b.Finish(*handle);
    static_cast<void>(b.Wait(*handle, tcp::Interest::kDrained));
    b.Close(*handle);
  });
  world.Spawn(a, "client", [&] {
    const auto handle = a.Connect();
    if (!handle) return;
    static_cast<void>(a.Send(*handle, 50));
    a.Finish(*handle);
    static_cast<void>(a.ReceiveAll(*handle));
    static_cast<void>(a.Wait(*handle, tcp::Interest::kDrained));
    world.Sleep(1s);
    a.Close(*handle);
  });
}

char NodeThatComesTo(State state) {
  return state == State::kSynReceived || state == State::kCloseWait || state == State::kLastAck ? 'b' : 'a';
}

template <State state>
void CloseIn(World& world) {
  StartLongExchange(world);
  Site& site = NodeThatComesTo(state) == 'a' ? world.a() : world.b();
  world.SpawnOverall("other", [&] {
    if (!site.AwaitState(state)) return;
    const Handle handle = site.Held(0, 10ms);
    if (world.Choose({"closes", "aborts"}) == 1) site.Abort(handle);
    site.Close(handle);
  });
}

template <State state>
void ResetIn(World& world) {
  StartLongExchange(world);
  Site& site = NodeThatComesTo(state) == 'a' ? world.a() : world.b();
  world.SpawnOverall("resetter", [&] {
    if (const auto ends = site.AwaitState(state)) world.InjectReset(site, *ends);
  });
}

#define NUT_STATE(state)                              \
  template void CloseIn<State::state>(World & world); \
  template void ResetIn<State::state>(World & world)
NUT_STATE(kSynSent);
NUT_STATE(kSynReceived);
NUT_STATE(kEstablished);
NUT_STATE(kFinWait1);
NUT_STATE(kFinWait2);
NUT_STATE(kCloseWait);
NUT_STATE(kLastAck);
NUT_STATE(kTimeWait);
#undef NUT_STATE

}  // namespace nut::explore
