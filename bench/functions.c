/* functions: the user functions of the workloads, opaque. See functions.h. */
#include "functions.h"

static int64_t user_map(int64_t x)
{
	return work_map(x);
}

static int user_keep(int64_t x)
{
	return work_keep(x);
}

static int64_t user_add(int64_t total, int64_t x)
{
	return work_add(total, x);
}

static int64_t user_combine(int64_t a, int64_t b)
{
	return work_combine(a, b);
}

static int64_t user_group(int64_t x)
{
	return work_group(x);
}

static int64_t user_pair(int64_t x)
{
	return work_pair(x);
}

static int64_t user_total(const int64_t *values, size_t count)
{
	return work_total(values, count);
}

static void user_next(int64_t x, void *sink)
{
	work_next(sink, x);
}

static const struct bench_user_functions functions = {
	.map = user_map,
	.keep = user_keep,
	.add = user_add,
	.combine = user_combine,
	.group = user_group,
	.pair = user_pair,
	.total = user_total,
	.next = user_next,
};

static const struct bench_user_functions *volatile hidden = &functions;

struct bench_user_functions bench_user_functions(void)
{
	return *hidden;
}
