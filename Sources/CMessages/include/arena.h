// Memory for one message on its way through the C codec: handed out by moving a pointer, given back all
// at once, and never more than a budget. libprotobuf-c takes an allocator as two C function pointers,
// which is why this is C and not Swift.
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdint.h>
#include <string.h>

struct gantry_arena_chunk;

typedef struct gantry_arena {
  // What libprotobuf-c is given. Its free does nothing.
  ProtobufCAllocator allocator;
  uint8_t *cursor;
  uint8_t *end;
  struct gantry_arena_chunk *chunks;
  // Bytes that may still be handed out.
  size_t budget;
  // Whether an allocation was refused because the budget was spent.
  int exhausted;
} gantry_arena;

// `first` is memory of the caller's that is used before any is asked of malloc, aligned to 16 bytes. The arena
// must not move in memory before it is released.
void gantry_arena_init(gantry_arena *arena, void *first, size_t size, size_t budget);

// Frees all that was handed out.
void gantry_arena_release(gantry_arena *arena);

// The part of gantry_arena_allocate that needs a new chunk.
void *gantry_arena_grow(gantry_arena *arena, size_t size);

// `size` bytes aligned to 16, not zeroed; NULL where the budget or the memory is spent.
static inline void *gantry_arena_allocate(gantry_arena *arena, size_t size) {
  size_t rounded = (size + 15) & ~(size_t)15;
  if (rounded < size || rounded > arena->budget) {
    arena->exhausted = 1;
    return NULL;
  }
  arena->budget -= rounded;
  if ((size_t)(arena->end - arena->cursor) < rounded) return gantry_arena_grow(arena, rounded);
  void *result = arena->cursor;
  arena->cursor += rounded;
  return result;
}
