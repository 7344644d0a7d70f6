// What a program says and hears.
#include <fmt/format.h>

#include "test/transcripts/program.h"
#include "tools/packets/packet.h"

namespace nut::transcripts {
namespace {

constexpr size_t kSpelled = 24;

MutableByteView Octets(std::string& text) { return {reinterpret_cast<uint8_t*>(text.data()), text.size()}; }

std::string PatternOf(uint32_t first, size_t size) {
  std::string text(size, '\0');
  for (size_t at = 0; at < size; ++at)
    text[at] = static_cast<char>(packets::PatternAt(first + static_cast<uint32_t>(at)));
  return text;
}

}  // namespace

// A quoted word as it is; a number gives so many octets of the pattern, from where the last ones ended.
std::string Program::TextAfter(const Words& call, std::string_view word) const {
  for (size_t at = 0; at + 1 < call.size(); ++at) {
    if (call[at] != word) continue;
    const std::string& text = call[at + 1];
    if (text.starts_with('"')) return text.substr(1, text.size() - 2);
    return PatternOf((call[0] == "connect" || call[0] == "open" ? 0 : socket_->sent) + 1,
                     NumberOf(call, at + 1));
  }
  return "";
}

Result<size_t> Program::SendSome(const std::string& verb, std::string_view text) {
  const tcp::ConnectionHandle connection = socket_->connection;
  const ByteView bytes = AsBytes(text);
  if (verb == "urgent") return tcp().SendUrgent(connection, bytes);
  if (verb == "send-later") return tcp().SendLater(connection, bytes);
  if (verb != "send-slice" && verb != "send-slice-later") return tcp().Send(connection, bytes);
  link::ChunkRef chunk = link::Chunk::OnHeap(text.size());
  chunk->Append(bytes);
  const link::Slice slice{chunk, chunk->bytes()};
  return verb == "send-slice" ? tcp().SendSlice(connection, slice) : tcp().SendSliceLater(connection, slice);
}

std::string Program::Sending(const Words& call, bool& mine) {
  const std::string& verb = call[0];
  if (verb == "offer") {  // what fits, without waiting
    const auto sent = SendSome("send", TextAfter(call, "offer"));
    if (!sent) return std::string(Describe(sent.error()));
    socket_->sent += static_cast<uint32_t>(*sent);
    return std::to_string(*sent);
  }
  mine = verb == "send" || verb == "urgent" || verb == "send-later" || verb == "send-slice" ||
         verb == "send-slice-later";
  if (!mine) return "";
  const std::string text = TextAfter(call, verb);
  size_t done = 0;
  while (done < text.size()) {
    const auto sent = SendSome(verb, std::string_view(text).substr(done));
    if (sent) {
      done += *sent;
      socket_->sent += static_cast<uint32_t>(*sent);
      continue;
    }
    if (sent.error() != Error::kWouldBlock) return fmt::format("{}: {}", done, Describe(sent.error()));
    TellWaiting();
    if (const auto waited = tcp().Wait(socket_->connection, tcp::Interest::kWritable, kForever); !waited) {
      return fmt::format("{}: {}", done, Describe(waited.error()));
    }
  }
  return std::to_string(done);
}

// Their number if they are the pattern; else they are spelled, or a digest stands for them.
std::string Program::Heard(std::string_view text) {
  const std::string expected = PatternOf(socket_->received + 1, text.size());
  socket_->received += static_cast<uint32_t>(text.size());
  if (text == expected) return std::to_string(text.size());
  if (text.size() > kSpelled) return fmt::format("{}, digest {:08x}", text.size(), Digest(text));
  return fmt::format("{} \"{}\"", text.size(), text);
}

std::string Program::Receiving(const Words& call, bool& mine) {
  const std::string& verb = call[0];
  if (verb == "receive" || verb == "receive-to-end") return ReceiveAll(call);
  if (verb == "read") return Read(call);
  if (verb == "pieces") return ReadPieces();
  if (verb == "peek") {
    std::string text(NumberOf(call, 1), '\0');
    const auto got = tcp().Peek(socket_->connection, Octets(text));
    if (!got) return std::string(Describe(got.error()));
    return fmt::format("{}, digest {:08x}", *got, Digest(std::string_view(text).substr(0, *got)));
  }
  mine = false;
  return "";
}

// read N: what is there, at once.
std::string Program::Read(const Words& call) {
  std::string text(NumberOf(call, 1), '\0');
  const auto got = tcp().Receive(socket_->connection, Octets(text));
  if (!got) return std::string(Describe(got.error()));
  return *got == 0 ? "end" : Heard(std::string_view(text).substr(0, *got));
}

std::string Program::ReadPieces() {
  std::vector<tcp::ReceivedPiece> pieces(64);
  const auto got = tcp().ReceivePieces(socket_->connection, pieces);
  if (!got) return std::string(Describe(got.error()));
  if (*got == 0) return "end";
  std::string text, sizes;
  for (const tcp::ReceivedPiece& piece : pieces) {
    if (piece.empty()) break;
    text += AsText(piece.bytes());
    sizes += fmt::format(" {}", piece.size());
  }
  return Heard(text) + " in pieces of" + sizes;
}

// receive N [by M] [every T] [for T]: waits for all of them; receive-to-end: for the end of the stream.
std::string Program::ReceiveAll(const Words& call) {
  const bool to_end = call[0] == "receive-to-end";
  const size_t wanted = to_end ? SIZE_MAX : NumberOf(call, 1);
  const size_t step = NumberAfter(call, "by", 65536);
  const Duration pause = TimeAfter(call, "every", {});
  const Duration limit = TimeAfter(call, "for", kForever);
  std::string heard, buffer;
  const auto outcome = [&](std::string_view end) {
    const std::string what = Heard(heard);
    return end.empty() ? what : fmt::format("{}, {}", what, end);
  };
  while (heard.size() < wanted) {
    buffer.resize(std::min(step, wanted - heard.size()));
    const auto got = tcp().Receive(socket_->connection, Octets(buffer));
    if (got && *got == 0) return outcome("end");
    if (got) {
      heard += std::string_view(buffer).substr(0, *got);
      if (pause > Duration(0) && heard.size() < wanted) {
        TellWaiting();
        executor_.Sleep(pause);
      }
      continue;
    }
    if (got.error() != Error::kWouldBlock) return outcome(Describe(got.error()));
    TellWaiting();
    const auto waited = tcp().Wait(socket_->connection, tcp::Interest::kReadable, limit);
    if (!waited) return outcome(Describe(waited.error()));
  }
  return outcome("");
}

}  // namespace nut::transcripts
