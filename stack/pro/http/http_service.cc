#include "stack/pro/http/http_service.h"

#include <utility>

#include "stack/pro/http/host_file_tree.h"

namespace nut::pro {

// Gives the session back, also when the thread is ended in the middle.
class HttpService::Lease {
 public:
  explicit Lease(HttpService& service) : service_(service) {
    if (service.sessions_.empty()) {
      session_ = std::make_unique<HttpSession>(*service.site_, service.memory_, service.options_,
                                               service.clock_, service.log_);
    } else {
      session_ = std::move(service.sessions_.back());
      service.sessions_.pop_back();
    }
  }
  ~Lease() {
    if (service_.sessions_.size() < service_.options_.kept_sessions)
      service_.sessions_.push_back(std::move(session_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  HttpSession& operator*() const { return *session_; }

 private:
  HttpService& service_;
  std::unique_ptr<HttpSession> session_;
};

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

Result<Next> HttpService::Serve(ServerStream& stream) {
  if (!stream.readable()) return Next::kWait;
  const Lease session(*this);
  return (*session).Run(stream);
}

}  // namespace nut::pro
