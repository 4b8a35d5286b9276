/* The allocator hook, and free lists of small blocks per thread. */
#ifndef WEIR_BASE_ALLOCATOR_H
#define WEIR_BASE_ALLOCATOR_H

#include <stddef.h>

void *weir_allocate(size_t size);
void *weir_reallocate(void *memory, size_t size);
void weir_deallocate(void *memory);

/*
 * Blocks that come and go all the time. The caller remembers the size. A block may be returned on another thread than
 * the one that took it.
 */
void *weir_pool_take(size_t size);
void weir_pool_return(void *memory, size_t size);

#endif
