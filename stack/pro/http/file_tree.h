// FileTree: directories and files that are served, whatever they are made of. Owned by the site; calls do not
// wait for threads (a host's disk may take its time).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stack/base/result.h"
#include "stack/pro/http/content.h"

namespace nut::pro {

struct FileNode {
  bool is_directory = false;
  std::unique_ptr<Content> content;  // of a file; null for a directory
  std::chrono::sys_seconds modified{};
  std::string etag;  // of a file, in its quotes: other whenever the bytes may be other
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
  uint64_t size = 0;
  std::chrono::sys_seconds modified{};
};

class FileTree {
 public:
  virtual ~FileTree() = default;

  // `path`: segments of a UrlPath, none for the root. kNotFound; kPermissionDenied, also for what lies
  // outside of the tree and for what is neither a file nor a directory; kNoBuffers: too many files are open;
  // kIo.
  virtual Result<FileNode> Open(std::span<const std::string> path) const = 0;

  // What is in a directory, at most `most` entries, by no order. Errors: as Open; kNotFound where it is no
  // directory.
  virtual Result<std::vector<DirectoryEntry>> List(std::span<const std::string> path, size_t most) const = 0;
};

}  // namespace nut::pro
