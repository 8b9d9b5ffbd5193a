// Decompressing gzip by ISA-L, which takes a quarter of zlib's time. In C because the library's state is a structure with
// arrays that Swift does not import.
#pragma once

#include <stddef.h>

typedef struct gantry_gunzip gantry_gunzip;

// NULL where there is no memory; to be freed with gantry_gunzip_free.
gantry_gunzip *gantry_gunzip_new(void);
void gantry_gunzip_free(gantry_gunzip *gunzip);

// Gives it the next bytes. They stay the caller's, who keeps them until gantry_gunzip_take has returned less than asked for.
void gantry_gunzip_feed(gantry_gunzip *gunzip, const void *bytes, size_t count);

// Writes what comes out, `room` bytes at most. Returns how many; fewer than `room` where more input is needed, -1 where
// the data is damaged. Members that follow each other are one stream; what is no member after them is left out, as by gzip.
long gantry_gunzip_take(gantry_gunzip *gunzip, void *out, size_t room);

// Whether what was given so far ends where a member ends.
int gantry_gunzip_is_whole(const gantry_gunzip *gunzip);
