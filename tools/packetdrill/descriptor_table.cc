#include "tools/packetdrill/descriptor_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace nut::packetdrill {

int DescriptorTable::Add(std::shared_ptr<SocketFile> file) {
  const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd < 0) return -errno;
  files_[fd] = std::move(file);  // a number that comes again was closed behind our back
  return fd;
}

std::shared_ptr<SocketFile> DescriptorTable::Find(int fd) const {
  const auto found = files_.find(fd);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<SocketFile> DescriptorTable::Remove(int fd) {
  const auto found = files_.find(fd);
  if (found == files_.end()) return nullptr;
  auto file = std::move(found->second);
  files_.erase(found);
  return file;
}

}  // namespace nut::packetdrill
