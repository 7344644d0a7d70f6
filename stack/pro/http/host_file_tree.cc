#include "stack/pro/http/host_file_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace nut::pro {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
// openat2 gives EAGAIN when something was renamed during the resolution.
constexpr int kMostAttempts = 8;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int get() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Error ErrorFromErrno(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return Error::kNotFound;
    case EACCES:
    case EPERM:
    case ELOOP:
    case EXDEV:  // openat2: the name leads out of the tree
    case ENXIO:  // a socket
      return Error::kPermissionDenied;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Error::kNoBuffers;
    default:
      return Error::kIo;
  }
}

std::chrono::sys_seconds ModifiedAt(const struct stat& status) {
  return std::chrono::sys_seconds(std::chrono::seconds(status.st_mtim.tv_sec));
}

int OpenBeneath(int root, const std::string& path) {
  open_how how{};
  how.flags = kOpenFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long opened = -1;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    opened = syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (opened >= 0 || errno != EAGAIN) break;
  }
  return static_cast<int>(opened);
}

int OpenWithoutLinks(int root, std::span<const std::string> path) {
  Descriptor at(openat(root, ".", kOpenFlags | O_DIRECTORY));
  for (const std::string& segment : path) {
    if (at.get() < 0) break;
    at = Descriptor(openat(at.get(), segment.c_str(), kOpenFlags | O_NOFOLLOW));
  }
  return at.Release();
}

class FileContent final : public Content {
 public:
  FileContent(Descriptor file, uint64_t size) : file_(std::move(file)), size_(size) {}

  uint64_t size() const override { return size_; }

  Result<size_t> Read(uint64_t offset, MutableByteView out) const override {
    if (offset >= size_) return 0;
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(out.size(), size_ - offset));
    ssize_t count;
    do {
      count = pread(file_.get(), out.data(), wanted, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    if (count < 0 || (count == 0 && wanted > 0)) return Fail(Error::kIo);
    return static_cast<size_t>(count);
  }

 private:
  const Descriptor file_;
  const uint64_t size_;
};

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

Result<std::unique_ptr<FileTree>> HostFileTree::Open(const std::string& directory, Resolution resolution) {
  const int root = open(directory.c_str(), kOpenFlags | O_DIRECTORY);
  if (root < 0) return Fail(errno == ENOTDIR ? Error::kInvalidArgument : ErrorFromErrno(errno));
  return std::make_unique<HostFileTree>(root, resolution);
}

HostFileTree::~HostFileTree() { close(root_); }

Result<int> HostFileTree::OpenDescriptor(std::span<const std::string> path) const {
  std::string joined = ".";
  for (const std::string& segment : path) {
    // No UrlPath has a slash in a segment; should one come from elsewhere, it must not lead anywhere.
    if (segment.starts_with('.') || segment.find('/') != std::string::npos) return Fail(Error::kNotFound);
    joined += "/" + segment;
  }
  int opened = -1;
  if (resolution_ == Resolution::kBest) opened = OpenBeneath(root_, joined);
  if (resolution_ == Resolution::kWithoutLinks || (opened < 0 && errno == ENOSYS)) {
    opened = OpenWithoutLinks(root_, path);
  }
  if (opened < 0) return Fail(ErrorFromErrno(errno));
  return opened;
}

Result<FileNode> HostFileTree::Open(std::span<const std::string> path) const {
  const auto opened = OpenDescriptor(path);
  if (!opened) return Fail(opened.error());
  Descriptor file(*opened);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Fail(ErrorFromErrno(errno));
  FileNode node;
  node.modified = ModifiedAt(status);
  node.is_directory = S_ISDIR(status.st_mode);
  if (node.is_directory) return node;
  if (!S_ISREG(status.st_mode)) return Fail(Error::kPermissionDenied);
  node.etag = fmt::format("\"{:x}.{:x}-{:x}-{:x}\"", status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                          status.st_size, status.st_ino);
  node.content = std::make_unique<FileContent>(std::move(file), static_cast<uint64_t>(status.st_size));
  return node;
}

Result<std::vector<DirectoryEntry>> HostFileTree::List(std::span<const std::string> path, size_t most) const {
  const auto opened = OpenDescriptor(path);
  if (!opened) return Fail(opened.error());
  const std::unique_ptr<DIR, CloseDirectory> directory(fdopendir(*opened));
  if (!directory) {
    const int why = errno;
    close(*opened);
    return Fail(ErrorFromErrno(why));
  }
  std::vector<DirectoryEntry> entries;
  std::vector<std::string> full(path.begin(), path.end());
  full.emplace_back();
  while (entries.size() < most) {
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    full.back() = entry->d_name;
    // What cannot be served is not listed: opening asks the same questions as a request would.
    const auto node = Open(full);
    if (!node) continue;
    entries.push_back(
        {entry->d_name, node->is_directory, node->content ? node->content->size() : 0, node->modified});
  }
  return entries;
}

}  // namespace nut::pro
