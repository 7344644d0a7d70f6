// TemporaryFile: a file of its own in the system's folder for such, gone when the object goes.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace nut::explorer {

class TemporaryFile {
 public:
  static tl::expected<TemporaryFile, std::string> Create();
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  const std::string& path() const { return path_; }
  std::vector<uint8_t> Read() const;

 private:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace nut::explorer
