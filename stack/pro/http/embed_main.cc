// embed OUT.cc FILE…: writes C++ that holds the files' bytes, for embedded_site.h. Runs at build time only.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace {

constexpr size_t kBytesInLine = 32;

// 64 bits of FNV-1a: tells versions of a file apart, protects against nobody.
uint64_t HashOf(const std::string& bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

void WriteFile(std::FILE* out, const std::string& path, const std::string& bytes) {
  std::fprintf(out, "    {\"%s\",\n     {", path.substr(path.rfind('/') + 1).c_str());
  for (size_t i = 0; i < bytes.size(); i += kBytesInLine) {
    std::fputs(i == 0 ? "\"" : "\n      \"", out);
    for (size_t j = i; j < bytes.size() && j < i + kBytesInLine; ++j) {
      std::fprintf(out, "\\%03o", static_cast<unsigned char>(bytes[j]));
    }
    std::fputs("\"", out);
  }
  if (bytes.empty()) std::fputs("\"\"", out);
  std::fprintf(out, ", %zu},\n     \"\\\"%016llx\\\"\"},\n", bytes.size(),
               static_cast<unsigned long long>(HashOf(bytes)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: embed OUT.cc FILE...\n", stderr);
    return 64;
  }
  std::FILE* out = std::fopen(argv[1], "w");
  if (out == nullptr) {
    std::perror(argv[1]);
    return 71;
  }
  std::fputs(
      "// Made at build time from the files of stack/pro/http/site.\n#include "
      "\"stack/pro/http/embedded_site.h\"\n\n"
      "namespace nut::pro {\nnamespace {\n\nconstexpr EmbeddedFile kFiles[] = {\n",
      out);
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::perror(argv[i]);
      return 71;
    }
    WriteFile(out, argv[i], std::string(std::istreambuf_iterator<char>(file), {}));
  }
  std::fputs(
      "};\n\n}  // namespace\n\nstd::span<const EmbeddedFile> EmbeddedSite() { return kFiles; }\n\n}  // "
      "namespace "
      "nut::pro\n",
      out);
  if (std::fclose(out) != 0) {
    std::perror(argv[1]);
    return 71;
  }
  return 0;
}
