/* The flatten engine: batches, feedback, ends in the middle, a hundred thousand of everything. */
#include <criterion/criterion.h>

#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/faults.h"
#include "kit/flatten.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void drop_quietly(const char *stage, weir_value value, void *context)
{
	(void)stage;
	(void)value;
	++*(size_t *)context;
}

static size_t dropped;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = drop_quietly, .context = &dropped });
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(flatten, .init = set_up, .fini = tear_down);

/* A consumer that counts, asks for `then` in each next, and cancels at an item. */
struct consumer {
	weir_subscription *subscription;
	uint64_t items;
	uint64_t then;
	uint64_t cancel_at;
	int64_t last;
	int code;
	bool completed;
	int destroyed;
	char *top;
	ptrdiff_t stack;
};

static void consumer_subscribed(weir_subscription *subscription, void *context)
{
	((struct consumer *)context)->subscription = subscription;
}

static void consumer_next(weir_value value, void *context)
{
	struct consumer *consumer = context;
	char *here = __builtin_frame_address(0);

	cr_assert(!consumer->completed && consumer->destroyed == 0);
	consumer->items++;
	consumer->last = weir_as_int(value);
	if (consumer->top == NULL)
		consumer->top = here;
	if (consumer->top - here > consumer->stack)
		consumer->stack = consumer->top - here;
	if (consumer->items == consumer->cancel_at)
		weir_cancel(consumer->subscription);
	else
		weir_request(consumer->subscription, consumer->then);
}

static void consumer_error(const weir_error *error, void *context)
{
	((struct consumer *)context)->code = weir_error_code(error);
}

static void consumer_complete(void *context)
{
	((struct consumer *)context)->completed = true;
}

static void consumer_destroy(void *context)
{
	struct consumer *consumer = context;

	consumer->destroyed++;
	consumer->subscription = NULL;
}

static void consume(struct consumer *consumer, weir_observable *observable, uint64_t demand)
{
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = consumer_subscribed,
			.next = consumer_next,
			.error = consumer_error,
			.complete = consumer_complete,
			.destroy = consumer_destroy,
			.context = consumer,
			.demand = demand });
}

static weir_observable *project_numbers(weir_value value, void *context)
{
	(void)value;
	return numbers(*(const struct numbers *)context);
}

Test(flatten, a_cancel_in_the_middle_of_an_inner_batch_leaves_nothing)
{
	struct numbers inner = { .count = 9, .batch = 9 };

	for (uint64_t cancel_at = 1; cancel_at <= 9; cancel_at++) {
		for (uint64_t demand = cancel_at; demand <= 10; demand++) {
			for (uint64_t concurrency = 0; concurrency <= 1; concurrency++) {
				struct consumer consumer = { .cancel_at = cancel_at };

				consume(&consumer,
					weir_merge_map(weir_range(1, 3), project_numbers, &inner, concurrency),
					demand == 10 ? WEIR_UNBOUNDED : demand);
				cr_expect_eq(consumer.items, cancel_at);
				cr_expect_eq(consumer.destroyed, 1);
			}
		}
	}
}

static int fails_at_four(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 4 ? -ERANGE : 1;
}

Test(flatten, a_failure_downstream_in_the_middle_of_an_inner_batch_leaves_nothing)
{
	struct numbers inner = { .count = 9, .batch = 9 };

	for (int counted = 0; counted <= 1; counted++) {
		struct consumer consumer = { .then = counted };

		consume(&consumer,
			weir_filter(weir_merge_map(weir_range(1, 3), project_numbers, &inner, 0), fails_at_four, NULL),
			counted ? 2 : 0);
		cr_expect_eq(consumer.items, 3);
		cr_expect_eq(consumer.code, ERANGE);
		cr_expect_eq(consumer.destroyed, 1);
	}
}

Test(flatten, batches_beyond_the_demand_wait_and_none_is_lost)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 64 };

	for (size_t size = 0; size < 5; size++) {
		for (uint64_t demand = 1; demand <= 20; demand += 3) {
			struct numbers inner = { .count = 50, .batch = sizes[size] };
			struct consumer consumer = { .then = 1 };

			consume(&consumer, weir_merge_map(weir_range(1, 20), project_numbers, &inner, 3), demand);
			weir_loop_run(loop);
			cr_expect_eq(consumer.items, 1000, "batch %zu, demand %llu: %llu", sizes[size],
				(unsigned long long)demand, (unsigned long long)consumer.items);
			cr_expect(consumer.completed);
		}
	}
}

/* Feeds each item back until it reaches a limit: what expand does. */
struct feeding {
	struct weir_flatten flatten;
};

static weir_observable *feeding_project(struct weir_flatten *flatten, weir_value value)
{
	(void)flatten;
	return weir_as_int(value) < 100000 ? weir_just(weir_int(weir_as_int(value) + 1)) : weir_empty();
}

static const struct weir_flatten_class feeding_flatten = { .project = feeding_project, .feeds_back = true };

static void feeding_start(struct weir_node *node)
{
	weir_flatten_init(WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &feeding_flatten, 1, true);
}

static const struct weir_node_class feeding_class = {
	.name = "feeding",
	.size = sizeof(struct feeding),
	.demand = WEIR_DEMAND_COUNTED,
	.start = feeding_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

static weir_observable *project_range_of_two(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_range(0, 2);
}

static weir_observable *project_empty(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_range(0, 0);
}

Test(flatten, a_hundred_thousand_inner_ones_keep_the_stack_flat)
{
	for (uint64_t concurrency = 0; concurrency <= 2; concurrency++) {
		for (int counted = 0; counted <= 1; counted++) {
			struct consumer consumer = { .then = counted };

			consume(&consumer,
				weir_merge_map(weir_range(0, 100000), project_range_of_two, NULL, concurrency),
				counted);
			weir_loop_run(loop);
			cr_expect_eq(consumer.items, 200000, "concurrency %llu, counted %d: %llu",
				(unsigned long long)concurrency, counted, (unsigned long long)consumer.items);
			cr_expect(consumer.completed);
			cr_expect_lt(consumer.stack, 32 << 10, "concurrency %llu, counted %d: %td",
				(unsigned long long)concurrency, counted, consumer.stack);
		}
	}
}

Test(flatten, a_hundred_thousand_empty_inner_ones_keep_the_stack_flat)
{
	for (uint64_t concurrency = 0; concurrency <= 2; concurrency++) {
		struct consumer consumer = { .then = 1 };

		consume(&consumer, weir_merge_map(weir_range(0, 100000), project_empty, NULL, concurrency), 1);
		weir_loop_run(loop);
		cr_expect_eq(consumer.items, 0);
		cr_expect(consumer.completed);
	}
}

static weir_observable *project_nested(weir_value value, void *context)
{
	int64_t depth = weir_as_int(value);

	if (depth == 0)
		return weir_just(weir_int(7));
	return weir_concat_map(weir_just(weir_int(depth - 1)), project_nested, context);
}

Test(flatten, nested_a_thousand_deep)
{
	struct consumer consumer = { 0 };

	consume(&consumer, weir_concat_map(weir_just(weir_int(1000)), project_nested, NULL), 0);
	cr_expect_eq(consumer.items, 1);
	cr_expect_eq(consumer.last, 7);
	cr_expect(consumer.completed);
}

Test(flatten, what_is_fed_back_a_hundred_thousand_times_ends)
{
	struct consumer consumer = { 0 };

	consume(&consumer, weir_extend(weir_range(0, 1), &feeding_class, NULL), 0);
	weir_loop_run(loop);
	cr_expect_eq(consumer.items, 100001, "%llu", (unsigned long long)consumer.items);
	cr_expect(consumer.completed);
}

Test(flatten, what_is_fed_back_honours_demand_and_cancel)
{
	struct consumer consumer = { .cancel_at = 5 };

	consume(&consumer, weir_extend(weir_range(0, 1), &feeding_class, NULL), 3);
	cr_expect_eq(consumer.items, 3);
	weir_request(consumer.subscription, 10);
	cr_expect_eq(consumer.items, 5);
	cr_expect_eq(consumer.destroyed, 1);
}

static weir_observable *project_same(weir_value value, void *context)
{
	(void)context;
	return weir_just(weir_retain(value));
}

Test(flatten, known_inner_values_that_nobody_waits_for_take_a_place)
{
	for (uint64_t concurrency = 1; concurrency <= 3; concurrency++) {
		struct numbers_log log = { 0 };
		struct numbers source = { .count = 1000, .log = &log };
		struct consumer consumer = { 0 };

		consume(&consumer, weir_merge_map(numbers(source), project_same, NULL, concurrency), 5);
		cr_expect_eq(consumer.items, 5);
		cr_expect_eq(log.requested, 5 + concurrency, "%llu", (unsigned long long)log.requested);
		weir_cancel(consumer.subscription);
	}
}

/* Asynchronous inner ones, a slow consumer: many at once, each with its credit. */
static void ask(struct weir_timer *timer)
{
	struct consumer *consumer = timer->context;

	if (consumer->subscription == NULL)
		return;
	weir_timer_start(timer, weir_us(10));
	weir_request(consumer->subscription, 1);
}

Test(flatten, a_slow_consumer_gets_everything_from_many)
{
	struct numbers inner = { .count = 30, .interval = 7000 };
	struct consumer consumer = { 0 };
	struct weir_timer timer;

	consume(&consumer, weir_merge_map(weir_range(1, 40), project_numbers, &inner, 8), WEIR_ON_REQUEST);
	weir_timer_init_on(&timer, loop, ask);
	timer.context = &consumer;
	weir_timer_start(&timer, 0);
	weir_loop_run(loop);
	cr_expect_eq(consumer.items, 1200);
	cr_expect(consumer.completed);
}

static uint64_t running;
static uint64_t most;

static void count_running(struct numbers_log *log)
{
	running = log->subscribed - log->finished;
	if (running > most)
		most = running;
}

Test(flatten, never_more_than_the_limit_run_at_once)
{
	for (uint64_t limit = 1; limit <= 5; limit++) {
		struct numbers_log log = { .on_subscribed = count_running };
		struct numbers inner = { .count = 3, .interval = 1000, .log = &log };
		struct consumer consumer = { 0 };

		most = 0;
		consume(&consumer, weir_merge_map(weir_range(1, 23), project_numbers, &inner, limit), 0);
		weir_loop_run(loop);
		cr_expect_eq(consumer.items, 69);
		cr_expect_eq(most, limit, "%llu", (unsigned long long)most);
	}
}

Test(flatten, cancelling_many_that_wait_leaves_nothing)
{
	struct numbers inner = { .count = 3, .interval = 1000 };

	for (uint64_t time = 0; time < 12000; time += 500) {
		struct consumer consumer = { 0 };

		consume(&consumer, weir_merge_map(weir_range(1, 1000), project_numbers, &inner, 7), 11);
		weir_loop_run_for(loop, (weir_duration)time);
		weir_cancel(consumer.subscription);
		cr_expect_eq(consumer.destroyed, 1);
	}
}
