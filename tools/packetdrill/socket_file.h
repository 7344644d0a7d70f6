// SocketFile: what a descriptor of packetdrill's stands for: a TCP socket, from its creation to its end, with
// the manners of Linux. Its functions return what the call of that name returns, or -errno. Owned by the
// descriptor table; used on threads of the node.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <optional>
#include <span>
#include <utility>

#include "stack/tcp/engine.h"

namespace nut::packetdrill {

class SocketFile {
 public:
  SocketFile(tcp::Engine& engine, bool nonblocking) : engine_(engine), nonblocking_(nonblocking) {}
  // One that was accepted.
  SocketFile(tcp::Engine& engine, tcp::ConnectionHandle connection, bool nonblocking)
      : engine_(engine), connection_(connection), nonblocking_(nonblocking) {}
  // Lets go without waiting.
  ~SocketFile() {
    linger_.reset();
    Close();
  }
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  int Bind(const wire::Endpoint& local);
  int Listen(int backlog);
  // Waits, unless it does not block; the connection is to be kept in a file of its own.
  Result<tcp::ConnectionHandle> Accept();
  int Connect(const wire::Endpoint& remote);
  // MSG_FASTOPEN: as Connect, and says `pieces` first, with the SYN where a cookie is known (RFC 7413).
  int64_t ConnectSaying(const wire::Endpoint& remote, std::span<const iovec> pieces);
  // `flags`: MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL.
  int64_t Receive(std::span<const iovec> pieces, int flags);
  // `flags`: MSG_DONTWAIT, MSG_OOB; MSG_NOSIGNAL is how it always is.
  int64_t Send(std::span<const iovec> pieces, int flags);
  int Shutdown(int how);
  void Close();

  // POLLIN and the like, those that are true now.
  short Ready() const;
  bool nonblocking() const { return nonblocking_; }
  void set_nonblocking(bool nonblocking) { nonblocking_ = nonblocking; }
  Result<wire::EndpointPair> Ends() const { return engine_.Ends(connection_); }
  Result<tcp::ConnectionInfo> Info() const { return engine_.Info(connection_); }
  int GetOption(int level, int name, void* value, socklen_t* size);
  int SetOption(int level, int name, const void* value, socklen_t size);
  // FIONREAD, SIOCOUTQ.
  int Control(unsigned long request, int* value) const;

 private:
  int WaitConnected();
  bool is_listening() const { return listener_.has_value(); }
  bool is_connection() const { return connection_.valid(); }
  Duration Patience(int flags) const;
  tcp::Parameters Parameters() const;
  void SetParameters(const tcp::Parameters& parameters);
  int FillTcpInfo(void* value, socklen_t* size) const;
  int TakeError();

  tcp::Engine& engine_;
  wire::Endpoint local_;
  std::optional<tcp::ListenerHandle> listener_;
  tcp::ConnectionHandle connection_;
  std::optional<tcp::Parameters> parameters_;  // options that were set before there was a connection
  std::optional<Duration> linger_;
  bool nonblocking_;
  bool connected_ = false;
  bool read_shut_ = false;
};

}  // namespace nut::packetdrill
