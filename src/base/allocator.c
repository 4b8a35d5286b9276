/* The allocator hook, and free lists of small blocks per thread. See base/allocator.h and weir/memory.h. */
#include "base/allocator.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include <weir/memory.h>

/* Under a sanitizer every block goes back at once, or it could not see a use after free. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define POOL_ENABLED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define POOL_ENABLED 0
#endif
#endif
#ifndef POOL_ENABLED
#define POOL_ENABLED 1
#endif

static void *libc_reallocate(void *memory, size_t size, void *context)
{
	(void)context;
	return realloc(memory, size);
}

static void libc_deallocate(void *memory, void *context)
{
	(void)context;
	free(memory);
}

static struct weir_allocator allocator = { libc_reallocate, libc_deallocate, NULL };

void *weir_allocate(size_t size)
{
	return allocator.reallocate(NULL, size, allocator.context);
}

void *weir_reallocate(void *memory, size_t size)
{
	return allocator.reallocate(memory, size, allocator.context);
}

void weir_deallocate(void *memory)
{
	if (memory != NULL)
		allocator.deallocate(memory, allocator.context);
}

#if POOL_ENABLED

enum {
	POOL_GRAIN = 32,
	POOL_CLASSES = 64, /* up to 2 KiB */
	POOL_KEEP = 64 << 10, /* bytes kept per class; beyond it blocks go back to the allocator */
};

struct free_block {
	struct free_block *next;
};

struct free_list {
	struct free_block *first;
	size_t room; /* further blocks that may be kept, plus one; 0: not set up yet */
};

struct thread_pool {
	struct free_list lists[POOL_CLASSES];
	int registered;
};

static __thread struct thread_pool pool __attribute__((tls_model("initial-exec")));
static pthread_key_t pool_key;
static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

void weir_memory_trim(void)
{
	for (size_t index = 0; index < POOL_CLASSES; index++) {
		struct free_list *list = &pool.lists[index];

		while (list->first != NULL) {
			struct free_block *block = list->first;

			list->first = block->next;
			weir_deallocate(block);
		}
		list->room = 0;
	}
}

static void pool_end_thread(void *unused)
{
	(void)unused;
	weir_memory_trim();
	pool.registered = 0;
}

static void pool_make_key(void)
{
	pthread_key_create(&pool_key, pool_end_thread);
}

static void free_list_set_up(struct free_list *list, size_t block_size)
{
	list->room = POOL_KEEP / block_size + 1;
	if (!pool.registered) {
		pthread_once(&pool_once, pool_make_key);
		pthread_setspecific(pool_key, &pool);
		pool.registered = 1;
	}
}

static size_t size_class(size_t size)
{
	return (size - 1) / POOL_GRAIN;
}

void *weir_pool_take(size_t size)
{
	size_t index = size_class(size);

	if (index >= POOL_CLASSES)
		return weir_allocate(size);

	struct free_list *list = &pool.lists[index];
	struct free_block *block = list->first;

	if (block == NULL)
		return weir_allocate((index + 1) * POOL_GRAIN);
	list->first = block->next;
	list->room++;
	return block;
}

void weir_pool_return(void *memory, size_t size)
{
	size_t index = size_class(size);

	if (index >= POOL_CLASSES) {
		weir_deallocate(memory);
		return;
	}

	struct free_list *list = &pool.lists[index];
	struct free_block *block = memory;

	if (list->room <= 1) {
		if (list->room == 1) {
			weir_deallocate(memory);
			return;
		}
		free_list_set_up(list, (index + 1) * POOL_GRAIN);
	}
	list->room--;
	block->next = list->first;
	list->first = block;
}

#else

void weir_memory_trim(void)
{
}

void *weir_pool_take(size_t size)
{
	return weir_allocate(size);
}

void weir_pool_return(void *memory, size_t size)
{
	(void)size;
	weir_deallocate(memory);
}

#endif

void weir_set_allocator(const struct weir_allocator *replacement)
{
	weir_memory_trim();
	allocator = replacement != NULL ? *replacement
					: (struct weir_allocator){ libc_reallocate, libc_deallocate, NULL };
}
