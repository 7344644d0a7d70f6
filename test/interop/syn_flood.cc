// syn_flood INTERFACE MAC SECONDS RATE: SYNs for port 7 of 198.19.0.10 from random hosts and ports of
// 198.19.0.0/24, RATE a second, written to INTERFACE of the present network namespace. Says how many. For
// interoperability tests alone: it knows no other addresses.
#include <arpa/inet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace {

using nut::wire::Ipv4Address;
using nut::wire::Port;

constexpr Ipv4Address kNode(198, 19, 0, 10);
constexpr size_t kBatch = 64;
constexpr size_t kSize = nut::wire::kEthernetHeaderSize + nut::wire::kIpv4HeaderSize + 24;

std::vector<uint8_t> Syn(const nut::wire::MacAddress& node, std::mt19937& random) {
  std::vector<uint8_t> frame(kSize);
  const nut::MutableByteView bytes(frame);
  // Hosts 20 to 219: neither the node nor this machine.
  const Ipv4Address from(198, 19, 0, static_cast<uint8_t>(20 + random() % 200));
  nut::wire::Emit(bytes.first(nut::wire::kEthernetHeaderSize),
                  nut::wire::EthernetFields{node, nut::wire::MacAddress({2, 0, 0, 0, 9, 9}),
                                            nut::wire::EtherType::kIpv4});
  nut::wire::Ipv4Fields ip;
  ip.source = from;
  ip.destination = kNode;
  ip.protocol = nut::wire::IpProtocol::kTcp;
  ip.payload_size = 24;
  nut::wire::Emit(bytes.subspan(nut::wire::kEthernetHeaderSize, nut::wire::kIpv4HeaderSize), ip);
  const auto tcp = bytes.subspan(nut::wire::kEthernetHeaderSize + nut::wire::kIpv4HeaderSize);
  nut::wire::TcpFields fields;
  fields.source_port = Port(static_cast<uint16_t>(1024 + random() % 64000));
  fields.destination_port = Port(7);
  fields.sequence = nut::wire::SequenceNumber(static_cast<uint32_t>(random()));
  fields.flags = nut::wire::TcpFlags::kSyn;
  fields.window = 65535;
  fields.options.mss = 1460;
  nut::wire::Emit(tcp, fields);
  nut::wire::FinishTcpChecksum(tcp, {from, kNode});
  return frame;
}

int Fail(const char* what) {
  std::perror(what);
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: syn_flood INTERFACE MAC SECONDS RATE\n");
    return 64;
  }
  const auto mac = nut::wire::MacAddress::FromText(words[2]);
  const double seconds = std::atof(words[3]);
  const double rate = std::atof(words[4]);
  if (!mac || seconds <= 0 || seconds > 60 || rate <= 0) {
    std::fprintf(stderr, "syn_flood: a MAC address, at most 60 seconds, and a rate\n");
    return 64;
  }
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) return Fail("AF_PACKET");
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(0x0800);
  to.sll_ifindex = static_cast<int>(if_nametoindex(words[1]));
  if (to.sll_ifindex == 0) return Fail(words[1]);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return Fail("bind");

  // Made in advance: what costs here is to be the writing.
  std::mt19937 random(4711);
  std::vector<std::vector<uint8_t>> frames;
  for (size_t i = 0; i < 65536; ++i) frames.push_back(Syn(*mac, random));

  const auto start = std::chrono::steady_clock::now();
  size_t sent = 0;
  size_t next = 0;
  for (;;) {
    const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (passed >= seconds) break;
    if (static_cast<double>(sent) >= passed * rate) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      continue;
    }
    mmsghdr batch[kBatch]{};
    iovec pieces[kBatch];
    for (size_t i = 0; i < kBatch; ++i, next = (next + 1) % frames.size()) {
      pieces[i] = {frames[next].data(), frames[next].size()};
      batch[i].msg_hdr.msg_iov = &pieces[i];
      batch[i].msg_hdr.msg_iovlen = 1;
    }
    const int taken = sendmmsg(fd, batch, kBatch, 0);
    if (taken > 0) sent += static_cast<size_t>(taken);
  }
  const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu SYNs in %.2f s, %.0f a second\n", sent, passed, static_cast<double>(sent) / passed);
  close(fd);
  return 0;
}
