#include "tools/explore/pcapng_comments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace nut::explorer {
namespace {

using explore::StoryEvent;

constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kEnhancedPacket = 6;
// Type and length in front, length again behind.
constexpr size_t kHead = 8;
constexpr size_t kTail = 4;
// In an enhanced packet block, in front of the packet: interface, time (2), captured and original length.
constexpr size_t kPacketHead = kHead + 20;
constexpr uint16_t kComment = 1;

using Bytes = std::span<const uint8_t>;

uint32_t Load32(Bytes bytes, size_t offset) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <typename T>
void Put(std::vector<uint8_t>& to, T value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  to.insert(to.end(), bytes, bytes + sizeof value);
}

size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

// The whole block at the front; empty: there is none.
Bytes FirstBlock(Bytes capture) {
  if (capture.size() < kHead + kTail) return {};
  const uint32_t length = Load32(capture, 4);
  if (length < kHead + kTail || length % 4 != 0 || length > capture.size()) return {};
  if (Load32(capture, length - kTail) != length) return {};
  return capture.first(length);
}

void PutCommented(std::vector<uint8_t>& to, Bytes block, std::string comment) {
  comment.resize(std::min<size_t>(comment.size(), 65'000));
  const size_t options = kPacketHead + Padded(Load32(block, kHead + 12));
  const bool had_options = options + kTail < block.size();
  const size_t added = 4 + Padded(comment.size()) + (had_options ? 0 : 4);
  const auto length = static_cast<uint32_t>(block.size() + added);
  Put(to, kEnhancedPacket);
  Put(to, length);
  to.insert(to.end(), block.begin() + kHead, block.begin() + static_cast<std::ptrdiff_t>(options));
  Put(to, kComment);
  Put(to, static_cast<uint16_t>(comment.size()));
  to.insert(to.end(), comment.begin(), comment.end());
  to.resize(to.size() + Padded(comment.size()) - comment.size());
  to.insert(to.end(), block.begin() + static_cast<std::ptrdiff_t>(options), block.end() - kTail);
  if (!had_options) Put(to, uint32_t{0});  // the end of the options
  Put(to, length);
}

}  // namespace

std::vector<uint8_t> WithComments(const std::vector<uint8_t>& capture, const PacketComments& comments) {
  std::vector<uint8_t> result;
  Bytes rest = capture;
  if (rest.size() < 4 || Load32(rest, 0) != kSectionHeader) return result;
  size_t number = 0;
  for (Bytes block; block = FirstBlock(rest), !block.empty(); rest = rest.subspan(block.size())) {
    const bool is_packet = Load32(block, 0) == kEnhancedPacket && block.size() >= kPacketHead + kTail &&
                           Load32(block, kHead + 12) <= block.size() - kPacketHead - kTail;
    const auto found = is_packet ? comments.find(number++) : comments.end();
    if (found == comments.end()) {
      result.insert(result.end(), block.begin(), block.end());
    } else {
      PutCommented(result, block, found->second);
    }
  }
  return result;
}

size_t CountPackets(const std::vector<uint8_t>& capture) {
  size_t count = 0;
  Bytes rest = capture;
  for (Bytes block; block = FirstBlock(rest), !block.empty(); rest = rest.subspan(block.size())) {
    if (Load32(block, 0) == kEnhancedPacket) ++count;
  }
  return count;
}

PacketComments CommentsFor(const std::vector<StoryEvent>& events, size_t packets, const std::string& fault) {
  PacketComments comments;
  const auto add = [&](size_t packet, const std::string& text) {
    if (packet >= packets) return;
    std::string& comment = comments[packet];
    comment += (comment.empty() ? "" : "\n") + text;
  };
  const auto is_frame = [](const StoryEvent& event) { return event.kind == StoryEvent::Kind::kFrame; };
  const auto told = static_cast<size_t>(std::ranges::count_if(events, is_frame));
  // What was on the wire before the story began.
  const size_t untold = packets - std::min(packets, told);
  size_t frames = untold;
  for (const StoryEvent& event : events) {
    if (event.kind == StoryEvent::Kind::kFrame) ++frames;
    if (event.kind != StoryEvent::Kind::kDecision) continue;
    if (frames > 0) add(frames - 1, fmt::format("after this frame, decision {}: {}", event.step, event.text));
    add(frames, fmt::format("before this frame, decision {}: {}", event.step, event.text));
  }
  if (!fault.empty() && packets > 0) add(packets - 1, "the last frame before the fault: " + fault);
  return comments;
}

}  // namespace nut::explorer
