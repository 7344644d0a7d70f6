#include "tools/explore/temporary_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace nut::explorer {

tl::expected<TemporaryFile, std::string> TemporaryFile::Create() {
  const char* const folder = std::getenv("TMPDIR");
  std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/nutexplore-XXXXXX";
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) return tl::unexpected(path + ": " + std::strerror(errno));
  close(descriptor);
  return TemporaryFile(std::move(path));
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

std::vector<uint8_t> TemporaryFile::Read() const {
  std::ifstream file(path_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace nut::explorer
