/* The allocator hook, and free lists of small blocks per thread. */
#ifndef WEIR_BASE_ALLOCATOR_H
#define WEIR_BASE_ALLOCATOR_H

#include <stddef.h>

void *weir_allocate(size_t size);
void *weir_reallocate(void *memory, size_t size);
void weir_deallocate(void *memory);

/* Under a sanitizer every block goes back at once, or it could not see a use after free. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_POOL_ENABLED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define WEIR_POOL_ENABLED 0
#endif
#endif
#ifndef WEIR_POOL_ENABLED
#define WEIR_POOL_ENABLED 1
#endif

enum {
	WEIR_POOL_GRAIN = 32,
	WEIR_POOL_CLASSES = 64, /* up to 2 KiB */
	WEIR_POOL_KEEP = 64 << 10, /* bytes kept per class; beyond it blocks go back to the allocator */
};

struct weir_free_block {
	struct weir_free_block *next;
};

struct weir_free_list {
	struct weir_free_block *first;
	size_t room; /* how many more blocks may be kept; 0 also before the first one comes */
};

struct weir_thread_pool {
	struct weir_free_list lists[WEIR_POOL_CLASSES];
	void *kept_block; /* of kit/scalar.c; given back with the rest */
	int is_registered;
};

extern __thread struct weir_thread_pool weir_thread_pool __attribute__((tls_model("initial-exec")));

void *weir_pool_take_slowly(size_t size);
void weir_pool_return_slowly(void *memory, size_t size);

static inline size_t weir_pool_class(size_t size)
{
	return (size - 1) / WEIR_POOL_GRAIN;
}

/*
 * Blocks that come and go all the time. The caller remembers the size. A block may be returned on another thread than
 * the one that took it.
 */
static inline void *weir_pool_take(size_t size)
{
	size_t index = weir_pool_class(size);

	if (WEIR_POOL_ENABLED && index < WEIR_POOL_CLASSES) {
		struct weir_free_list *list = &weir_thread_pool.lists[index];
		struct weir_free_block *block = list->first;

		if (__builtin_expect(block != NULL, 1)) {
			list->first = block->next;
			list->room++;
			return block;
		}
	}
	return weir_pool_take_slowly(size);
}

static inline void weir_pool_return(void *memory, size_t size)
{
	size_t index = weir_pool_class(size);

	if (WEIR_POOL_ENABLED && index < WEIR_POOL_CLASSES) {
		struct weir_free_list *list = &weir_thread_pool.lists[index];

		if (__builtin_expect(list->room > 0, 1)) {
			struct weir_free_block *block = (struct weir_free_block *)memory;

			list->room--;
			block->next = list->first;
			list->first = block;
			return;
		}
	}
	weir_pool_return_slowly(memory, size);
}

#endif
