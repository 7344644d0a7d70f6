#include "stack/net/reassembly.h"

#include <algorithm>
#include <cstring>

#include "stack/base/invariant.h"

namespace nut::net {

link::FramePtr Reassembly::Add(link::FramePtr fragment, const wire::Ipv4View& ip, Instant now) {
  statistics_.Add(Counter::kIpReassemblyRequired);
  const DropReason misshapen = CheckShape(ip);
  if (misshapen != DropReason::kNone) {
    drops_.Received(*fragment, misshapen);
    return nullptr;
  }
  Datagram& datagram = FindOrMake(ip, now);
  if (datagram.condemned == DropReason::kNone) {
    const DropReason fault = Merge(datagram, ip, fragment->link_scope);
    if (fault != DropReason::kNone) Condemn(datagram, fault);
  }
  if (datagram.condemned != DropReason::kNone) {
    // RFC 5722 section 4: the fragments not yet received as well.
    drops_.Received(*fragment, datagram.condemned);
    return nullptr;
  }
  return datagram.holes.empty() ? Finish(datagram, *fragment) : nullptr;
}

DropReason Reassembly::CheckShape(const wire::Ipv4View& ip) {
  const size_t size = ip.payload().size();
  // RFC 791 3.2: all but the last are multiples of 8 bytes, and none is empty.
  if (size == 0) return DropReason::kFragmentEmpty;
  if (ip.more_fragments() && size % 8 != 0) return DropReason::kFragmentMisaligned;
  // RFC 791 3.1: the whole is at most 65535 bytes with its header (ping of death).
  if (ip.header_size() + ip.fragment_offset() + size > wire::kIpv4MaxPacketSize)
    return DropReason::kFragmentTooLong;
  return DropReason::kNone;
}

Reassembly::Datagram& Reassembly::FindOrMake(const wire::Ipv4View& ip, Instant now) {
  const Key key{ip.source(), ip.destination(), ip.protocol(), ip.identification()};
  const auto found = datagrams_.find(key);
  if (found != datagrams_.end()) return found->second;
  MakeRoom(key.source);
  Datagram& datagram = datagrams_[key];
  datagram.key = key;
  // RFC 1122 3.3.2: counted from the fragment that comes first, and not prolonged by others.
  datagram.deadline = now + options_.timeout;
  datagram.end = kUnknownEnd;
  datagram.holes.push_back({0, kUnknownEnd});
  by_age_.push_back(datagram);
  return datagram;
}

void Reassembly::MakeRoom(wire::Ipv4Address source) {
  if (datagrams_.size() >= options_.maximum_datagrams) DropForRoom(by_age_.front());
  size_t of_source = 0;
  Datagram* oldest = nullptr;
  for (Datagram& datagram : by_age_) {
    if (datagram.key.source != source) continue;
    if (oldest == nullptr) oldest = &datagram;
    ++of_source;
  }
  if (of_source >= options_.maximum_datagrams_per_source && oldest != nullptr) DropForRoom(*oldest);
}

bool Reassembly::MakeRoomFor(const Datagram& datagram, size_t bytes) {
  size_t of_source = 0;
  for (const Datagram& other : by_age_) {
    if (other.key.source == datagram.key.source) of_source += other.buffer_size();
  }
  // One walk from the oldest on is enough: who is left behind was needed by neither limit.
  for (auto next = by_age_.begin(); next != by_age_.end();) {
    Datagram& other = *next++;
    const bool source_full = of_source + bytes > options_.maximum_bytes_per_source;
    const bool all_full = bytes_ + bytes > options_.maximum_bytes;
    if (!source_full && !all_full) return true;
    if (&other == &datagram || other.buffer_size() == 0) continue;
    const bool same_source = other.key.source == datagram.key.source;
    if (source_full && !same_source) continue;
    if (same_source) of_source -= other.buffer_size();
    DropForRoom(other);
  }
  return of_source + bytes <= options_.maximum_bytes_per_source && bytes_ + bytes <= options_.maximum_bytes;
}

void Reassembly::DropForRoom(Datagram& datagram) {
  drops_.Counted(DropReason::kFragmentTableFull);
  Remove(datagram);
}

DropReason Reassembly::Merge(Datagram& datagram, const wire::Ipv4View& ip, link::LinkScope scope) {
  const size_t first = ip.fragment_offset();
  const size_t last = first + ip.payload().size();
  DropReason fault = MergeEnd(datagram, last, ip.more_fragments());
  if (fault == DropReason::kNone) fault = MergeEcn(datagram, ip.ecn());
  if (fault == DropReason::kNone) fault = MergeBytes(datagram, first, ip.payload());
  if (fault != DropReason::kNone) return fault;
  if (scope != link::LinkScope::kUnicast) datagram.scope = scope;
  if (first == 0 && datagram.header_size == 0) {
    datagram.header_size = ip.header_size();
    std::memcpy(datagram.header.data(), ip.header().data(), ip.header_size());
    // The first fragment's header may be longer than the one that CheckShape saw.
    if (datagram.end != kUnknownEnd && datagram.header_size + datagram.end > wire::kIpv4MaxPacketSize) {
      return DropReason::kFragmentTooLong;
    }
  }
  return DropReason::kNone;
}

DropReason Reassembly::MergeEnd(Datagram& datagram, size_t last, bool more) {
  std::vector<Hole>& holes = datagram.holes;
  if (more || datagram.end != kUnknownEnd) {
    // A known end holds: nothing beyond it, and no other one.
    const bool fits = more ? datagram.end == kUnknownEnd || last <= datagram.end : last == datagram.end;
    return fits ? DropReason::kNone : DropReason::kFragmentInconsistent;
  }
  // Holes end with the open one: if it begins behind the new end, there is data where nothing can be.
  if (holes.empty() || holes.back().last != kUnknownEnd || holes.back().first > last) {
    return DropReason::kFragmentInconsistent;
  }
  if (datagram.header_size + last > wire::kIpv4MaxPacketSize) return DropReason::kFragmentTooLong;
  datagram.end = last;
  if (holes.back().first == last) {
    holes.pop_back();
  } else {
    holes.back().last = last;
  }
  return DropReason::kNone;
}

DropReason Reassembly::MergeEcn(Datagram& datagram, wire::Ecn ecn) {
  datagram.ecn = wire::CombineEcn(datagram.ecn.value_or(ecn), ecn);
  return datagram.ecn ? DropReason::kNone : DropReason::kFragmentInconsistent;
}

DropReason Reassembly::MergeBytes(Datagram& datagram, size_t first, ByteView bytes) {
  const size_t last = first + bytes.size();
  if (const DropReason none = MakeSpace(datagram, last); none != DropReason::kNone) return none;
  uint8_t* const store = datagram.bytes->mutable_data().data();

  // RFC 815 section 3, steps 1 to 8: what falls into holes is copied, what does not must be what is there
  // already.
  std::vector<Hole> holes;
  holes.reserve(datagram.holes.size() + 1);
  size_t compared = first;  // up to here the fragment's bytes are dealt with
  const auto same = [&](size_t from, size_t to) {
    return from >= to || std::memcmp(store + from, bytes.data() + (from - first), to - from) == 0;
  };
  for (const Hole& hole : datagram.holes) {
    if (hole.last <= first || hole.first >= last) {
      holes.push_back(hole);
      continue;
    }
    const size_t from = std::max(hole.first, first);
    const size_t to = std::min(hole.last, last);
    if (!same(compared, from)) return DropReason::kFragmentOverlap;
    std::memcpy(store + from, bytes.data() + (from - first), to - from);
    compared = to;
    if (hole.first < from) holes.push_back({hole.first, from});
    if (to < hole.last) holes.push_back({to, hole.last});
  }
  if (!same(compared, last)) return DropReason::kFragmentOverlap;
  if (holes.size() > options_.maximum_holes) return DropReason::kFragmentTableFull;
  datagram.holes = std::move(holes);
  return DropReason::kNone;
}

DropReason Reassembly::MakeSpace(Datagram& datagram, size_t size) {
  link::FramePtr& bytes = datagram.bytes;
  if (bytes && bytes->size() >= size) return DropReason::kNone;
  const size_t missing = size - (bytes ? bytes->size() : 0);
  if (!bytes || bytes->tailroom() < missing) {
    link::FramePtr larger = pool_.Allocate(size);
    if (!larger) return DropReason::kFramePoolEmpty;
    const size_t growth = larger->capacity() - datagram.buffer_size();
    if (!MakeRoomFor(datagram, growth)) return DropReason::kFragmentTableFull;
    if (bytes) std::memcpy(larger->Append(bytes->size()).data(), bytes->data().data(), bytes->size());
    bytes = std::move(larger);
    bytes_ += growth;
  }
  bytes->Append(size - bytes->size());
  return DropReason::kNone;
}

link::FramePtr Reassembly::TakeBuffer(Datagram& datagram) {
  bytes_ -= datagram.buffer_size();
  return std::move(datagram.bytes);
}

void Reassembly::Condemn(Datagram& datagram, DropReason reason) {
  datagram.condemned = reason;
  TakeBuffer(datagram).reset();
  datagram.holes.clear();
}

link::FramePtr Reassembly::Finish(Datagram& datagram, const link::Frame& last_fragment) {
  const auto first = wire::Ipv4View::ParseQuoted({datagram.header.data(), datagram.header_size});
  NUT_INVARIANT(first.has_value(), "a reassembled datagram has lost its header");
  link::FramePtr whole = TakeBuffer(datagram);
  whole->TrimTo(datagram.end);

  wire::Ipv4Fields fields;
  fields.source = first->source();
  fields.destination = first->destination();
  fields.protocol = first->protocol();
  fields.ttl = first->ttl();
  fields.tos = wire::WithEcn(first->tos(), *datagram.ecn);
  fields.identification = first->identification();
  fields.payload_size = datagram.end;
  fields.options = first->options();
  wire::Emit(whole->Prepend(wire::Ipv4HeaderSize(fields)), fields);
  whole->link_scope = datagram.scope;
  whole->received = last_fragment.received;
  whole->capture_ticket = last_fragment.capture_ticket;
  statistics_.Add(Counter::kIpReassemblyOk);
  Remove(datagram);
  return whole;
}

void Reassembly::OnTimer(Instant now) {
  while (!by_age_.empty() && by_age_.front().deadline <= now) Expire(by_age_.front(), now);
}

void Reassembly::Expire(Datagram& datagram, Instant now) {
  // Out of the table first: the error below may, through loopback, be about to bring new packets.
  link::FramePtr bytes = TakeBuffer(datagram);
  const auto header = datagram.header;
  const size_t header_size = datagram.header_size;
  const size_t contiguous = datagram.holes.empty() ? 0 : datagram.holes.front().first;
  const link::LinkScope scope = datagram.scope;
  const bool condemned = datagram.condemned != DropReason::kNone;
  Remove(datagram);
  if (condemned) return;  // counted when it came
  drops_.Counted(DropReason::kFragmentTimeout);

  // RFC 1122 3.3.2: time exceeded (code 1) if the first fragment is there, which the error quotes. Bytes
  // behind the first hole are whatever the pool left there: they stay inside.
  if (header_size == 0) return;
  bytes->TrimTo(contiguous);
  std::memcpy(bytes->Prepend(header_size).data(), header.data(), header_size);
  const uint8_t code = static_cast<uint8_t>(wire::TimeExceededCode::kReassembly);
  icmp_out_.SendError(bytes->data(), scope, {wire::IcmpType::kTimeExceeded, code, 0}, now);
}

void Reassembly::Remove(Datagram& datagram) {
  TakeBuffer(datagram).reset();
  by_age_.erase(by_age_.iterator_to(datagram));
  datagrams_.erase(Key(datagram.key));
}

std::vector<ReassemblyInfo> Reassembly::Snapshot(Instant now) const {
  std::vector<ReassemblyInfo> all;
  all.reserve(datagrams_.size());
  for (const auto& [key, datagram] : datagrams_) {
    size_t missing = 0;
    for (const Hole& hole : datagram.holes) {
      const size_t known = datagram.bytes ? datagram.bytes->size() : 0;
      missing += std::min(hole.last, std::max(known, hole.first)) - hole.first;
    }
    const size_t held =
        datagram.bytes ? datagram.bytes->size() - std::min(missing, datagram.bytes->size()) : 0;
    all.push_back({key.source, key.destination, key.protocol, key.identification, held, datagram.holes.size(),
                   now - (datagram.deadline - options_.timeout), datagram.condemned != DropReason::kNone});
  }
  return all;
}

}  // namespace nut::net
