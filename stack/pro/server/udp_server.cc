#include "stack/pro/server/udp_server.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace nut::pro {
namespace {

constexpr uint16_t kFirstUnreservedPort = 1024;
constexpr uint16_t kNfsPort = 2049;

// How long the thread rests after receiving failed for a reason that may pass.
constexpr Duration kRestAfterFailure = 100ms;

}  // namespace

bool MayAnswer(const wire::Endpoint& sender) {
  const uint16_t port = sender.port.number();
  if (port < kFirstUnreservedPort || port == kNfsPort) return false;
  const wire::IpAddress& address = sender.address;
  return !address.is_unspecified() && !address.v4().is_broadcast() && !address.v4().is_multicast();
}

UdpServer::UdpServer(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
                     std::unique_ptr<DatagramPort> port, std::unique_ptr<DatagramService> service,
                     UdpServerOptions options)
    : executor_(executor),
      log_(log),
      statistics_(statistics),
      name_(std::move(name)),
      port_(std::move(port)),
      service_(std::move(service)),
      options_(options),
      thread_gone_(executor, "server stop"),
      permits_(options.answers_per_second),
      permits_counted_at_(executor.Now()) {}

UdpServer::~UdpServer() { executor_.Kill(thread_); }

Result<void> UdpServer::Start() {
  auto thread = executor_.Create(name_, [this] { Work(); });
  if (!thread) return Fail(thread.error());
  thread_ = *thread;
  return {};
}

void UdpServer::Stop() {
  if (executor_.in_thread()) {
    port_->Close();
    if (executor_.alive(thread_)) thread_gone_.Wait(options_.stop_timeout);
  }
  executor_.Kill(thread_);
}

void UdpServer::Work() {
  while (true) {
    auto datagram = port_->Receive();
    if (datagram) {
      Handle(*std::move(datagram));
    } else if (datagram.error() == Error::kStaleHandle || datagram.error() == Error::kInterrupted) {
      break;
    } else if (datagram.error() == Error::kNoBuffers) {
      executor_.Sleep(kRestAfterFailure);
    }
    // Anything else is an ICMP error about an earlier answer: its receiver is gone, others are not.
  }
  thread_gone_.PostAsync();
}

void UdpServer::Handle(net::UdpDatagram&& datagram) {
  if (!MayAnswer(datagram.source)) {
    statistics_.Add(Counter::kServerDatagramsIgnored);
    log_.Print(LogLevel::kDebug, "server", "{}: ignored a datagram from {}", name_, datagram.source.ToText());
    return;
  }
  const std::optional<ByteView> answer = service_->Answer(datagram.frame->data());
  if (!answer) return;
  if (!TakePermit()) {
    statistics_.Add(Counter::kServerDatagramsIgnored);
    return;
  }
  // A datagram that cannot be sent is lost, as datagrams may be; the layer that could not has counted it.
  if (SendAnswer(*answer, std::move(datagram))) statistics_.Add(Counter::kServerDatagrams);
}

Result<void> UdpServer::SendAnswer(ByteView answer, net::UdpDatagram&& request) {
  const ByteView asked = request.frame->data();
  const bool is_part = std::greater_equal<>()(answer.data(), asked.data()) &&
                       std::less_equal<>()(answer.data() + answer.size(), asked.data() + asked.size());
  if (!is_part) return port_->SendTo(answer, request.source);
  // What is sent back is in a frame already: all others of its bytes are taken away.
  const auto before = static_cast<size_t>(answer.data() - asked.data());
  request.frame->TrimFront(before);
  request.frame->TrimTo(answer.size());
  return port_->Reply(std::move(request));
}

bool UdpServer::TakePermit() {
  if (options_.answers_per_second == 0) return true;
  const Instant now = executor_.Now();
  const double limit = options_.answers_per_second;
  permits_ = std::min(limit, permits_ + limit * ToSeconds(now - permits_counted_at_));
  permits_counted_at_ = now;
  if (permits_ < 1) return false;
  permits_ -= 1;
  return true;
}

}  // namespace nut::pro
