#include "CGzip.h"

// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.gzip.
#pragma weak isal_inflate
#pragma weak isal_inflate_init
#pragma weak isal_inflate_reset

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

struct gantry_gunzip {
  struct inflate_state state;
  // What follows the last member is no member.
  int is_over;
};

static void begin_member(struct inflate_state *state) { state->crc_flag = ISAL_GZIP; }

gantry_gunzip *gantry_gunzip_new(void) {
  gantry_gunzip *gunzip = calloc(1, sizeof *gunzip);
  if (gunzip == NULL) return NULL;
  isal_inflate_init(&gunzip->state);
  begin_member(&gunzip->state);
  return gunzip;
}

void gantry_gunzip_free(gantry_gunzip *gunzip) { free(gunzip); }

void gantry_gunzip_feed(gantry_gunzip *gunzip, const void *bytes, size_t count) {
  gunzip->state.next_in = (uint8_t *)bytes;
  gunzip->state.avail_in = (uint32_t)count;
}

long gantry_gunzip_take(gantry_gunzip *gunzip, void *out, size_t room) {
  struct inflate_state *state = &gunzip->state;
  state->next_out = out;
  state->avail_out = (uint32_t)room;
  while (state->avail_out > 0 && !gunzip->is_over) {
    if (state->block_state == ISAL_BLOCK_FINISH) {
      if (state->avail_in == 0) break;
      if (state->next_in[0] != 0x1F || (state->avail_in > 1 && state->next_in[1] != 0x8B)) {
        gunzip->is_over = 1;
        break;
      }
      isal_inflate_reset(state);
      begin_member(state);
    }
    if (isal_inflate(state) != ISAL_DECOMP_OK) return -1;
    if (state->avail_in == 0 && state->avail_out > 0) break;
  }
  return (long)room - (long)state->avail_out;
}

int gantry_gunzip_is_whole(const gantry_gunzip *gunzip) {
  return gunzip->state.block_state == ISAL_BLOCK_FINISH;
}
