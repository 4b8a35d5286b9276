/* The allocator hook, and free lists of small blocks per thread. See base/allocator.h and weir/memory.h. */
#include "base/allocator.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include <weir/memory.h>

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

__thread struct weir_thread_pool weir_thread_pool __attribute__((tls_model("initial-exec")));
static pthread_key_t pool_key;
static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

void weir_memory_trim(void)
{
	weir_deallocate(weir_thread_pool.kept_block);
	weir_thread_pool.kept_block = NULL;
	for (size_t index = 0; index < WEIR_POOL_CLASSES; index++) {
		struct weir_free_list *list = &weir_thread_pool.lists[index];

		while (list->first != NULL) {
			struct weir_free_block *block = list->first;

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
	weir_thread_pool.is_registered = 0;
}

static void pool_make_key(void)
{
	pthread_key_create(&pool_key, pool_end_thread);
}

static void pool_register_thread(void)
{
	if (weir_thread_pool.is_registered)
		return;
	pthread_once(&pool_once, pool_make_key);
	pthread_setspecific(pool_key, &weir_thread_pool);
	weir_thread_pool.is_registered = 1;
}

void *weir_pool_take_slowly(size_t size)
{
	/* Whole grains, so that any block of a class serves all its sizes. */
	if (WEIR_POOL_ENABLED && weir_pool_class(size) < WEIR_POOL_CLASSES)
		size = (weir_pool_class(size) + 1) * WEIR_POOL_GRAIN;
	return weir_allocate(size);
}

/* There is no room in the list: it is full, or has never been used. */
void weir_pool_return_slowly(void *memory, size_t size)
{
	size_t index = weir_pool_class(size);

	if (WEIR_POOL_ENABLED && index < WEIR_POOL_CLASSES && weir_thread_pool.lists[index].first == NULL) {
		pool_register_thread();
		weir_thread_pool.lists[index].room = WEIR_POOL_KEEP / ((index + 1) * WEIR_POOL_GRAIN);
		weir_pool_return(memory, size);
		return;
	}
	weir_deallocate(memory);
}

void weir_set_allocator(const struct weir_allocator *replacement)
{
	weir_memory_trim();
	allocator =
		replacement != NULL ? *replacement : (struct weir_allocator){ libc_reallocate, libc_deallocate, NULL };
}
