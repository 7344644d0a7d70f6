#include "stack/pro/http/http_service.h"

#include <utility>

#include "stack/pro/http/host_file_tree.h"
#include "stack/pro/http/http_session.h"

namespace nut::pro {

Result<void> HttpService::Prepare() {
  std::unique_ptr<FileTree> files;
  if (!options_.www.empty()) {
    auto tree = HostFileTree::Open(options_.www);
    if (!tree) return Fail(tree.error());
    files = std::move(*tree);
  }
  site_ = std::make_unique<HttpSite>(clock_, inspector_, options_, std::move(files));
  return {};
}

Result<void> HttpService::Serve(ServerStream& stream) {
  return HttpSession(stream, *site_, options_, clock_, log_).Run();
}

}  // namespace nut::pro
