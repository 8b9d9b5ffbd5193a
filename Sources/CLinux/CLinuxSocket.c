#define _GNU_SOURCE
#include "CLinuxSocket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { most_descriptors = 32 };

ssize_t gantry_send(int fd, const void *bytes, size_t length, const int *descriptors, size_t count) {
  if (count == 0) return send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count > most_descriptors) {
    errno = EINVAL;
    return -1;
  }
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(most_descriptors * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
  return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t gantry_receive(int fd, void *bytes, size_t length, int *descriptors, size_t *count, int *lost) {
  size_t room = *count < most_descriptors ? *count : most_descriptors;
  *count = 0;
  *lost = 0;
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(most_descriptors * sizeof(int))];
  } control;
  struct iovec part = {.iov_base = bytes, .iov_len = length};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(room * sizeof(int))};
  ssize_t received = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  *lost = (message.msg_flags & MSG_CTRUNC) != 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    // CMSG_SPACE rounds up, so one more than `room` can fit; what the caller has no room for is closed.
    size_t came = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const unsigned char *data = CMSG_DATA(header);
    for (size_t i = 0; i < came; i++) {
      int descriptor;
      memcpy(&descriptor, data + i * sizeof(int), sizeof(int));
      if (*count < room) {
        descriptors[(*count)++] = descriptor;
      } else {
        close(descriptor);
        *lost = 1;
      }
    }
  }
  return received;
}

int gantry_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -1;
  *pid = peer.pid;
  *uid = peer.uid;
  *gid = peer.gid;
  return 0;
}

int gantry_unix_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

int gantry_unix_socketpair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

static int fill(struct sockaddr_un *address, const char *path, size_t length) {
  if (length == 0 || length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

int gantry_unix_bind(int fd, const char *path, size_t length) {
  struct sockaddr_un address;
  if (fill(&address, path, length) < 0) return -1;
  return bind(fd, (struct sockaddr *)&address, sizeof address);
}

int gantry_unix_connect(int fd, const char *path, size_t length) {
  struct sockaddr_un address;
  if (fill(&address, path, length) < 0) return -1;
  return connect(fd, (struct sockaddr *)&address, sizeof address);
}

int gantry_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_CLOEXEC); }
