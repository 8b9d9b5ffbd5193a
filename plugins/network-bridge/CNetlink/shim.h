// The kernel's own headers of the routing socket; Swift's Glibc module leaves them out.
#pragma once
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
