#include "CNFTables.h"

#include <dlfcn.h>
#include <stddef.h>

static struct {
  __typeof__(nft_ctx_new) *ctx_new;
  __typeof__(nft_ctx_free) *ctx_free;
  __typeof__(nft_ctx_buffer_output) *ctx_buffer_output;
  __typeof__(nft_ctx_buffer_error) *ctx_buffer_error;
  __typeof__(nft_ctx_get_error_buffer) *ctx_get_error_buffer;
  __typeof__(nft_run_cmd_from_buffer) *run_cmd_from_buffer;
} nft;

#define FIND(function)                                          \
  do {                                                          \
    nft.function = (__typeof__(nft.function))dlsym(library, "nft_" #function); \
    if (nft.function == NULL) return dlerror();                 \
  } while (0)

const char *gantry_nft_load(void) {
  void *library = dlopen("libnftables.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return dlerror();
  FIND(ctx_new);
  FIND(ctx_free);
  FIND(ctx_buffer_output);
  FIND(ctx_buffer_error);
  FIND(ctx_get_error_buffer);
  FIND(run_cmd_from_buffer);
  return NULL;
}

struct nft_ctx *gantry_nft_ctx_new(unsigned int flags) { return nft.ctx_new(flags); }

void gantry_nft_ctx_free(struct nft_ctx *context) { nft.ctx_free(context); }

int gantry_nft_ctx_buffer_output(struct nft_ctx *context) { return nft.ctx_buffer_output(context); }

int gantry_nft_ctx_buffer_error(struct nft_ctx *context) { return nft.ctx_buffer_error(context); }

const char *gantry_nft_ctx_get_error_buffer(struct nft_ctx *context) { return nft.ctx_get_error_buffer(context); }

int gantry_nft_run_cmd_from_buffer(struct nft_ctx *context, const char *commands) {
  return nft.run_cmd_from_buffer(context, commands);
}
