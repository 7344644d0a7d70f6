#include "stack/pro/http/embedded_site.h"

namespace nut::pro {

const EmbeddedFile* FindEmbedded(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedSite()) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace nut::pro
