// HostFileTree: a directory of the host as a FileTree. Nothing outside of the directory is ever opened: names
// are resolved from its descriptor by the kernel under RESOLVE_BENEATH (openat2(2)), symbolic links that stay
// inside are followed. On a kernel without openat2 each segment is opened by itself and no symbolic link is
// followed. Names that begin with a dot do not exist. Device files, sockets and pipes are refused.
#pragma once

#include <memory>
#include <string>

#include "stack/pro/http/file_tree.h"

namespace nut::pro {

class HostFileTree final : public FileTree {
 public:
  enum class Resolution : uint8_t {
    kBest,
    kWithoutLinks
  };  // the second is for tests: as if there were no openat2

  // kNotFound, kPermissionDenied, kIo; kInvalidArgument where `directory` is no directory.
  static Result<std::unique_ptr<FileTree>> Open(const std::string& directory,
                                                Resolution resolution = Resolution::kBest);

  HostFileTree(int root, Resolution resolution) : root_(root), resolution_(resolution) {}
  ~HostFileTree() override;
  HostFileTree(const HostFileTree&) = delete;
  HostFileTree& operator=(const HostFileTree&) = delete;

  Result<FileNode> Open(std::span<const std::string> path) const override;
  Result<std::vector<DirectoryEntry>> List(std::span<const std::string> path, size_t most) const override;

 private:
  Result<int> OpenDescriptor(std::span<const std::string> path) const;

  const int root_;  // a descriptor
  const Resolution resolution_;
};

}  // namespace nut::pro
