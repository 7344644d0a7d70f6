#include "apps/nutnode/pipe_writer.h"

#include <poll.h>

#include <cerrno>

namespace nut::apps {

PipeWriter::PipeWriter(tap::FileDescriptor fd, const CaptureSinkContext& context,
                       std::function<void()> on_gone)
    : fd_(std::move(fd)), context_(context), on_gone_(std::move(on_gone)) {
  // A pipe can always be waited for; if the host's limit on that is reached, the next piece sends what waits.
  static_cast<void>(context_.poller.Add(fd_.number(), EPOLLOUT | EPOLLET, *this));
}

PipeWriter::~PipeWriter() { context_.poller.Remove(fd_.number()); }

bool PipeWriter::Write(ByteView piece) {
  if (is_gone_) return false;
  if (pending() > 0 && pending() + piece.size() > context_.maximum_pending) {
    ++left_out_;
    if (!complained_) {
      context_.log.Print(LogLevel::kWarning, "capture", "the reader is too slow; frames are left out");
    }
    complained_ = true;
    return true;
  }
  pending_.insert(pending_.end(), piece.begin(), piece.end());
  Flush();
  return !is_gone_;
}

void PipeWriter::Flush() {
  while (pending() > 0 && !is_gone_) {
    const ssize_t size = context_.system.Write(fd_.number(), pending_.data() + sent_, pending());
    if (size == -EINTR) continue;
    if (size == -EAGAIN) break;
    if (size < 0) return Gone();  // EPIPE
    sent_ += static_cast<size_t>(size);
  }
  // What was sent is removed when it is the larger part, so that each byte is moved at most once.
  if (sent_ * 2 >= pending_.size()) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(sent_));
    sent_ = 0;
  }
  if (pending_.empty()) complained_ = false;
}

void PipeWriter::Reset() {
  pending_.clear();
  sent_ = 0;
  is_gone_ = false;
  complained_ = false;
}

bool PipeWriter::HasReader() const {
  pollfd poll_fd{.fd = fd_.number(), .events = 0, .revents = 0};
  return poll(&poll_fd, 1, 0) == 0;  // nothing to report: neither POLLERR nor POLLHUP
}

void PipeWriter::OnReady(uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return Gone();
  Flush();
}

void PipeWriter::Gone() {
  if (is_gone_) return;
  is_gone_ = true;
  pending_.clear();
  sent_ = 0;
  if (on_gone_) on_gone_();
}

}  // namespace nut::apps
