#include "tap/system_calls.h"

#include <fcntl.h>

namespace nut::tap {

std::string ReadSmallFile(SystemCalls& system, const char* path, int* error) {
  const int fd = system.Open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    *error = fd;
    return {};
  }
  char buffer[4096];
  const ssize_t size = system.Read(fd, buffer, sizeof buffer);
  system.Close(fd);
  *error = size < 0 ? static_cast<int>(size) : 0;
  return size > 0 ? std::string(buffer, static_cast<size_t>(size)) : std::string();
}

}  // namespace nut::tap
