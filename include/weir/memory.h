/** @file
 * The one door through which all memory of the library comes. */
#ifndef WEIR_MEMORY_H
#define WEIR_MEMORY_H

#include <weir/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where memory comes from.
 *
 * `reallocate(NULL, n, context)` allocates, `reallocate(p, n, context)` resizes, and both answer NULL when there is no
 * memory (then `p` stays as it was). `deallocate(NULL, context)` does nothing. Both are called from every thread that
 * uses the library.
 */
struct weir_allocator {
	/** Allocate or resize. */
	void *(*reallocate)(void *memory, size_t size, void *context);
	/** Free. */
	void (*deallocate)(void *memory, void *context);
	/** Handed to both. */
	void *context;
};

/**
 * Replace the allocator for the whole process.
 *
 * Call it while the library holds no memory: before first use, or after every loop, observable and value is gone.
 *
 * @param allocator  copied; NULL restores the C library's
 */
WEIR_API void weir_set_allocator(const struct weir_allocator *allocator);

/**
 * Give back what this thread keeps in its free lists (arenas of ended subscriptions, small blocks).
 *
 * A thread does so by itself when it ends.
 */
WEIR_API void weir_memory_trim(void);

#ifdef __cplusplus
}
#endif
#endif
