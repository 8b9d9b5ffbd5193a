// libnftables, loaded when it is needed: every shipped plugin is the same executable, and only one of them has rules to
// make. The others would pay for its libraries with memory and with the time to start.
#pragma once

#include <nftables/libnftables.h>

/// Loads the library; once is enough, more does no harm. NULL, or a static text that says why it cannot be loaded.
const char *gantry_nft_load(void);

// libnftables(3), each under its own name there. Only after gantry_nft_load() returned NULL.
struct nft_ctx *gantry_nft_ctx_new(unsigned int flags);
void gantry_nft_ctx_free(struct nft_ctx *context);
int gantry_nft_ctx_buffer_output(struct nft_ctx *context);
int gantry_nft_ctx_buffer_error(struct nft_ctx *context);
const char *gantry_nft_ctx_get_error_buffer(struct nft_ctx *context);
int gantry_nft_run_cmd_from_buffer(struct nft_ctx *context, const char *commands);
