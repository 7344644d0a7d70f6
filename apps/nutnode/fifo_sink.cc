#include "apps/nutnode/fifo_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

namespace nut::apps {

tl::expected<std::unique_ptr<CaptureSink>, std::string> FifoSink::Open(const std::string& path,
                                                                       const CaptureSinkContext& context) {
  std::unique_ptr<FifoSink> sink(new FifoSink(path, context));
  if (auto attached = sink->Attach(); !attached) return tl::unexpected(attached.error());
  return sink;
}

FifoSink::~FifoSink() { context_.poller.Remove(opens_.number()); }

tl::expected<void, std::string> FifoSink::Attach() {
  // A FIFO opens for writing only while it has a reader: for a moment that is ourselves (fifo(7)).
  const tap::FileDescriptor both(context_.system,
                                 context_.system.Open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const int fd =
      both.is_open() ? context_.system.Open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC) : both.number();
  if (fd < 0) return tl::unexpected(fmt::format("\"{}\" cannot be opened: {}", path_, std::strerror(-fd)));
  writer_.emplace(tap::FileDescriptor(context_.system, fd), context_, [this] { OnReaderGone(); });

  opens_ = tap::FileDescriptor(context_.system, inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!opens_.is_open() || inotify_add_watch(opens_.number(), path_.c_str(), IN_OPEN) < 0 ||
      !context_.poller.Add(opens_.number(), EPOLLIN, *this)) {
    return tl::unexpected(fmt::format("\"{}\" cannot be watched: {}", path_, std::strerror(errno)));
  }
  has_reader_ = writer_->HasReader();
  return {};
}

bool FifoSink::Write(ByteView bytes) {
  // Nobody is there to complain to, and nothing is lost: a reader's stream begins when he comes.
  if (has_reader_) writer_->Write(bytes);
  return true;
}

void FifoSink::OnReady(uint32_t) {
  char events[4096];
  while (context_.system.Read(opens_.number(), events, sizeof events) > 0) {
  }
  // It may have been ourselves, reading away.
  if (!writer_->HasReader()) return;
  has_reader_ = true;
  writer_->Reset();
  Restart();
}

void FifoSink::OnReaderGone() {
  has_reader_ = false;
  ReadAway();
}

// What the last reader left in the pipe is the middle of a stream: no beginning for the next one.
void FifoSink::ReadAway() {
  const tap::FileDescriptor fd(context_.system,
                               context_.system.Open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  char scratch[65536];
  while (fd.is_open() && context_.system.Read(fd.number(), scratch, sizeof scratch) > 0) {
  }
}

}  // namespace nut::apps
