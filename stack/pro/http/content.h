// Content: bytes of a known number that can be read from any place: a text, a file of the embedded site, a
// file of the host. Owned by the answer that sends it. Never a scheduling point.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "stack/base/bytes.h"
#include "stack/base/result.h"

namespace nut::pro {

class Content {
 public:
  virtual ~Content() = default;

  virtual uint64_t size() const = 0;

  // The whole where it is in memory anyway; valid as long as this object.
  virtual std::optional<ByteView> in_memory() const { return std::nullopt; }

  // Copies bytes from `offset` on, as many as are there and fit; at least one unless `offset` is at the end
  // or `out` is empty. kIo: the host cannot read it, or it has become shorter.
  virtual Result<size_t> Read(uint64_t offset, MutableByteView out) const = 0;
};

// Bytes that live for ever (the embedded site).
class StaticContent final : public Content {
 public:
  explicit StaticContent(std::string_view bytes) : bytes_(AsBytes(bytes)) {}

  uint64_t size() const override { return bytes_.size(); }
  std::optional<ByteView> in_memory() const override { return bytes_; }
  Result<size_t> Read(uint64_t offset, MutableByteView out) const override {
    if (offset >= bytes_.size()) return 0;
    const ByteView rest = bytes_.subspan(offset);
    const size_t count = rest.size() < out.size() ? rest.size() : out.size();
    if (count > 0) std::memcpy(out.data(), rest.data(), count);
    return count;
  }

 private:
  const ByteView bytes_;
};

// A text made for one answer, or for a few.
class TextContent final : public Content {
 public:
  explicit TextContent(std::string text) : text_(std::move(text)), view_(text_) {}

  // All of `other`, which is small. kIo: it has become shorter, or cannot be read.
  static Result<std::unique_ptr<TextContent>> ReadAll(const Content& other) {
    std::string text(other.size(), '\0');
    for (size_t done = 0; done < text.size();) {
      const auto count =
          other.Read(done, {reinterpret_cast<uint8_t*>(text.data()) + done, text.size() - done});
      if (!count || *count == 0) return Fail(count ? Error::kIo : count.error());
      done += *count;
    }
    return std::make_unique<TextContent>(std::move(text));
  }

  uint64_t size() const override { return view_.size(); }
  std::optional<ByteView> in_memory() const override { return view_.in_memory(); }
  Result<size_t> Read(uint64_t offset, MutableByteView out) const override { return view_.Read(offset, out); }

 private:
  const std::string text_;
  const StaticContent view_;
};

}  // namespace nut::pro
