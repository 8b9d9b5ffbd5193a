#define _GNU_SOURCE
#include "CLinux.h"

#include <net/if.h>
#include <string.h>

int gantry_interface_up(int socket, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(socket, SIOCGIFFLAGS, &request) < 0) return -1;
  request.ifr_flags |= IFF_UP;
  return ioctl(socket, SIOCSIFFLAGS, &request);
}
