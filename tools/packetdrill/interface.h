// The function table by which packetdrill drives a stack in user space (its option --so_filename): the calls
// of POSIX, each with the stack's own pointer in front, and the two ends of the wire. An own declaration of
// what packetdrill hands over; order and types are the interface.
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" {

struct packetdrill_interface {
  void* userdata;
  void (*free)(void* userdata);
  int (*socket)(void* userdata, int domain, int type, int protocol);
  int (*bind)(void* userdata, int fd, const struct sockaddr* address, socklen_t size);
  int (*listen)(void* userdata, int fd, int backlog);
  int (*accept)(void* userdata, int fd, struct sockaddr* address, socklen_t* size);
  int (*connect)(void* userdata, int fd, const struct sockaddr* address, socklen_t size);
  ssize_t (*read)(void* userdata, int fd, void* buffer, size_t count);
  ssize_t (*readv)(void* userdata, int fd, const struct iovec* pieces, int count);
  ssize_t (*recv)(void* userdata, int fd, void* buffer, size_t size, int flags);
  ssize_t (*recvfrom)(void* userdata, int fd, void* buffer, size_t size, int flags, struct sockaddr* from,
                      socklen_t* from_size);
  ssize_t (*recvmsg)(void* userdata, int fd, struct msghdr* message, int flags);
  ssize_t (*write)(void* userdata, int fd, const void* buffer, size_t count);
  ssize_t (*writev)(void* userdata, int fd, const struct iovec* pieces, int count);
  ssize_t (*send)(void* userdata, int fd, const void* buffer, size_t size, int flags);
  ssize_t (*sendto)(void* userdata, int fd, const void* buffer, size_t size, int flags,
                    const struct sockaddr* to, socklen_t to_size);
  ssize_t (*sendmsg)(void* userdata, int fd, const struct msghdr* message, int flags);
  int (*fcntl)(void* userdata, int fd, int command, ...);
  int (*ioctl)(void* userdata, int fd, unsigned long request, ...);
  int (*close)(void* userdata, int fd);
  int (*shutdown)(void* userdata, int fd, int how);
  int (*getsockopt)(void* userdata, int fd, int level, int name, void* value, socklen_t* size);
  int (*setsockopt)(void* userdata, int fd, int level, int name, const void* value, socklen_t size);
  int (*poll)(void* userdata, struct pollfd* fds, nfds_t count, int timeout);
  // One raw IP packet into the stack.
  int (*netdev_send)(void* userdata, const void* buffer, size_t count);
  // Blocks until the stack sends a raw IP packet; `count` is the room, then the packet's size, 0 for none.
  int (*netdev_receive)(void* userdata, void* buffer, size_t* count, long long* time_usecs);
  int (*usleep)(void* userdata, useconds_t usecs);
  int (*gettimeofday)(void* userdata, struct timeval* now, struct timezone* zone);
  int (*epoll_create)(void* userdata, int size);
  int (*epoll_ctl)(void* userdata, int epfd, int operation, int fd, struct epoll_event* event);
  int (*epoll_wait)(void* userdata, int epfd, struct epoll_event* events, int maximum, int timeout);
  int (*pipe)(void* userdata, int fds[2]);
  int (*splice)(void* userdata, int fd_in, loff_t* offset_in, int fd_out, loff_t* offset_out, size_t size,
                unsigned flags);
};

// The one symbol of the shared object: fills the table. `flags`: --so_flags of packetdrill, options of
// nutnode; a mistake in them ends the process with a message.
void packetdrill_interface_init(const char* flags, struct packetdrill_interface* table);

}  // extern "C"
