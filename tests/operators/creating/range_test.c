/* range: consecutive integers, as many as are asked for, without keeping the loop to itself. */
#include <errno.h>

#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_range(1, 9);
}

const struct conformance_subject conformance_subject = { .name = "range", .build = build, .creates = true };

Test(range, emits_consecutive_integers_at_once_and_completes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_range(3, 4), "(3456|)");
	weir_test_expect(test, weir_range(9, 1), "(9|)");
	MARBLES_OK(test);
}

Test(range, of_none_completes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_range(3, 0), "|");
	weir_test_expect_with_demand(test, weir_range(3, 0), 0, 0, "|");
	MARBLES_OK(test);
}

Test(range, emits_no_more_than_requested_and_completes_with_the_last)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_range(1, 4), 3, 0, "(123)");
	weir_test_expect_with_demand(test, weir_range(1, 4), 4, 0, "(1234|)");
	weir_test_expect_with_demand(test, weir_range(1, 4), 1, 1, "(1234|)");
	MARBLES_OK(test);
}

Test(range, reaches_both_ends_of_64_bits)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(INT64_MAX - 1));
	weir_test_bind(test, 'b', weir_int(INT64_MAX));
	weir_test_bind(test, 'c', weir_int(INT64_MIN));
	weir_test_expect(test, weir_range(INT64_MAX - 1, 2), "(ab|)");
	weir_test_expect(test, weir_range(INT64_MIN, 1), "(c|)");
	weir_test_expect_with_demand(test, weir_range(INT64_MIN, UINT64_MAX), 1, 0, "c");
	MARBLES_OK(test);
}

Test(range, beyond_64_bits_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "2 integers from 9223372036854775807 on do not fit in 64 bits");
	weir_test_expect(test, weir_range(INT64_MAX, 2), "#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_range(0, UINT64_MAX), "#");
	weir_test_expect(test, weir_range(1, (uint64_t)INT64_MAX + 1), "#");
	MARBLES_OK(test);
}

struct counters {
	uint64_t items;
	uint64_t items_at_tick;
	uint64_t expected;
	bool completed;
};

static void count_item(weir_value value, void *context)
{
	struct counters *counters = context;

	cr_assert_eq((uint64_t)weir_as_int(value), counters->expected++);
	counters->items++;
}

static void note_completion(void *context)
{
	((struct counters *)context)->completed = true;
}

static void note_tick(void *context)
{
	struct counters *counters = context;

	counters->items_at_tick = counters->items;
}

Test(range, a_long_one_lets_others_work_and_loses_nothing)
{
	struct counters counters = { 0 };
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_range(0, 1000000), loop,
		&(struct weir_observer){ .next = count_item, .complete = note_completion, .context = &counters });
	cr_assert(counters.items > 0 && counters.items < 1000000, "%llu", (unsigned long long)counters.items);
	weir_loop_post(loop, note_tick, &counters);
	weir_loop_run(loop);
	cr_assert(counters.items_at_tick > 0 && counters.items_at_tick < 1000000);
	cr_assert_eq(counters.items, 1000000);
	cr_assert(counters.completed);
	cr_assert_eq(weir_loop_now(loop), 0);
	weir_loop_free(loop);
}

static void cancel_half_way(weir_value value, void *context)
{
	if (weir_as_int(value) == 50000)
		weir_cancel(*(weir_subscription **)context);
	cr_assert_leq(weir_as_int(value), 50000);
}

static void keep_handle(weir_subscription *subscription, void *context)
{
	*(weir_subscription **)context = subscription;
}

Test(range, cancelled_while_it_pauses_leaves_no_timer)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subscription *subscription;

	weir_subscribe(weir_range(0, 1000000), loop,
		&(struct weir_observer){
			.subscribed = keep_handle, .next = cancel_half_way, .context = &subscription });
	cr_assert_eq(weir_loop_timer_count(loop), 1);
	weir_loop_run(loop);
	cr_assert_eq(weir_loop_timer_count(loop), 0);

	weir_subscription *pausing = weir_subscribe(weir_range(0, 1000000), loop, &(struct weir_observer){ 0 });

	cr_assert_eq(weir_loop_timer_count(loop), 1);
	weir_cancel(pausing);
	cr_assert_eq(weir_loop_timer_count(loop), 0);
	weir_loop_free(loop);
}
