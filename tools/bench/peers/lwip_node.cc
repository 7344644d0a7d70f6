// lwip_node: echo, discard, chargen, UDP echo and a fixed HTTP answer on lwIP over a TAP: what the node is
// measured beside. Usage: lwip_node TAP ADDRESS; prints READY once it is attached.
//
// It is Debian's liblwip, with the options it was built with (/usr/include/lwip/lwipopts.h): TCP_WND and
// TCP_SND_BUF 65,535, window scale 1, TCP_MSS 1460, memory and pools from malloc without limits
// (MEMP_MEM_MALLOC), one buffer a sent frame (LWIP_NETIF_TX_SINGLE_PBUF: tcp_write always copies), checksums
// made and checked in software, core locking, NO_SYS 0. No segmentation offload. Around it everything is as
// quick as its API allows: one thread that calls the core directly instead of the port's thread and
// mailboxes, the callback ("raw") API, frames read straight into the stack's buffers, and the device emptied
// before it waits.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

extern "C" {
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>
}

namespace {

constexpr size_t kPatternPeriod = 95 * 74;  // RFC 864: lines of 72 out of 95 characters, and CR LF
constexpr size_t kLargestFrame = 1514;
constexpr int kBatch = 256;  // frames read before timers are looked at
constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\nHello from Nut/Net\n";

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(71);
}

const std::vector<char>& Pattern() {
  static const std::vector<char> pattern = [] {
    std::vector<char> made(kPatternPeriod + TCP_SND_BUF);
    for (size_t i = 0; i < made.size(); ++i) {
      const size_t line = i / 74 % 95;
      const size_t column = i % 74;
      made[i] = column == 72 ? '\r' : column == 73 ? '\n' : static_cast<char>(' ' + (line + column) % 95);
    }
    return made;
  }();
  return pattern;
}

// The device, and the reading loop.

int OpenTap(const char* name) {
  const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) Die("lwip_node: TAP");
  if (ioctl(fd, TUNSETOFFLOAD, 0ul) != 0) Die("lwip_node: TUNSETOFFLOAD");
  return fd;
}

int FdOf(const netif* interface) { return static_cast<int>(reinterpret_cast<intptr_t>(interface->state)); }

err_t SendFrame(netif* interface, pbuf* frame) {
  char whole[kLargestFrame];
  const void* bytes = frame->payload;
  if (frame->next != nullptr) {
    pbuf_copy_partial(frame, whole, sizeof whole, 0);
    bytes = whole;
  }
  return write(FdOf(interface), bytes, frame->tot_len) < 0 ? ERR_IF : ERR_OK;
}

err_t InitInterface(netif* interface) {
  interface->name[0] = 'n';
  interface->name[1] = 'b';
  interface->output = etharp_output;
  interface->linkoutput = SendFrame;
  interface->mtu = 1500;
  interface->hwaddr_len = ETHARP_HWADDR_LEN;
  const uint8_t address[] = {0x02, 0x4e, 0x55, 0x54, 0x00, 0x02};
  std::memcpy(interface->hwaddr, address, sizeof address);
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

// False: none is waiting.
bool ReadFrame(netif& interface) {
  pbuf* frame = pbuf_alloc(PBUF_RAW, kLargestFrame, PBUF_RAM);
  if (frame == nullptr) Die("lwip_node: pbuf_alloc");
  const ssize_t size = read(FdOf(&interface), frame->payload, kLargestFrame);
  if (size <= 0) {
    pbuf_free(frame);
    return false;
  }
  frame->len = frame->tot_len = static_cast<u16_t>(size);
  if (interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
  return true;
}

[[noreturn]] void Run(netif& interface) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, FdOf(&interface), &event) != 0) Die("lwip_node: epoll");
  for (;;) {
    int taken = 0;
    while (taken < kBatch && ReadFrame(interface)) ++taken;
    sys_check_timeouts();
    if (taken == kBatch) continue;
    const u32_t sleep = sys_timeouts_sleeptime();
    epoll_wait(epoll, &event, 1, sleep == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? -1 : static_cast<int>(sleep));
  }
}

// The services, each a set of callbacks of the raw API.

void Close(tcp_pcb* pcb) {
  tcp_recv(pcb, nullptr);
  tcp_sent(pcb, nullptr);
  tcp_err(pcb, nullptr);
  if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

err_t Discard(void*, tcp_pcb* pcb, pbuf* data, err_t) {
  if (data == nullptr) return Close(pcb), ERR_OK;
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  return ERR_OK;
}

err_t Echo(void*, tcp_pcb* pcb, pbuf* data, err_t) {
  if (data == nullptr) return Close(pcb), ERR_OK;
  if (tcp_sndbuf(pcb) < data->tot_len) return ERR_MEM;  // the stack keeps it and asks again
  for (const pbuf* part = data; part != nullptr; part = part->next) {
    tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
  }
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  tcp_output(pcb);
  return ERR_OK;
}

err_t Answer(void*, tcp_pcb* pcb, pbuf* data, err_t) {
  if (data == nullptr) return Close(pcb), ERR_OK;
  char text[1024];
  const std::string_view request(text, pbuf_copy_partial(data, text, sizeof text, 0));
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  if (!request.ends_with("\r\n\r\n")) return ERR_OK;
  tcp_write(pcb, kHttpAnswer.data(), kHttpAnswer.size(), 0);
  if (request.find("HTTP/1.0\r\n") != request.npos && request.find("eep-") == request.npos) {
    Close(pcb);
  } else {
    tcp_output(pcb);
  }
  return ERR_OK;
}

struct Chargen {
  size_t place = 0;  // in the pattern, of the octet that is written next

  static err_t Fill(void* self, tcp_pcb* pcb, u16_t) {
    auto& chargen = *static_cast<Chargen*>(self);
    while (tcp_sndbuf(pcb) >= TCP_MSS) {
      const u16_t size = static_cast<u16_t>(tcp_sndbuf(pcb) / TCP_MSS * TCP_MSS);
      if (tcp_write(pcb, Pattern().data() + chargen.place, size, TCP_WRITE_FLAG_MORE) != ERR_OK) break;
      chargen.place = (chargen.place + size) % kPatternPeriod;
    }
    return tcp_output(pcb);
  }

  static err_t Ignore(void* self, tcp_pcb* pcb, pbuf* data, err_t error) {
    if (data == nullptr) delete static_cast<Chargen*>(self);
    return Discard(self, pcb, data, error);
  }
};

err_t AcceptChargen(void*, tcp_pcb* pcb, err_t) {
  if (pcb == nullptr) return ERR_VAL;
  auto* chargen = new Chargen;
  tcp_arg(pcb, chargen);
  tcp_sent(pcb, Chargen::Fill);
  tcp_recv(pcb, Chargen::Ignore);
  tcp_err(pcb, [](void* self, err_t) { delete static_cast<Chargen*>(self); });
  return Chargen::Fill(chargen, pcb, 0);
}

template <tcp_recv_fn kReceive>
err_t Accept(void*, tcp_pcb* pcb, err_t) {
  if (pcb == nullptr) return ERR_VAL;
  tcp_nagle_disable(pcb);
  tcp_recv(pcb, kReceive);
  return ERR_OK;
}

void Listen(u16_t port, tcp_accept_fn accept) {
  tcp_pcb* pcb = tcp_new();
  if (pcb == nullptr || tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) Die("lwip_node: bind");
  tcp_accept(tcp_listen_with_backlog(pcb, 255), accept);
}

void EchoDatagram(void*, udp_pcb* pcb, pbuf* data, const ip_addr_t* address, u16_t port) {
  udp_sendto(pcb, data, address, port);
  pbuf_free(data);
}

void ListenUdpEcho(u16_t port) {
  udp_pcb* pcb = udp_new();
  if (pcb == nullptr || udp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) Die("lwip_node: UDP bind");
  udp_recv(pcb, EchoDatagram, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  ip4_addr_t address;
  if (argc != 3 || ip4addr_aton(argv[2], &address) == 0) {
    std::fputs("usage: lwip_node TAP ADDRESS\n", stderr);
    return 64;
  }
  lwip_init();
  static netif interface;
  ip4_addr_t mask;
  IP4_ADDR(&mask, 255, 255, 255, 0);
  const ip4_addr_t nowhere{};
  void* const state = reinterpret_cast<void*>(static_cast<intptr_t>(OpenTap(argv[1])));
  if (netif_add(&interface, &address, &mask, &nowhere, state, InitInterface, ethernet_input) == nullptr) {
    std::fputs("lwip_node: netif_add\n", stderr);
    return 70;
  }
  netif_set_default(&interface);
  netif_set_up(&interface);
  Listen(7, Accept<Echo>);
  Listen(9, Accept<Discard>);
  Listen(19, AcceptChargen);
  Listen(80, Accept<Answer>);
  ListenUdpEcho(7);
  std::puts("READY");
  std::fflush(stdout);
  Run(interface);
}
