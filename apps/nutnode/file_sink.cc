#include "apps/nutnode/file_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "apps/nutnode/fifo_sink.h"

namespace nut::apps {
namespace {

// A directory and the like fail here; what the umask leaves of 0644 is the file's mode.
tl::expected<tap::FileDescriptor, std::string> OpenForWriting(tap::SystemCalls& system,
                                                              const std::string& path, int how) {
  const int fd = system.Open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0644);
  if (fd < 0) return tl::unexpected(fmt::format("\"{}\" cannot be written: {}", path, std::strerror(-fd)));
  return tap::FileDescriptor(system, fd);
}

}  // namespace

tl::expected<std::unique_ptr<CaptureSink>, std::string> FileSink::Open(const std::string& path,
                                                                       const CaptureSinkContext& context) {
  auto fd = OpenForWriting(context.system, path, O_TRUNC);
  if (!fd) return tl::unexpected(fd.error());
  return std::make_unique<FileSink>(path, context.system, *std::move(fd));
}

bool FileSink::Write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t size = system_.Write(fd_.number(), bytes.data(), bytes.size());
    if (size == -EINTR) continue;
    if (size <= 0) return false;  // the disk is full
    bytes = bytes.subspan(static_cast<size_t>(size));
  }
  return true;
}

tl::expected<bool, std::string> FileSink::Reopen() {
  if (path_.empty()) return false;
  // Appends: where the file was not moved away after all, the new stream follows the old one, which pcapng
  // allows.
  auto fd = OpenForWriting(system_, path_, O_APPEND);
  if (!fd) return tl::unexpected(fd.error());
  fd_ = *std::move(fd);
  return true;
}

tl::expected<std::unique_ptr<CaptureSink>, std::string> StreamSink::Open(const CaptureSinkContext& context) {
  if (isatty(STDOUT_FILENO)) {
    return tl::unexpected(
        std::string("a capture is binary and no good on a terminal; pipe it: | wireshark -k -i -"));
  }
  tap::FileDescriptor fd(context.system, fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  struct stat status;
  if (!fd.is_open() || fstat(fd.number(), &status) != 0)
    return tl::unexpected(std::string("standard output is closed"));
  if (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode)) {
    return std::make_unique<FileSink>("", context.system, std::move(fd));
  }
  context.system.SetNonBlocking(fd.number());
  return std::make_unique<StreamSink>(std::move(fd), context);
}

tl::expected<std::unique_ptr<CaptureSink>, std::string> OpenCaptureSink(const std::string& path,
                                                                        const CaptureSinkContext& context) {
  if (path == "-") return StreamSink::Open(context);
  const int mode = context.system.ModeOf(path.c_str());
  if (mode >= 0 && S_ISFIFO(mode)) return FifoSink::Open(path, context);
  return FileSink::Open(path, context);
}

}  // namespace nut::apps
