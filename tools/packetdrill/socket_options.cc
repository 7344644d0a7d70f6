// Options and ioctls of a SocketFile, with the numbers of Linux.
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/packetdrill/socket_file.h"
#include "tools/packetdrill/tcp_info.h"

namespace nut::packetdrill {
namespace {

int Give(int number, void* value, socklen_t* size) {
  const socklen_t given = std::min<socklen_t>(*size, sizeof number);
  std::memcpy(value, &number, given);
  *size = given;
  return 0;
}

int Seconds(Duration length) { return static_cast<int>(length / 1s); }

}  // namespace

tcp::Parameters SocketFile::Parameters() const {
  if (is_connection()) {
    if (const auto parameters = engine_.GetParameters(connection_)) return *parameters;
  }
  return parameters_.value_or(engine_.parameters());
}

void SocketFile::SetParameters(const tcp::Parameters& parameters) {
  parameters_ = parameters;
  if (is_connection()) static_cast<void>(engine_.SetParameters(connection_, parameters));
}

int SocketFile::TakeError() {
  if (!is_connection()) return 0;
  if (engine_.IsReady(connection_, tcp::Interest::kEstablished)) {
    const auto done = engine_.Wait(connection_, tcp::Interest::kEstablished, Duration::zero());
    if (!done) return ToErrno(done.error());
    connected_ = true;
  }
  const auto soft = engine_.TakeSoftError(connection_);
  return soft ? ToErrno(*soft) : 0;
}

int SocketFile::FillTcpInfo(void* value, socklen_t* size) const {
  tcp_info info{};
  if (is_listening()) {
    info.tcpi_state = TCP_LISTEN;
  } else if (const auto seen = engine_.Info(connection_)) {
    info = TcpInfoOf(*seen, engine_.executor().Now());
  } else {
    info.tcpi_state = TCP_CLOSE;
  }
  *size = std::min<socklen_t>(*size, sizeof info);
  std::memcpy(value, &info, *size);
  return 0;
}

int SocketFile::GetOption(int level, int name, void* value, socklen_t* size) {
  const tcp::Parameters parameters = Parameters();
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_ERROR: return Give(TakeError(), value, size);
      case SO_TYPE: return Give(SOCK_STREAM, value, size);
      case SO_ACCEPTCONN: return Give(is_listening(), value, size);
      case SO_KEEPALIVE: return Give(parameters.keep_alive, value, size);
      case SO_SNDBUF: return Give(static_cast<int>(parameters.send_buffer), value, size);
      case SO_RCVBUF: return Give(static_cast<int>(parameters.receive_buffer), value, size);
      case SO_REUSEADDR: return Give(1, value, size);
      default: return -ENOPROTOOPT;
    }
  }
  if (level == IPPROTO_IP) {
    if (name == IP_TTL) return Give(parameters.ttl, value, size);
    if (name == IP_TOS) return Give(parameters.tos, value, size);
    return -ENOPROTOOPT;
  }
  if (level != IPPROTO_TCP) return -ENOPROTOOPT;
  switch (name) {
    case TCP_INFO: return FillTcpInfo(value, size);
    case TCP_NODELAY: return Give(!parameters.nagle, value, size);
    case TCP_MAXSEG: {
      const auto info = engine_.Info(connection_);
      return Give(static_cast<int>(info ? info->send_mss : parameters.default_send_mss), value, size);
    }
    case TCP_KEEPIDLE: return Give(Seconds(parameters.keep_alive_idle), value, size);
    case TCP_KEEPINTVL: return Give(Seconds(parameters.keep_alive_interval), value, size);
    case TCP_KEEPCNT: return Give(static_cast<int>(parameters.keep_alive_probes), value, size);
    case TCP_USER_TIMEOUT:
      return Give(static_cast<int>(ToMillis(parameters.retransmission_timeout)), value, size);
    case TCP_FASTOPEN:
      return Give(parameters.fast_open ? static_cast<int>(parameters.maximum_fast_opens) : 0, value, size);
    default: return -ENOPROTOOPT;
  }
}

int SocketFile::SetOption(int level, int name, const void* value, socklen_t size) {
  if (level == SOL_SOCKET && name == SO_LINGER) {
    if (size < sizeof(linger)) return -EINVAL;
    linger wanted;
    std::memcpy(&wanted, value, sizeof wanted);
    linger_.reset();
    if (wanted.l_onoff != 0) linger_ = std::chrono::seconds(wanted.l_linger);
    return 0;
  }
  int number = 0;
  if (size < sizeof number) return -EINVAL;
  std::memcpy(&number, value, sizeof number);
  tcp::Parameters parameters = Parameters();
  const bool positive = number > 0;
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_REUSEADDR:
      case SO_REUSEPORT: return 0;  // as it always is: TIME-WAIT keeps nobody from listening
      case SO_KEEPALIVE: parameters.keep_alive = number != 0; break;
      case SO_SNDBUF: parameters.send_buffer = static_cast<size_t>(std::max(number, 4608)); break;
      case SO_RCVBUF:
        parameters.receive_buffer = static_cast<size_t>(std::max(number, 2304));
        parameters.largest_receive_buffer = 0;
        break;
      default: return -ENOPROTOOPT;
    }
  } else if (level == IPPROTO_IP) {
    if (number < 0 || number > 255) return -EINVAL;
    switch (name) {
      case IP_TTL: parameters.ttl = static_cast<uint8_t>(number); break;
      case IP_TOS: parameters.tos = static_cast<uint8_t>(number); break;
      default: return -ENOPROTOOPT;
    }
  } else if (level == IPPROTO_TCP) {
    if (!positive && name != TCP_NODELAY) return -EINVAL;
    switch (name) {
      case TCP_NODELAY: parameters.nagle = number == 0; break;
      case TCP_MAXSEG: parameters.maximum_mss = static_cast<size_t>(number); break;
      case TCP_KEEPIDLE: parameters.keep_alive_idle = std::chrono::seconds(number); break;
      case TCP_KEEPINTVL: parameters.keep_alive_interval = std::chrono::seconds(number); break;
      case TCP_KEEPCNT: parameters.keep_alive_probes = static_cast<unsigned>(number); break;
      case TCP_USER_TIMEOUT: parameters.retransmission_timeout = std::chrono::milliseconds(number); break;
      case TCP_FASTOPEN:
        parameters.fast_open = true;
        parameters.maximum_fast_opens = static_cast<size_t>(number);
        break;
      default: return -ENOPROTOOPT;
    }
  } else {
    return -ENOPROTOOPT;
  }
  SetParameters(parameters);
  return 0;
}

int SocketFile::Control(unsigned long request, int* value) const {
  const auto info = engine_.Info(connection_);
  if (!info) return -EINVAL;
  switch (request) {
    case FIONREAD: *value = static_cast<int>(info->receive_queue); return 0;
    case SIOCOUTQ: *value = static_cast<int>(info->send_queue); return 0;
    case SIOCOUTQNSD:
      *value = static_cast<int>(info->send_queue -
                                std::min<size_t>(info->send_queue, info->snd_nxt - info->snd_una));
      return 0;
    default: return -ENOTTY;
  }
}

}  // namespace nut::packetdrill
