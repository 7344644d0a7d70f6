#include "stack/net/fragmenter.h"

#include <algorithm>
#include <cstring>

#include "stack/base/invariant.h"

namespace nut::net {

Result<void> Fragmenter::Split(link::FramePtr payload, const wire::Ipv4Fields& fields, size_t mtu,
                               link::FrameQueue& out) {
  const size_t header_size = wire::Ipv4HeaderSize(fields);
  NUT_INVARIANT(mtu >= header_size + 8, "the MTU has no room for a fragment");
  // RFC 791 3.2: all fragments but the last are multiples of 8 bytes.
  const size_t step = (mtu - header_size) / 8 * 8;
  const size_t total = payload->size();

  const auto put_header = [&](link::Frame& fragment, size_t offset) {
    wire::Ipv4Fields own = fields;
    own.fragment_offset = offset;
    own.payload_size = fragment.size();
    own.more_fragments = offset + fragment.size() < total;
    wire::Emit(fragment.Prepend(header_size), own);
  };

  // The first fragment keeps the frame; the others are copied out of it before it is cut.
  link::FrameQueue others;
  size_t count = 1;
  for (size_t offset = step; offset < total; offset += step) {
    const size_t size = std::min(step, total - offset);
    link::FramePtr fragment = pool_.Allocate(size);
    if (!fragment) {
      drops_.Counted(DropReason::kFramePoolEmpty);
      return Fail(Error::kNoBuffers);
    }
    std::memcpy(fragment->Append(size).data(), payload->data().data() + offset, size);
    put_header(*fragment, offset);
    others.Push(std::move(fragment));
    ++count;
  }
  payload->TrimTo(std::min(step, total));
  put_header(*payload, 0);
  statistics_.Add(Counter::kIpFragmentsCreated, count);
  out.Push(std::move(payload));
  while (link::FramePtr fragment = others.Pop()) out.Push(std::move(fragment));
  return {};
}

}  // namespace nut::net
