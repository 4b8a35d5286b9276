/* In steady state no item costs an allocation: twice the items, the same number of allocations. */
#include <criterion/criterion.h>

#include <stdlib.h>

#include <weir/weir.h>

static size_t allocations;

static void *counting_reallocate(void *memory, size_t size, void *context)
{
	(void)context;
	allocations++;
	return realloc(memory, size);
}

static void counting_deallocate(void *memory, void *context)
{
	(void)context;
	free(memory);
}

static weir_value triple(weir_value value, void *context)
{
	(void)context;
	return weir_int(3 * weir_as_int(value) + 1);
}

static int is_even(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) % 2 == 0;
}

static weir_value add(weir_value total, weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(total) + weir_as_int(value));
}

static weir_value add_pair(const weir_value *values, size_t count, void *context)
{
	(void)count;
	(void)context;
	return weir_int(weir_as_int(values[0]) + weir_as_int(values[1]));
}

static void sum_up(weir_value value, void *context)
{
	*(int64_t *)context += weir_as_int(value);
}

static int64_t run(weir_loop *loop, weir_observable *observable)
{
	int64_t sum = 0;

	weir_subscribe(observable, loop, &(weir_observer){ .next = sum_up, .context = &sum });
	weir_loop_run(loop);
	return sum;
}

static int64_t range_map_filter_reduce(weir_loop *loop, uint64_t items)
{
	return run(loop, weir_reduce(weir_filter(weir_map(weir_range(0, items), triple, NULL), is_even, NULL), add,
				 NULL, weir_int(0)));
}

static int64_t subject_map_filter_scan(weir_loop *loop, uint64_t items)
{
	int64_t sum = 0;
	weir_subject *subject = weir_subject_new();

	weir_subscribe(weir_scan(weir_filter(weir_map(weir_subject_observable(subject), triple, NULL), is_even, NULL),
			       add, NULL, weir_int(0)),
		loop, &(weir_observer){ .next = sum_up, .context = &sum });
	for (uint64_t item = 0; item < items; item++)
		weir_subject_next(subject, weir_int((int64_t)item));
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	return sum;
}

static int64_t merge_of_four(weir_loop *loop, uint64_t items)
{
	weir_observable *sources[4];

	for (int index = 0; index < 4; index++)
		sources[index] = weir_range(index, items / 4);
	return run(loop, weir_merge(sources, 4, 0));
}

static int64_t zip_of_two(weir_loop *loop, uint64_t items)
{
	weir_observable *sources[] = { weir_range(0, items), weir_range(1, items) };

	return run(loop, weir_zip(sources, 2, add_pair, NULL));
}

/* How many allocations a run takes, after one that fills the free lists. */
static size_t count(int64_t (*workload)(weir_loop *loop, uint64_t items), weir_loop *loop, uint64_t items)
{
	allocations = 0;
	cr_expect_neq(workload(loop, items), 0);
	return allocations;
}

static void expect_none_per_item(int64_t (*workload)(weir_loop *loop, uint64_t items))
{
	weir_set_allocator(&(struct weir_allocator){ counting_reallocate, counting_deallocate, NULL });

	weir_loop *loop = weir_loop_new_virtual();

	count(workload, loop, 2000);

	size_t some = count(workload, loop, 20000);
	size_t twice = count(workload, loop, 40000);

	weir_loop_free(loop);
	weir_set_allocator(NULL);
	cr_expect_eq(some, twice, "%zu allocations for 20,000 items, %zu for 40,000", some, twice);
}

Test(allocation, range_map_filter_reduce_takes_none_per_item)
{
	expect_none_per_item(range_map_filter_reduce);
}

Test(allocation, subject_map_filter_scan_takes_none_per_item)
{
	expect_none_per_item(subject_map_filter_scan);
}

Test(allocation, merge_of_four_takes_none_per_item)
{
	expect_none_per_item(merge_of_four);
}

Test(allocation, zip_of_two_takes_none_per_item)
{
	expect_none_per_item(zip_of_two);
}
