// The listing of a directory that has no index.html.
#pragma once

#include <string>
#include <vector>

#include "stack/pro/http/file_tree.h"
#include "stack/pro/http/url_path.h"

namespace nut::pro {

// An HTML document: directories first, then files, each by name, with sizes and dates. `complete`: no entry
// was left out.
std::string DirectoryPage(const UrlPath& path, std::vector<DirectoryEntry> entries, bool complete);

}  // namespace nut::pro
