#include "arena.h"

#include <stdlib.h>

struct gantry_arena_chunk {
  struct gantry_arena_chunk *next;
  // Keeps what follows the header aligned to 16 bytes.
  void *padding;
};

static const size_t smallest_chunk = 16 << 10;

static void *allocate(void *arena, size_t size) { return gantry_arena_allocate(arena, size); }

static void leave(void *arena, void *pointer) {
  (void)arena;
  (void)pointer;
}

void gantry_arena_init(gantry_arena *arena, void *first, size_t size, size_t budget) {
  arena->allocator = (ProtobufCAllocator){.alloc = allocate, .free = leave, .allocator_data = arena};
  arena->cursor = first;
  arena->end = arena->cursor + size;
  arena->chunks = NULL;
  arena->budget = budget;
  arena->exhausted = 0;
}

void gantry_arena_release(gantry_arena *arena) {
  while (arena->chunks != NULL) {
    struct gantry_arena_chunk *chunk = arena->chunks;
    arena->chunks = chunk->next;
    free(chunk);
  }
}

void *gantry_arena_grow(gantry_arena *arena, size_t size) {
  // A large block gets a chunk of its own; what is left of the current one stays in use.
  int large = size > smallest_chunk / 2;
  size_t room = large ? size : smallest_chunk;
  struct gantry_arena_chunk *chunk = malloc(sizeof *chunk + room);
  if (chunk == NULL) return NULL;
  chunk->next = arena->chunks;
  arena->chunks = chunk;
  uint8_t *start = (uint8_t *)(chunk + 1);
  if (large) return start;
  arena->cursor = start + size;
  arena->end = start + room;
  return start;
}
