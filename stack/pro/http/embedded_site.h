// The files of the node's own site (stack/pro/http/site), part of the program since it was compiled.
#pragma once

#include <span>
#include <string_view>

namespace nut::pro {

struct EmbeddedFile {
  std::string_view name;  // "index.html"
  std::string_view bytes;
  std::string_view etag;  // from the bytes, in its quotes
};

// Defined in a file that the build makes of the site's files.
std::span<const EmbeddedFile> EmbeddedSite();

// Null when the site has no such file.
const EmbeddedFile* FindEmbedded(std::string_view name);

}  // namespace nut::pro
