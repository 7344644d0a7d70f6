// FileDescriptor: an open descriptor with one owner, closed when that goes. Moves; never copies.
#pragma once

#include <utility>

#include "tap/system_calls.h"

namespace nut::tap {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  FileDescriptor(SystemCalls& system, int fd) : system_(&system), fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : system_(other.system_), fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      system_ = other.system_;
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { Close(); }

  bool is_open() const { return fd_ >= 0; }
  int number() const { return fd_; }

  void Close() {
    if (fd_ >= 0) system_->Close(std::exchange(fd_, -1));
  }

 private:
  SystemCalls* system_ = nullptr;
  int fd_ = -1;
};

}  // namespace nut::tap
