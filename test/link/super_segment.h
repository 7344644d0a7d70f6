// Super-segments for tests, and what the packets in them have to be. Pure functions.
#pragma once

#include <tins/tins.h>

#include <algorithm>

#include "stack/base/rng.h"
#include "stack/link/frame_pool.h"
#include "stack/wire/tcp.h"
#include "test/link/memory_device.h"

namespace nut::link {

inline constexpr const char* kSource = "198.19.0.10";
inline constexpr const char* kDestination = "198.19.0.1";

inline Bytes Payload(size_t size) {
  Rng rng("segmenter payload");
  Bytes bytes(size);
  rng.Fill(bytes);
  return bytes;
}

// What the packet has to be, said by libtins, which computes lengths and checksums itself.
inline Bytes TinsPacket(const Bytes& payload, uint32_t sequence, uint16_t id, uint16_t flags, uint16_t urgent,
                        bool options) {
  Tins::TCP tcp(443, 50000);
  tcp.seq(sequence);
  tcp.ack_seq(77);
  tcp.flags(flags);
  tcp.window(1234);
  tcp.urg_ptr(urgent);
  if (options) {
    tcp.timestamp(0x01020304, 0x05060708);
  }
  Tins::IP ip(kDestination, kSource);
  ip.ttl(64);
  ip.id(id);
  ip.flags(Tins::IP::DONT_FRAGMENT);
  Tins::EthernetII packet = Tins::EthernetII("02:00:00:00:00:01", "02:00:00:00:00:02") / ip / tcp /
                            Tins::RawPDU(payload.data(), payload.size());
  Bytes bytes = packet.serialize();
  const size_t size = 14 + LoadBe16(bytes.data() + 16);
  bytes.resize(size);  // without the padding of short frames
  return bytes;
}

// A frame as the stack hands it down: checksum partial, to be cut.
inline FramePtr SuperSegment(FramePool& pool, const Bytes& bytes, uint16_t segment_size) {
  FramePtr frame = MakeFrame(pool, bytes);
  const size_t start = 14 + (bytes[14] & 0xf) * 4;
  frame->checksum = {.state = ChecksumState::kPartial, .start = static_cast<uint16_t>(start), .offset = 16};
  frame->segmentation = {.segment_size = segment_size,
                         .header_size = static_cast<uint16_t>(start + (bytes[start + 12] >> 4) * 4)};
  wire::OffloadTcpChecksum(frame->mutable_data().subspan(start),
                           {.source = *wire::IpAddress::FromText(kSource),
                            .destination = *wire::IpAddress::FromText(kDestination)});
  return frame;
}

// The same, its payload in chunks that have nothing to do with the cuts.
inline FramePtr InPieces(FramePool& pool, const FramePtr& whole) {
  const size_t header_size = whole->segmentation.header_size;
  FramePtr frame = MakeFrame(pool, whole->data().first(header_size));
  frame->checksum = whole->checksum;
  frame->segmentation = whole->segmentation;
  ByteView rest = whole->data().subspan(header_size);
  SliceList tail;
  for (const size_t size : {size_t{1}, rest.size() / 3, rest.size() / 2, rest.size()}) {
    const ByteView piece = rest.first(std::min(size, rest.size()));
    const ChunkRef chunk = Chunk::OnHeap(piece.size());
    chunk->Append(piece);
    tail.Push({chunk, chunk->bytes()});
    rest = rest.subspan(piece.size());
  }
  frame->SetTail(std::move(tail));
  return frame;
}

}  // namespace nut::link
