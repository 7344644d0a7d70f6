// Reassembly: puts IPv4 fragments together (RFC 791 3.2) with the hole list of RFC 815, in one buffer per
// datagram. Fragments that overlap with different bytes, or disagree about the end, condemn the whole
// datagram (RFC 5722 section 4, done for IPv4 as RFC 8900 3.5 advises). Everything is bounded, and at each
// bound the oldest goes: fragments that never become whole cannot keep others out. Owned by Network; called
// by the receive thread.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <map>
#include <optional>
#include <vector>

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/net/drops.h"
#include "stack/net/icmp_out.h"
#include "stack/wire/ipv4.h"

namespace nut::net {

struct ReassemblyOptions {
  Duration timeout = 60s;          // RFC 1122 3.3.2: fixed, between 60 and 120 s
  size_t maximum_datagrams = 256;  // at once; each takes up to 64 KiB
  size_t maximum_datagrams_per_source = 64;
  // In the buffers of all datagrams, or of one source's. At least 65535, or the largest ones never become
  // whole.
  size_t maximum_bytes = 8 << 20;
  size_t maximum_bytes_per_source = 2 << 20;
  size_t maximum_holes = 256;  // of one datagram
};

struct ReassemblyInfo {
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  wire::IpProtocol protocol{};
  uint16_t identification = 0;
  size_t received = 0;  // bytes
  size_t holes = 0;
  Duration age{};
  bool condemned = false;
};

class Reassembly {
 public:
  Reassembly(link::FramePool& pool, IcmpOut& icmp_out, Statistics& statistics, Drops& drops,
             ReassemblyOptions options = {})
      : pool_(pool), icmp_out_(icmp_out), statistics_(statistics), drops_(drops), options_(options) {}
  ~Reassembly() { by_age_.clear(); }

  // Takes a fragment, a frame that begins at its IP header and ends with its payload, and `ip`, its view.
  // Gives the whole packet, header first and as if it had never been cut, when this was the last piece; null
  // otherwise.
  link::FramePtr Add(link::FramePtr fragment, const wire::Ipv4View& ip, Instant now);

  // Forgets what is too old (kFragmentTimeout), with a time exceeded to the sender where the first fragment
  // is there.
  void OnTimer(Instant now);
  // kNever when nothing is incomplete.
  Instant poll_at() const { return by_age_.empty() ? kNever : by_age_.front().deadline; }

  std::vector<ReassemblyInfo> Snapshot(Instant now) const;

 private:
  // RFC 791 3.2: what makes fragments belong together.
  struct Key {
    wire::Ipv4Address source;
    wire::Ipv4Address destination;
    wire::IpProtocol protocol;
    uint16_t identification;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  // Bytes first <= x < last that are missing.
  struct Hole {
    size_t first;
    size_t last;
  };

  struct Datagram : boost::intrusive::list_base_hook<> {
    Key key;
    Instant deadline;
    // Null as long as nothing came, and when condemned: then the entry only keeps later fragments of it out.
    link::FramePtr bytes;
    std::vector<Hole> holes;  // in order
    size_t end = 0;           // payload bytes of the whole; kUnknownEnd until the last fragment comes
    DropReason condemned = DropReason::kNone;
    // From the first fragment:
    std::array<uint8_t, wire::kIpv4MaxHeaderSize> header;
    size_t header_size = 0;        // 0: not here yet
    std::optional<wire::Ecn> ecn;  // of all fragments so far
    link::LinkScope scope = link::LinkScope::kUnicast;

    size_t buffer_size() const { return bytes ? bytes->capacity() : 0; }
  };

  static constexpr size_t kUnknownEnd = wire::kIpv4MaxPacketSize + 1;

  static DropReason CheckShape(const wire::Ipv4View& ip);
  Datagram& FindOrMake(const wire::Ipv4View& ip, Instant now);
  void MakeRoom(wire::Ipv4Address source);
  // Older datagrams make room for `bytes` more in the buffer of this one: its source's for its source's
  // limit, anybody's for that of all. False: there is nobody left to do so.
  bool MakeRoomFor(const Datagram& datagram, size_t bytes);
  void DropForRoom(Datagram& datagram);
  // Puts the fragment's bytes into their holes; kNone, or why the datagram is condemned.
  DropReason Merge(Datagram& datagram, const wire::Ipv4View& ip, link::LinkScope scope);
  DropReason MergeEnd(Datagram& datagram, size_t last, bool more);
  DropReason MergeEcn(Datagram& datagram, wire::Ecn ecn);
  DropReason MergeBytes(Datagram& datagram, size_t first, ByteView bytes);
  DropReason MakeSpace(Datagram& datagram, size_t size);
  link::FramePtr TakeBuffer(Datagram& datagram);
  void Condemn(Datagram& datagram, DropReason reason);
  link::FramePtr Finish(Datagram& datagram, const link::Frame& last_fragment);
  void Expire(Datagram& datagram, Instant now);
  void Remove(Datagram& datagram);

  link::FramePool& pool_;
  IcmpOut& icmp_out_;
  Statistics& statistics_;
  Drops& drops_;
  const ReassemblyOptions options_;
  std::map<Key, Datagram> datagrams_;  // ordered: no hash to attack
  size_t bytes_ = 0;                   // in all their buffers
  boost::intrusive::list<Datagram> by_age_;
};

}  // namespace nut::net
