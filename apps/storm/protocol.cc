#include "apps/storm/protocol.h"

#include <algorithm>
#include <cstring>

#include "apps/storm/mixing.h"

namespace nut::storm {
namespace {

// A prime, so that a piece that is out of place by any round number is noticed.
constexpr size_t kPeriod = 8191;
// So much lies behind the period's end: a piece of a segment's size needs no second look-up.
constexpr size_t kOverhang = 8192;

constexpr size_t kInvertedAt = 24;

using ContentTable = std::array<uint8_t, kPeriod + kOverhang>;

ContentTable MakeTable() {
  ContentTable table{};
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<uint8_t>(Mixed(i % kPeriod));
  return table;
}

const ContentTable& Table() {
  static const ContentTable table = MakeTable();
  return table;
}

size_t PlaceOf(uint64_t connection, uint64_t offset) {
  return static_cast<size_t>((Mixed(connection) % kPeriod + offset) % kPeriod);
}

}  // namespace

RequestHeader Encode(const Request& request) {
  RequestHeader header{};
  StoreBe32(&header[0], kMagic);
  header[4] = kProtocolVersion;
  header[5] = static_cast<uint8_t>(request.kind);
  header[6] = static_cast<uint8_t>(request.ending);
  StoreBe32(&header[8], static_cast<uint32_t>(request.connection >> 32));
  StoreBe32(&header[12], static_cast<uint32_t>(request.connection));
  StoreBe32(&header[16], request.request_size);
  StoreBe32(&header[20], request.answer_size);
  for (size_t i = 0; i < kRequestHeaderSize - kInvertedAt; ++i) {
    header[kInvertedAt + i] = static_cast<uint8_t>(~header[i]);
  }
  return header;
}

std::optional<Request> Decode(const RequestHeader& header) {
  if (LoadBe32(&header[0]) != kMagic || header[4] != kProtocolVersion || header[7] != 0) return std::nullopt;
  if (header[5] >= kKindCount || header[6] >= kEndingCount) return std::nullopt;
  for (size_t i = 0; i < kRequestHeaderSize - kInvertedAt; ++i) {
    if ((header[kInvertedAt + i] ^ header[i]) != 0xff) return std::nullopt;
  }
  const Request request{.kind = static_cast<Kind>(header[5]),
                        .ending = static_cast<Ending>(header[6]),
                        .connection = uint64_t{LoadBe32(&header[8])} << 32 | LoadBe32(&header[12]),
                        .request_size = LoadBe32(&header[16]),
                        .answer_size = LoadBe32(&header[20])};
  if (request.request_size > kLargestContent || request.answer_size > kLargestContent ||
      request.answer_size == 0) {
    return std::nullopt;
  }
  return request;
}

ByteView Content(uint64_t connection, uint64_t offset, size_t length) {
  const size_t place = PlaceOf(connection, offset);
  return {Table().data() + place, std::min(length, Table().size() - place)};
}

bool IsContent(uint64_t connection, uint64_t offset, ByteView received) {
  while (!received.empty()) {
    const ByteView expected = Content(connection, offset, received.size());
    if (std::memcmp(expected.data(), received.data(), expected.size()) != 0) return false;
    received = received.subspan(expected.size());
    offset += expected.size();
  }
  return true;
}

}  // namespace nut::storm
