/* The allocator hook and the pools: everything goes through the hook, is given back, and comes back from the pool. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/memory.h>
#include <weir/transforming.h>

#include "base/allocator.h"
#include "kit/faults.h"

Test(allocator, everything_goes_through_the_hook)
{
	faults_install();
	size_t before = faults_allocations();
	void *block = weir_allocate(100);

	cr_assert_not_null(block);
	block = weir_reallocate(block, 200);
	cr_expect_eq(faults_allocations(), before + 2);
	cr_expect_eq(faults_live_blocks(), 1);
	weir_deallocate(block);
	weir_deallocate(NULL);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(allocator, blocks_of_any_size_are_usable_and_distinct)
{
	void *blocks[3000];

	faults_install();
	for (size_t round = 0; round < 3; round++) {
		for (size_t size = 1; size < 3000; size++) {
			blocks[size] = weir_pool_take(size);
			cr_assert_not_null(blocks[size]);
			cr_assert_eq((uintptr_t)blocks[size] % 16, 0);
			memset(blocks[size], (int)size, size);
		}
		for (size_t size = 1; size < 3000; size++) {
			const unsigned char *bytes = blocks[size];

			cr_assert(bytes[0] == (size & 255) && bytes[size - 1] == (size & 255), "size %zu", size);
			weir_pool_return(blocks[size], size);
		}
	}
	cr_expect_eq(faults_live_blocks(), 0, "trimming gives all back");
}

Test(allocator, blocks_that_come_and_go_are_taken_from_the_pool)
{
	if (!WEIR_POOL_ENABLED)
		cr_skip_test("under a sanitizer there is no pool");
	faults_install();
	weir_pool_return(weir_pool_take(64), 64);

	size_t before = faults_allocations();

	for (int round = 0; round < 1000; round++)
		weir_pool_return(weir_pool_take(64), 64);
	cr_expect_eq(faults_allocations(), before);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(allocator, a_pool_keeps_a_bounded_amount)
{
	static void *blocks[10000];

	if (!WEIR_POOL_ENABLED)
		cr_skip_test("under a sanitizer there is no pool");
	faults_install();
	for (size_t index = 0; index < 10000; index++)
		blocks[index] = weir_pool_take(100);
	for (size_t index = 0; index < 10000; index++)
		weir_pool_return(blocks[index], 100);
	size_t before = faults_allocations();

	for (size_t index = 0; index < 10000; index++)
		blocks[index] = weir_pool_take(100);
	cr_expect_lt(before + 10000 - faults_allocations(), 1000);
	cr_expect_gt(before + 10000 - faults_allocations(), 100);
	for (size_t index = 0; index < 10000; index++)
		weir_pool_return(blocks[index], 100);
	cr_expect_eq(faults_live_blocks(), 0);
}

static void *use_pool(void *unused)
{
	void *blocks[100];

	(void)unused;
	for (size_t index = 0; index < 100; index++)
		blocks[index] = weir_pool_take(20 * (index + 1));
	for (size_t index = 0; index < 100; index++)
		weir_pool_return(blocks[index], 20 * (index + 1));
	return NULL;
}

Test(allocator, a_thread_that_ends_gives_back_what_it_kept)
{
	pthread_t thread;

	faults_install();
	pthread_create(&thread, NULL, use_pool, NULL);
	pthread_join(thread, NULL);
	cr_expect_eq(faults_live_blocks(), 0);
}

static void *return_elsewhere(void *block)
{
	weir_pool_return(block, 200);
	return NULL;
}

Test(allocator, a_block_may_be_returned_on_another_thread)
{
	pthread_t thread;

	faults_install();
	pthread_create(&thread, NULL, return_elsewhere, weir_pool_take(200));
	pthread_join(thread, NULL);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(allocator, without_memory_there_is_no_block)
{
	faults_install();
	faults_fail_from(1);
	cr_expect_null(weir_allocate(10));
	cr_expect_null(weir_pool_take(10));
	cr_expect_null(weir_pool_take(100000));
	faults_stop();
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

Test(allocator, subscribing_again_and_again_allocates_nothing)
{
	if (!WEIR_POOL_ENABLED)
		cr_skip_test("under a sanitizer there is no pool");
	faults_install();

	weir_loop *loop = weir_loop_new_virtual();
	weir_observable *observable = weir_map(weir_map(weir_range(0, 3), same, NULL), same, NULL);

	for (int round = 0; round < 3; round++)
		weir_subscribe_borrowed(observable, loop, &(struct weir_observer){ 0 });

	size_t before = faults_allocations();

	for (int round = 0; round < 1000; round++)
		weir_subscribe_borrowed(observable, loop, &(struct weir_observer){ 0 });
	cr_expect_eq(faults_allocations(), before);
	weir_unref(observable);
	weir_loop_free(loop);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(allocator, the_hook_can_be_taken_away_again)
{
	faults_install();
	size_t before = faults_allocations();

	weir_set_allocator(NULL);
	weir_deallocate(weir_allocate(10));
	cr_expect_eq(faults_allocations(), before);
}
