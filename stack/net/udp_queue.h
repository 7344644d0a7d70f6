// UdpQueue: the datagrams of one endpoint that wait to be read, oldest first. A ring that doubles when it is
// full and keeps its size: a datagram costs no allocation. Owned by its endpoint, which limits it.
#pragma once

#include <utility>
#include <vector>

#include "stack/net/udp_endpoint.h"

namespace nut::net {

class UdpQueue {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  size_t bytes() const { return bytes_; }  // of payload

  void Push(UdpDatagram&& datagram) {
    if (size_ == ring_.size()) Grow();
    bytes_ += datagram.frame->size();
    ring_[(first_ + size_++) & (ring_.size() - 1)] = std::move(datagram);
  }
  // Of a queue that is not empty.
  UdpDatagram Pop() {
    UdpDatagram& oldest = ring_[first_];
    first_ = (first_ + 1) & (ring_.size() - 1);
    --size_;
    bytes_ -= oldest.frame->size();
    return std::move(oldest);
  }
  void Clear() {
    while (!empty()) Pop();
  }

  // For CheckInvariants: `visit(const UdpDatagram&)`, oldest first.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < size_; ++i) visit(ring_[(first_ + i) & (ring_.size() - 1)]);
  }

 private:
  static constexpr size_t kFirstSize = 8;  // a power of two, as all the following

  void Grow() {
    std::vector<UdpDatagram> larger(ring_.empty() ? kFirstSize : 2 * ring_.size());
    for (size_t i = 0; i < size_; ++i) larger[i] = std::move(ring_[(first_ + i) & (ring_.size() - 1)]);
    ring_ = std::move(larger);
    first_ = 0;
  }

  std::vector<UdpDatagram> ring_;
  size_t first_ = 0;
  size_t size_ = 0;
  size_t bytes_ = 0;
};

}  // namespace nut::net
