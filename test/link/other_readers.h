// Runs the programs that people read captures with, when the machine has them: tshark, capinfos, tcpdump.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/bytes.h"

namespace nut::link {

inline bool HaveProgram(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

// Everything that `command` prints, errors included, one line per element.
inline std::vector<std::string> LinesOf(const std::string& command) {
  std::vector<std::string> lines;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string text;
  char piece[4096];
  while (const size_t count = fread(piece, 1, sizeof piece, pipe)) text.append(piece, count);
  pclose(pipe);
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    // Says so wherever tests run as root.
    if (line.find("Running as user \"root\"") == std::string::npos) lines.push_back(line);
  }
  return lines;
}

inline std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

inline std::string TextOf(const std::string& command) { return Joined(LinesOf(command)); }

// A file in the test's own folder; gives its path.
inline std::string WriteFile(std::string_view name, ByteView bytes) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/" + std::string(name);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

// tshark's fields of each packet, separated by "|".
inline std::vector<std::string> TsharkFields(const std::string& path, const std::vector<std::string>& fields,
                                             const std::string& more = "") {
  std::string command = "HOME=/nonexistent tshark -n -r " + path + " " + more + " -T fields -E separator='|'";
  for (const std::string& field : fields) command += " -e " + field;
  return LinesOf(command);
}

}  // namespace nut::link
