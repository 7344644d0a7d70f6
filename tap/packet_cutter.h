// PacketCutter: the packets of a super-segment one after the other, each as the pieces that one writev(2)
// takes: its headers (behind a virtio_net_hdr, where the descriptor has those), made anew in one small
// buffer, and its part of the payload where that lies. What link::Segmenter makes as frames of their own goes
// to the kernel here without a frame, a copy or a reference to a chunk. Lives on the stack of the call that
// sends; the frame and the plan outlive it.
#pragma once

#include <sys/uio.h>

#include <array>
#include <span>

#include "stack/link/cutting_plan.h"
#include "tap/vnet_header.h"

namespace nut::tap {

class PacketCutter {
 public:
  enum class Checksums : uint8_t {
    kFinished,    // every packet is complete
    kLeftUndone,  // the header in front says where the kernel may finish it
  };

  // `vnet_size` is sizeof(VnetHeader) or 0; without the header nothing can be left undone.
  PacketCutter(const link::Frame& frame, const link::CuttingPlan& plan, size_t vnet_size,
               Checksums checksums);
  PacketCutter(const PacketCutter&) = delete;
  PacketCutter& operator=(const PacketCutter&) = delete;

  // How many packets Next has not given yet.
  size_t left() const { return plan_.packets() - next_; }
  // The pieces of the next packet (there is one: an invariant), good until the next call.
  std::span<const iovec> Next();

 private:
  static constexpr size_t kMaxPieces = 1 + link::SliceList::kCapacity;

  // Takes `size` bytes of payload into the pieces, starting where the packet before ended.
  void Gather(size_t size);
  void FinishChecksum();

  const link::CuttingPlan& plan_;
  const size_t vnet_size_;
  const Checksums checksums_;
  size_t next_ = 0;
  std::array<uint8_t, sizeof(VnetHeader) + link::CuttingPlan::kMaxHeaders> headers_;
  std::array<iovec, kMaxPieces> pieces_;  // the first one is headers_
  size_t piece_count_ = 1;
  std::array<ByteView, link::SliceList::kCapacity> payload_;  // what is left of it
  size_t slice_ = 0;                                          // the first with anything left
};

}  // namespace nut::tap
