#include "kit/faults.h"

#include <stdint.h>
#include <stdlib.h>

#include <weir/memory.h>

static size_t allocations;
static size_t live;
static size_t first_failing = SIZE_MAX;
static size_t last_failing;
static bool hit;

static void *reallocate(void *memory, size_t size, void *context)
{
	size_t number = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);

	(void)context;
	if (number >= first_failing && number <= last_failing) {
		hit = true;
		return NULL;
	}

	void *block = realloc(memory, size);

	if (block != NULL && memory == NULL)
		__atomic_add_fetch(&live, 1, __ATOMIC_RELAXED);
	return block;
}

static void deallocate(void *memory, void *context)
{
	(void)context;
	if (memory != NULL)
		__atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
	free(memory);
}

void faults_install(void)
{
	weir_set_allocator(&(struct weir_allocator){ reallocate, deallocate, NULL });
}

void faults_fail_once(size_t number)
{
	/* What a free list holds would be taken without asking for it. */
	weir_memory_trim();
	hit = false;
	first_failing = last_failing = number > 0 ? allocations + number : SIZE_MAX;
}

void faults_fail_from(size_t number)
{
	faults_fail_once(number);
	last_failing = SIZE_MAX;
}

void faults_stop(void)
{
	first_failing = SIZE_MAX;
	last_failing = 0;
}

bool faults_hit(void)
{
	return hit;
}

size_t faults_allocations(void)
{
	return allocations;
}

size_t faults_live_blocks(void)
{
	weir_memory_trim();
	return live;
}
