#include "stack/socket/buffered_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "stack/base/invariant.h"

namespace nut::socket {

BufferedStream::BufferedStream(ByteStream& below, BufferSizes sizes)
    : BufferedStream(sizes) {
  below_ = &below;
}

BufferedStream::BufferedStream(BufferSizes sizes)
    : below_(nullptr), in_(std::max<size_t>(sizes.read, 1)), out_(std::max<size_t>(sizes.write, 1)) {}

void BufferedStream::Rebind(ByteStream& below) {
  below_ = &below;
  in_begin_ = in_end_ = out_size_ = 0;
}

ByteView BufferedStream::buffered() const { return {in_.data() + in_begin_, in_end_ - in_begin_}; }

void BufferedStream::Consume(size_t count) {
  NUT_INVARIANT(count <= in_end_ - in_begin_, "more consumed than buffered");
  in_begin_ += count;
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
}

Result<size_t> BufferedStream::Fill() {
  if (in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  if (in_end_ == in_.size()) return Fail(Error::kMessageTooLong);
  if (auto flushed = Flush(); !flushed) return Fail(flushed.error());
  auto count = below_->Read({in_.data() + in_end_, in_.size() - in_end_});
  if (count) in_end_ += *count;
  return count;
}

Result<size_t> BufferedStream::Read(MutableByteView out) {
  if (out.empty()) return size_t{0};
  if (buffered().empty()) {
    if (out.size() >= in_.size()) {  // no gain from going through the buffer
      if (auto flushed = Flush(); !flushed) return Fail(flushed.error());
      return below_->Read(out);
    }
    auto filled = Fill();
    if (!filled || *filled == 0) return filled;
  }
  const size_t count = std::min(out.size(), buffered().size());
  std::memcpy(out.data(), buffered().data(), count);
  Consume(count);
  return count;
}

Result<void> BufferedStream::ReadExactly(MutableByteView out) {
  while (!out.empty()) {
    auto count = Read(out);
    if (!count) return Fail(count.error());
    if (*count == 0) return Fail(Error::kNotConnected);
    out = out.subspan(*count);
  }
  return {};
}

Result<std::optional<std::string>> BufferedStream::ReadLine() {
  size_t searched = 0;
  while (true) {
    const ByteView all = buffered();
    const auto end = std::find(all.begin() + static_cast<ptrdiff_t>(searched), all.end(), '\n');
    if (end != all.end()) {
      const auto length = static_cast<size_t>(end - all.begin());
      std::string line(AsText(all.first(length)));
      if (line.ends_with('\r')) line.pop_back();
      Consume(length + 1);
      return line;
    }
    searched = all.size();
    auto filled = Fill();
    if (!filled) {
      if (filled.error() == Error::kMessageTooLong) Consume(buffered().size());
      return Fail(filled.error());
    }
    if (*filled == 0) {
      if (searched == 0) return std::optional<std::string>();
      std::string line(AsText(buffered()));
      Consume(searched);
      return line;
    }
  }
}

Result<void> BufferedStream::Write(ByteView data) {
  if (data.size() > out_.size() - out_size_) {
    if (auto written = WriteOut(); !written) return written;
  }
  if (data.size() >= out_.size()) return below_->Write(data);
  if (!data.empty()) std::memcpy(out_.data() + out_size_, data.data(), data.size());
  out_size_ += data.size();
  return {};
}

Result<void> BufferedStream::WriteOut() {
  if (out_size_ == 0) return {};
  return below_->Write({out_.data(), std::exchange(out_size_, 0)});
}

Result<void> BufferedStream::Flush() {
  if (auto written = WriteOut(); !written) return written;
  return below_->Flush();
}

Result<void> BufferedStream::FinishWriting() {
  if (auto flushed = Flush(); !flushed) return flushed;
  return below_->FinishWriting();
}

}  // namespace nut::socket
