#include "apps/storm/conversation.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace nut::storm {
namespace {

// What one call carries: on the stack of the thread.
constexpr size_t kPiece = 4096;
using Buffer = std::array<uint8_t, kRequestHeaderSize + kPiece>;

}  // namespace

// In one call, so that header and content leave in the same segment.
Result<void> Conversation::SendRequest(const Request& request) {
  Buffer buffer;
  const RequestHeader header = Encode(request);
  std::memcpy(buffer.data(), header.data(), header.size());
  size_t filled = 0;
  const size_t first = std::min<size_t>(request.request_size, kPiece);
  while (filled < first) {
    const ByteView content = Content(request.connection, filled, first - filled);
    std::memcpy(&buffer[kRequestHeaderSize + filled], content.data(), content.size());
    filled += content.size();
  }
  const ByteView piece(buffer.data(), kRequestHeaderSize + filled);
  if (const auto sent = stream_.SendAll(piece, patience_); !sent) return sent;
  return SendContent(request.connection, filled, request.request_size);
}

Result<Request> Conversation::ReadRequest() {
  Buffer buffer;
  size_t filled = 0;
  while (filled < kRequestHeaderSize) {
    const auto count = stream_.Receive(MutableByteView(buffer).subspan(filled), patience_);
    if (!count) return Fail(count.error());
    if (*count == 0) return Fail(filled == 0 ? Error::kNotConnected : Error::kInvalidArgument);
    filled += *count;
  }
  RequestHeader header;
  std::memcpy(header.data(), buffer.data(), header.size());
  const auto request = Decode(header);
  if (!request) return Fail(Error::kInvalidArgument);
  Take(request->connection, ByteView(buffer.data() + kRequestHeaderSize, filled - kRequestHeaderSize));
  const auto complete = ReadContent(request->connection, request->request_size);
  if (!complete) return Fail(complete.error());
  if (!*complete || read_ > request->request_size) return Fail(Error::kInvalidArgument);
  return *request;
}

Result<void> Conversation::SendContent(uint64_t connection, uint64_t from, uint64_t to) {
  while (from < to) {
    const ByteView piece = Content(connection, from, to - from);
    if (const auto sent = stream_.SendAll(piece, patience_); !sent) return sent;
    from += piece.size();
  }
  return {};
}

Result<bool> Conversation::ReadContent(uint64_t connection, uint64_t limit) {
  std::array<uint8_t, kPiece> buffer;
  while (read_ < limit) {
    // One octet more than is due, so that too much is noticed.
    const size_t wanted = std::min<uint64_t>(limit - read_ + 1, buffer.size());
    const auto count = stream_.Receive(MutableByteView(buffer).first(wanted), patience_);
    if (!count) return Fail(count.error());
    if (*count == 0) return false;
    Take(connection, ByteView(buffer).first(*count));
  }
  return true;
}

Result<void> Conversation::ReadEnd() {
  uint8_t octet;
  const auto count = stream_.Receive(MutableByteView(&octet, 1), patience_);
  if (!count) return Fail(count.error());
  if (*count > 0) return Fail(Error::kMessageTooLong);
  return {};
}

void Conversation::Take(uint64_t connection, ByteView octets) {
  intact_ = intact_ && IsContent(connection, read_, octets);
  read_ += octets.size();
}

}  // namespace nut::storm
