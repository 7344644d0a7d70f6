// PollSource: one socket in a PollSet: how to look at it, and how to be told when to look again. Owned by the
// set.
#pragma once

#include "stack/net/udp_table.h"
#include "stack/os/event_queue.h"
#include "stack/socket/poll_set.h"
#include "stack/tcp/engine.h"

namespace nut::socket {

class PollSource {
 public:
  virtual ~PollSource() = default;
  virtual Readiness Look() const = 0;
  virtual void Watch() = 0;    // posts the set's queue when the socket may have become ready
  virtual void Unwatch() = 0;  // harmless when not watching
};

class StreamSource final : public PollSource {
 public:
  StreamSource(tcp::Engine* engine, tcp::ConnectionHandle handle, Readiness interest, os::EventQueue& queue)
      : engine_(engine), handle_(handle), interest_(interest), watch_(queue) {}

  Readiness Look() const override {
    // Without an engine there never was a connection: as good as closed.
    const auto ready = [&](tcp::Interest what) {
      return engine_ == nullptr || engine_->IsReady(handle_, what);
    };
    return {.readable = interest_.readable && ready(tcp::Interest::kReadable),
            .writable = interest_.writable && ready(tcp::Interest::kWritable)};
  }
  void Watch() override { engine_->Watch(handle_, watch_); }
  void Unwatch() override { watch_.unlink(); }

 private:
  tcp::Engine* const engine_;
  const tcp::ConnectionHandle handle_;
  const Readiness interest_;
  tcp::QueueWatch watch_;
};

class ListenerSource final : public PollSource {
 public:
  ListenerSource(tcp::Engine* engine, tcp::ListenerHandle handle, os::EventQueue& queue)
      : engine_(engine), handle_(handle), watch_(queue) {}

  Readiness Look() const override {
    return {.readable = engine_ == nullptr || engine_->IsAcceptable(handle_)};
  }
  void Watch() override { engine_->Watch(handle_, watch_); }
  void Unwatch() override { watch_.unlink(); }

 private:
  tcp::Engine* const engine_;
  const tcp::ListenerHandle handle_;
  tcp::QueueWatch watch_;
};

class DatagramSource final : public PollSource, private net::UdpObserver {
 public:
  DatagramSource(net::UdpTable* table, net::UdpHandle handle, os::EventQueue& queue)
      : table_(table), handle_(handle), queue_(queue) {}

  Readiness Look() const override {
    const auto info =
        table_ != nullptr ? table_->Info(handle_) : Result<net::UdpInfo>(Fail(Error::kStaleHandle));
    return {.readable = !info || info->queued_packets > 0 || table_->PeekError(handle_).has_value()};
  }
  void Watch() override {
    static_cast<void>(table_->Watch(handle_, *this));
  }  // fails when closed: Look says so
  void Unwatch() override {
    if (is_linked()) unlink();
  }

 private:
  void OnUdpEvent(net::UdpHandle) override { queue_.PostAsync(); }

  net::UdpTable* const table_;
  const net::UdpHandle handle_;
  os::EventQueue& queue_;
};

}  // namespace nut::socket
