#include <cstdio>
#include <cstdlib>
#include "tap/host_system_calls.h"
#include "tools/storm/live/live_modes.h"
using namespace nut; using namespace nut::storm;
struct W : Watcher { std::chrono::steady_clock::time_point t0 = std::chrono::steady_clock::now(); uint64_t last=0; 
 bool OnProgress(const StormSnapshot& s) override { auto t=std::chrono::duration<double>(std::chrono::steady_clock::now()-t0).count(); if (t-lt>1) { printf("%.1f s ended %lu (%.0f/s) failed %lu open %lu mem %lu MB\n", t, s.ended, (s.ended-last)/(t-lt), s.failed, s.open, s.memory>>20); lt=t; last=s.ended; fflush(stdout);} return true; } double lt=0; };
int main(int argc, char** argv) {
  LiveOptions o; o.nutnode=getenv("NUTNODE"); o.mode = (LiveMode)atoi(argv[1]); o.connections=atoll(argv[2]); o.threads=atoi(argv[3]);
  if (argc > 4) o.mix = *Mix::FromText(argv[4]);
  tap::HostSystemCalls sys; W w;
  auto rr = RunLive(sys, o, &w);
  if (!rr) { printf("ERROR %s\n", rr.error().c_str()); return 1; }
  auto& r = *rr;
  printf("%.3f s, %.0f conn/s\n", r.seconds, r.client.ended() / r.seconds);
  for (auto& [k, v] : r.totals) printf("%s=%lu ", k.c_str(), v);
  printf("port_waits=%lu early=%lu octets %lu %lu\n", r.client.port_waits, r.client.established_early, r.client.octets_sent, r.client.octets_received);
  for (size_t k = 0; k < kKindCount; ++k) { printf("%s:", kKindNames[k].data()); for (size_t e = 0; e < kOutcomeCount; ++e) if (r.client.endings[k][e] || r.server.endings[k][e]) printf(" %s=%lu/%lu", kOutcomeNames[e].data(), r.client.endings[k][e], r.server.endings[k][e]); puts(""); }
  for (auto& f : r.faults) printf("FAULT %s\n", f.c_str());
  return r.passed()?0:1;
}
