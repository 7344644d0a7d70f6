// What the node says when it answers: the line for people, the READY line for scripts, and the notice for
// systemd.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "stack/wire/endpoint.h"
#include "stack/wire/ipv4_address.h"

namespace nut::apps {

struct Readiness {
  std::string name;
  std::string interface;  // "nut-n1"
  std::string origin;     // "created"
  wire::Ipv4Prefix address;
  std::optional<wire::Ipv4Prefix> host;  // absent: it was left as it is
  std::string offload;                   // "all"
  std::string profile;                   // "modern"
  std::string seed;
  std::optional<wire::Port> http;  // where httpd listens
};

// "nutnode  n1 · tap nut-n1 (created) · 198.19.0.10/24 · host 198.19.0.1 · offload all · profile modern ·
// seed 4711"
std::string Headline(const Readiness& readiness);

// "READY name=n1 ip=198.19.0.10 tap=nut-n1 http=80 seed=4711", with the fields that are true.
std::string ReadyLine(const Readiness& readiness);

// Sends `state` ("READY=1") to the datagram socket that sd_notify(3) describes; `socket` is the value of
// $NOTIFY_SOCKET, null where there is none, which is fine. The error is a sentence.
tl::expected<void, std::string> NotifySystemd(const char* socket, std::string_view state);

}  // namespace nut::apps
