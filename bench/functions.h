/*
 * functions: the user functions of the workloads. Each exists twice: `work_*`, which may be inlined, states the
 * arithmetic; `user_*`, compiled in a file of its own and reached through bench_user_functions(), is what a caller of a
 * callback library pays for.
 *
 * A library whose callbacks have another signature wraps `work_*` in its own callbacks, in a file of their own, so that
 * both sides pay one opaque call per stage and item. Wrapping `user_*` would charge it for two.
 */
#ifndef WEIR_BENCH_FUNCTIONS_H
#define WEIR_BENCH_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>

#define WORK_GROUPS 1000

static inline int64_t work_map(int64_t x)
{
	return x * 3 + 1;
}

/* Keeps the even values. */
static inline int work_keep(int64_t x)
{
	return (x & 1) == 0;
}

static inline int64_t work_add(int64_t total, int64_t x)
{
	return total + x;
}

static inline int64_t work_combine(int64_t a, int64_t b)
{
	return a + 2 * b;
}

static inline int64_t work_group(int64_t x)
{
	return (int64_t)((uint64_t)x % WORK_GROUPS);
}

/* The key by which neighbours are told apart: two in a row have the same. */
static inline int64_t work_pair(int64_t x)
{
	return x >> 1;
}

static inline int64_t work_total(const int64_t *values, size_t count)
{
	int64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += values[i];
	return total;
}

/* What the last stage of a pipeline delivers to: the context of user_next(). */
struct work_sink {
	uint64_t sum;
};

static inline void work_next(struct work_sink *sink, int64_t x)
{
	sink->sum += (uint64_t)x;
}

struct bench_user_functions {
	int64_t (*map)(int64_t x);
	int (*keep)(int64_t x);
	int64_t (*add)(int64_t total, int64_t x);
	int64_t (*combine)(int64_t a, int64_t b);
	int64_t (*group)(int64_t x);
	int64_t (*pair)(int64_t x);
	int64_t (*total)(const int64_t *values, size_t count);
	void (*next)(int64_t x, void *sink);
};

/* No compiler, not even one that sees the whole program, can tell which functions these are. */
struct bench_user_functions bench_user_functions(void);

#endif
