// DescriptorTable: sockets by descriptor. The numbers are descriptors of the kernel, of nothing in
// particular, because packetdrill closes them itself. Owned by the stack; under the world's lock, on threads
// of the node.
#pragma once

#include <map>
#include <memory>

#include "tools/packetdrill/socket_file.h"

namespace nut::packetdrill {

class DescriptorTable {
 public:
  // Keeps `file`; its descriptor, or -errno.
  int Add(std::shared_ptr<SocketFile> file);
  // Null: -EBADF. What is found stays while it is used, although another thread may remove it.
  std::shared_ptr<SocketFile> Find(int fd) const;
  // The socket, which is no descriptor's any more; null if it was none. The kernel's descriptor stays open.
  std::shared_ptr<SocketFile> Remove(int fd);

 private:
  std::map<int, std::shared_ptr<SocketFile>> files_;
};

}  // namespace nut::packetdrill
