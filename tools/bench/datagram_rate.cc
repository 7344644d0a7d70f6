#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

using Watch = std::chrono::steady_clock;

constexpr unsigned kBatch = 64;

struct Datagram {
  uint64_t number;
  uint64_t opposite;  // ~number: wrong content is noticed
};

// kBatch datagrams that go or come with one system call.
struct Batch {
  Batch() {
    for (unsigned i = 0; i < kBatch; ++i) {
      parts[i] = {&datagrams[i], sizeof(Datagram)};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
  std::array<Datagram, kBatch> datagrams;
  std::array<iovec, kBatch> parts;
  std::array<mmsghdr, kBatch> messages;
};

}  // namespace

DatagramRate UdpEchoes(const Target& target, int outstanding, double seconds) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = AddressOf(target, target.echo_port);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    Die("load: udp");
  const timeval patience{0, 100000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  Batch out;
  Batch in;
  uint64_t sent = 0;
  uint64_t done = 0;
  int under_way = 0;
  int silent = 0;
  const auto start = Watch::now();
  for (double elapsed = 0; elapsed < seconds;
       elapsed = std::chrono::duration<double>(Watch::now() - start).count()) {
    while (under_way < outstanding) {
      const unsigned count = std::min<unsigned>(kBatch, outstanding - under_way);
      for (unsigned i = 0; i < count; ++i) out.datagrams[i] = {sent + i, ~(sent + i)};
      const int gone = sendmmsg(fd, out.messages.data(), count, 0);
      if (gone <= 0) Die("load: udp send");
      sent += gone;
      under_way += gone;
    }
    const int came = recvmmsg(fd, in.messages.data(), kBatch, MSG_WAITFORONE, nullptr);
    if (came <= 0) {
      under_way = 0;  // lost: begin a new round
      if (++silent > 20) Die("load: udp echo is silent");
      continue;
    }
    silent = 0;
    for (int i = 0; i < came; ++i) {
      const Datagram& datagram = in.datagrams[i];
      if (in.messages[i].msg_len == sizeof datagram && datagram.opposite == ~datagram.number &&
          datagram.number < sent) {
        continue;
      }
      std::fputs("load: a UDP echo has wrong content\n", stderr);
      std::exit(1);
    }
    done += came;
    under_way = std::max(0, under_way - came);
  }
  const double elapsed = std::chrono::duration<double>(Watch::now() - start).count();
  close(fd);
  return {done / elapsed, sent - done - under_way};
}

}  // namespace nut::bench
