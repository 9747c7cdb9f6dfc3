// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <malloc.h>

/* From this size on an allocation is a mapping of its own, which goes back when it is freed. Set,
   it stays: by itself glibc raises it to the size of whatever large block is freed. */
#define LARGE (256 * 1024)

void clinux_share_arenas(void) {
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, LARGE);
}

void clinux_return_memory(void) { malloc_trim(0); }
