#include "test/tools/packetdrill/driver.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <fstream>
#include <thread>

namespace nut::packetdrill {
namespace {

constexpr char kStack[] = "192.168.0.1";
constexpr char kRemote[] = "192.0.2.1";
constexpr int kFastOpen = 34;  // RFC 7413 4.1.1

const std::pair<char, Tins::TCP::Flags> kFlags[] = {{'F', Tins::TCP::FIN},
                                                    {'S', Tins::TCP::SYN},
                                                    {'R', Tins::TCP::RST},
                                                    {'P', Tins::TCP::PSH},
                                                    {'.', Tins::TCP::ACK}};

}  // namespace

Driver::Driver(const char* flags) {
  object_ = dlopen("tools/packetdrill/libnutnet-packetdrill.so", RTLD_NOW | RTLD_LOCAL);
  if (object_ == nullptr) throw std::runtime_error(dlerror());
  const auto init = reinterpret_cast<void (*)(const char*, packetdrill_interface*)>(
      dlsym(object_, "packetdrill_interface_init"));
  if (init == nullptr) throw std::runtime_error(dlerror());
  init(flags, &table);
}

Driver::~Driver() {
  table.free(table.userdata);
  // The object stays loaded: its fibers have left marks in the host's thread.
}

int Driver::Listen(int fast_opens) {
  const int fd = table.socket(userdata(), AF_INET, SOCK_STREAM, IPPROTO_TCP);
  EXPECT_GE(fd, 0);
  if (fast_opens > 0) {
    EXPECT_EQ(table.setsockopt(userdata(), fd, IPPROTO_TCP, TCP_FASTOPEN, &fast_opens, sizeof fast_opens), 0);
  }
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_port = htons(kPort);
  EXPECT_EQ(table.bind(userdata(), fd, reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
  EXPECT_EQ(table.listen(userdata(), fd, 5), 0);
  return fd;
}

int Driver::Accept(int listener) {
  Inject({.flags = "S", .mss = 1000});
  EXPECT_EQ(Next().flags, "S.");
  Inject({.flags = ".", .seq = 1, .ack = 1});
  sockaddr_in remote{};
  socklen_t size = sizeof remote;
  const int fd = table.accept(userdata(), listener, reinterpret_cast<sockaddr*>(&remote), &size);
  EXPECT_GE(fd, 0);
  EXPECT_EQ(remote.sin_port, htons(kRemotePort));
  char text[INET_ADDRSTRLEN];
  EXPECT_STREQ(inet_ntop(AF_INET, &remote.sin_addr, text, sizeof text), kRemote);
  return fd;
}

void Driver::Inject(const Segment& segment) {
  Tins::TCP tcp(local_port, kRemotePort);
  tcp.seq(kIrs + segment.seq);
  for (const auto& [letter, flag] : kFlags) {
    if (segment.flags.find(letter) != std::string::npos) tcp.set_flag(flag, 1);
  }
  if (segment.flags.find('.') != std::string::npos) tcp.ack_seq(iss_ + segment.ack);
  tcp.window(segment.window);
  if (segment.mss) tcp.mss(*segment.mss);
  if (segment.modern) {
    tcp.sack_permitted();
    tcp.timestamp(100, stamp_);
    tcp.add_option({Tins::TCP::NOP});
    tcp.winscale(7);
  }
  if (segment.cookie) {
    tcp.add_option({Tins::TCP::NOP});
    tcp.add_option({Tins::TCP::NOP});
    tcp.add_option(
        {static_cast<Tins::TCP::OptionTypes>(kFastOpen), segment.cookie->begin(), segment.cookie->end()});
  }
  Tins::IP packet = Tins::IP(kStack, kRemote) / tcp;
  if (!segment.text.empty()) packet /= Tins::RawPDU(segment.text);
  const Tins::PDU::serialization_type bytes = packet.serialize();
  EXPECT_EQ(table.netdev_send(userdata(), bytes.data(), bytes.size()), 0);
}

Heard Driver::Next() {
  std::vector<uint8_t> buffer(65536);
  size_t count = buffer.size();
  long long time = 0;
  EXPECT_EQ(table.netdev_receive(userdata(), buffer.data(), &count, &time), 0);
  Heard heard;
  if (count == 0) {
    ADD_FAILURE() << "the stack has nothing to send";
    return heard;
  }
  const Tins::IP ip(buffer.data(), static_cast<uint32_t>(count));
  const auto& tcp = ip.rfind_pdu<Tins::TCP>();
  if (!iss_known_) {
    iss_ = tcp.seq();
    iss_known_ = true;
    local_port = tcp.sport();
  }
  for (const auto& [letter, flag] : kFlags) {
    if (tcp.get_flag(flag) != 0) heard.flags += letter;
  }
  heard.seq = tcp.seq() - iss_;
  heard.ack = tcp.get_flag(Tins::TCP::ACK) != 0 ? tcp.ack_seq() - kIrs : 0;
  if (const auto* raw = tcp.find_pdu<Tins::RawPDU>())
    heard.text.assign(raw->payload().begin(), raw->payload().end());
  for (const auto& option : tcp.options()) {
    heard.options.push_back(option.option());
    if (option.option() == Tins::TCP::TSOPT) stamp_ = tcp.timestamp().first;
    if (option.option() == kFastOpen) {
      heard.cookie.assign(option.data_ptr(), option.data_ptr() + option.data_size());
    }
  }
  heard.time = static_cast<double>(time) / 1e6;
  EXPECT_EQ(ip.src_addr().to_string(), kStack);
  EXPECT_EQ(ip.dst_addr().to_string(), kRemote);
  return heard;
}

void Driver::Expect(const std::string& flags, uint32_t seq, uint32_t ack, const std::string& text) {
  const Heard heard = Next();
  EXPECT_EQ(heard.flags, flags);
  EXPECT_EQ(heard.seq, seq);
  EXPECT_EQ(heard.ack, ack);
  EXPECT_EQ(heard.text, text);
}

std::future<ssize_t> Driver::InBackground(std::function<ssize_t()> call) {
  std::promise<pid_t> started;
  auto result = std::async(std::launch::async, [&started, call = std::move(call)] {
    started.set_value(gettid());
    return call();
  });
  const std::string path = "/proc/self/task/" + std::to_string(started.get_future().get()) + "/stat";
  for (int asleep = 0; asleep < 4;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::ifstream stat(path);
    std::string line;
    if (!std::getline(stat, line)) break;  // it has ended
    asleep = line.find(") S ") != std::string::npos ? asleep + 1 : 0;
  }
  return result;
}

double Driver::Now() {
  timeval now{};
  EXPECT_EQ(table.gettimeofday(userdata(), &now, nullptr), 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_usec) / 1e6;
}

}  // namespace nut::packetdrill
