#include "test/tcp/segment_value.h"

#include <fmt/format.h>

#include <algorithm>

namespace nut::tcp {

std::vector<SegmentValue> SegmentValue::Cut(const OutgoingSegment& out) {
  std::vector<uint8_t> bytes(out.payload.size());
  out.payload.CopyTo(bytes);
  const auto ecn = out.ecn_capable ? wire::Ecn::kEct0 : wire::Ecn::kNotEct;
  if (out.segment_size == 0 || bytes.size() <= out.segment_size) return {{out.fields, std::move(bytes), ecn}};

  // As a segmenting device does: FIN and PSH on the last piece only.
  std::vector<SegmentValue> pieces;
  for (size_t at = 0; at < bytes.size(); at += out.segment_size) {
    const size_t size = std::min<size_t>(out.segment_size, bytes.size() - at);
    SegmentValue piece{out.fields, {bytes.begin() + at, bytes.begin() + at + size}, ecn};
    piece.fields.sequence += static_cast<uint32_t>(at);
    if (at + size < bytes.size()) {
      piece.fields.flags = piece.fields.flags - (wire::TcpFlags::kFin | wire::TcpFlags::kPsh);
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

IncomingSegment SegmentValue::AsIncoming() const {
  return {.sequence = fields.sequence,
          .acknowledgement = fields.acknowledgement,
          .flags = fields.flags,
          .window = fields.window,
          .urgent_pointer = fields.urgent_pointer,
          .options = fields.options,
          .payload = payload,
          .tos = static_cast<uint8_t>(ecn)};
}

std::string SegmentValue::ToText() const {
  return fmt::format("{} seq {} ack {} win {} len {}", fields.flags.ToText(), fields.sequence.number(),
                     fields.acknowledgement.number(), fields.window, payload.size());
}

}  // namespace nut::tcp
