#include "stack/pro/services/service_registry.h"

#include <algorithm>
#include <array>

#include "stack/pro/chargen/chargen.h"
#include "stack/pro/daytime/daytime.h"
#include "stack/pro/discard/discard.h"
#include "stack/pro/echo/echo.h"
#include "stack/pro/http/http_service.h"
#include "stack/pro/server/nearest_name.h"
#include "stack/pro/services/port_service.h"
#include "stack/pro/telnet/telnet_service.h"

namespace nut::pro {
namespace {

using ServicePtr = std::unique_ptr<Service>;

// Daytime and chargen answer more than they are asked: what a forger could make of them is limited.
constexpr UdpServerOptions kModest{.answers_per_second = 100};

ServicePtr MakeEcho(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(context, "echo", port, std::make_unique<EchoStream>(),
                                       std::make_unique<EchoDatagram>());
}

ServicePtr MakeDiscard(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(context, "discard", port, std::make_unique<DiscardStream>(),
                                       std::make_unique<DiscardDatagram>());
}

ServicePtr MakeDiscardCopying(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(context, "discard-copying", port,
                                       std::make_unique<CopyingDiscardStream>());
}

ServicePtr MakeDaytime(const ServiceContext& context, wire::Port port) {
  const Clock& clock = context.executor.clock();
  return std::make_unique<PortService>(context, "daytime", port, std::make_unique<DaytimeStream>(clock),
                                       std::make_unique<DaytimeDatagram>(clock), kModest);
}

ServicePtr MakeChargen(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(context, "chargen", port, std::make_unique<ChargenStream>(),
                                       std::make_unique<ChargenDatagram>(context.rng.Split("chargen")),
                                       kModest);
}

ServicePtr MakeTelnetd(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(context, "telnetd", port,
                                       std::make_unique<TelnetService>(context.inspector));
}

ServicePtr MakeHttpd(const ServiceContext& context, wire::Port port) {
  return std::make_unique<PortService>(
      context, "httpd", port,
      std::make_unique<HttpService>(context.executor.clock(), context.log, context.inspector, context.http));
}

constexpr std::array kServices{
    ServiceEntry{"chargen", wire::Port(19), "a pattern of characters without end (RFC 864)", &MakeChargen},
    ServiceEntry{"daytime", wire::Port(13), "the date and time as text (RFC 867)", &MakeDaytime},
    ServiceEntry{"discard", wire::Port(9), "takes everything, answers nothing (RFC 863)", &MakeDiscard},
    ServiceEntry{"discard-copying", wire::Port(1009), "discard that copies first, for measurements",
                 &MakeDiscardCopying, false},
    ServiceEntry{"echo", wire::Port(7), "sends back what it gets (RFC 862)", &MakeEcho},
    ServiceEntry{"httpd", wire::Port(80), "the node's status page, or the files of --www", &MakeHttpd},
    ServiceEntry{"telnetd", wire::Port(23), "commands that show the node from inside", &MakeTelnetd},
};

}  // namespace

std::span<const ServiceEntry> ServiceRegistry() { return kServices; }

const ServiceEntry* FindService(std::string_view name) {
  const auto found = std::ranges::find(kServices, name, &ServiceEntry::name);
  return found == kServices.end() ? nullptr : &*found;
}

const ServiceEntry* NearestService(std::string_view name) {
  return &*std::ranges::min_element(
      kServices, {}, [&](const ServiceEntry& entry) { return EditDistance(entry.name, name); });
}

}  // namespace nut::pro
