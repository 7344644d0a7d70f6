// Frame: one packet on its way through the node, in one contiguous pooled buffer with room in front for
// headers (the NETBUF of Nut/Net). Owned by exactly one holder at a time through FramePtr; going out of scope
// returns it to its pool. Lives at most as long as its pool. Any thread of the node may hold one.
//
//   |<------- headroom ------->|<------- data ------->|<--- tailroom --->|
//   buffer                     data().begin           data().end         buffer + capacity
//
// Layers strip a header on the way in with TrimFront and put one in front on the way out with Prepend: the
// bytes of the payload never move.
//
// On the way out, and only towards a device that gathers (DeviceCapabilities::gather), a frame may have a
// tail: slices of chunks that follow data() on the wire and lie elsewhere. size() and data() are the linear
// part, which holds all headers; total_size() is what goes out. FramePool::Linearise is for who needs it in
// one piece.
#pragma once

#include <boost/intrusive/slist.hpp>
#include <cstdint>
#include <memory>

#include "stack/base/bytes.h"
#include "stack/base/drop_reason.h"
#include "stack/base/time.h"
#include "stack/link/slice_list.h"

namespace nut::link {

class FramePool;

// Who has computed, or has to compute, the transport checksum.
enum class ChecksumState : uint8_t {
  kAbsent,  // in: not checked yet. out: the bytes are complete, nothing is left to do
  // The field holds the pseudo header's sum; the device (or the segmenter) finishes it. in: left so by this
  // machine's own kernel, so there is nothing to verify
  kPartial,
  kVerified,  // in: the device vouches for it
};

// What the last hop said the frame's address was.
enum class LinkScope : uint8_t { kUnicast, kBroadcast, kMulticast };

struct ChecksumOffload {
  ChecksumState state = ChecksumState::kAbsent;
  uint16_t start = 0;   // kPartial: first summed byte, from data().begin() of the whole frame
  uint16_t offset = 0;  // kPartial: place of the checksum field, from `start`
};

struct SegmentationInfo {
  uint16_t segment_size = 0;  // TCP payload per segment; 0: the frame is one packet
  uint16_t header_size = 0;   // Ethernet + IP + TCP, repeated in front of each segment
};

class Frame : public boost::intrusive::slist_base_hook<> {
 public:
  struct Recycler {
    void operator()(Frame* frame) const noexcept;
  };

  // The most that headers take: Ethernet 14 (+2 for alignment), IPv4 60, TCP 60; rounded up.
  static constexpr size_t kHeadroom = 144;

  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  ByteView data() const { return {buffer_ + begin_, end_ - begin_}; }
  MutableByteView mutable_data() { return {buffer_ + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  size_t headroom() const { return begin_; }
  size_t tailroom() const { return capacity_ - end_; }
  size_t capacity() const { return capacity_; }  // headroom, data and tailroom

  // Opens `count` bytes in front (which must fit the headroom: an invariant) and returns them.
  MutableByteView Prepend(size_t count);
  // Opens `count` bytes behind; they must fit the tailroom (an invariant).
  MutableByteView Append(size_t count);
  // Removes bytes in front or behind; `count` is at most size() (an invariant).
  void TrimFront(size_t count);
  void TrimTo(size_t size);
  // Forgets what was noted about it on its way in: a received frame whose bytes go out again.
  void BecomeOutgoing() {
    checksum = {};
    segmentation = {};
    capture_ticket = 0;
  }
  // Empties the frame, which has no tail, and leaves `headroom` bytes in front.
  void Reset(size_t headroom = kHeadroom);

  const SliceList& tail() const { return tail_; }
  bool has_tail() const { return !tail_.empty(); }
  size_t total_size() const { return size() + tail_.size(); }
  void SetTail(SliceList tail) { tail_ = std::move(tail); }

  ChecksumOffload checksum;
  SegmentationInfo segmentation;
  LinkScope link_scope = LinkScope::kUnicast;  // set by ethernet_in
  // Start of the network header, counted in bytes from the buffer's start: what an ICMP error quotes. Valid
  // after ipv4_in has stripped the header, as long as nothing was prepended.
  uint32_t network_header = 0;
  ByteView FromNetworkHeader() const { return {buffer_ + network_header, end_ - network_header}; }
  uint32_t position() const { return static_cast<uint32_t>(begin_); }  // of data().begin() in the buffer
  Instant received{};                                                  // when the device gave it to us
  uint64_t capture_ticket = 0;  // names the frame's record in the capture, 0: not captured

  // Where it goes back to.
  const FramePool* pool() const { return pool_; }

 private:
  friend class FramePool;
  Frame(FramePool* pool, uint8_t* buffer, size_t capacity)
      : pool_(pool), buffer_(buffer), capacity_(capacity) {}
  ~Frame() = default;

  FramePool* pool_;
  uint8_t* const buffer_;
  const size_t capacity_;
  size_t begin_ = 0;
  size_t end_ = 0;
  SliceList tail_;
};

using FramePtr = std::unique_ptr<Frame, Frame::Recycler>;

}  // namespace nut::link
