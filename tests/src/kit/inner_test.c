/* The inner engine: one after the other without end, replaced from everywhere, stopped while on the stack. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/faults.h"
#include "kit/inner.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(inner, .init = set_up, .fini = tear_down);

/* Runs what `make` gives, again and again, `rounds` times, and replaces it where it is told. */
struct repeat_config {
	uint64_t rounds;
	weir_observable *(*make)(uint64_t round);
	const struct weir_inner_class *inner_class;
};

struct repeat {
	struct weir_node node;
	struct weir_inner inner;
	uint64_t round;
};

static struct repeat *repeat_of(struct weir_inner *inner)
{
	return WEIR_CONTAINER_OF(inner, struct repeat, inner);
}

static void repeat_go_on(struct weir_inner *inner)
{
	struct repeat *self = repeat_of(inner);
	const struct repeat_config *config = self->node.config;

	if (self->round == config->rounds)
		weir_emit_complete(&self->node);
	else
		weir_inner_switch_to(inner, config->make(self->round++));
}

static void repeat_start(struct weir_node *node)
{
	struct repeat *self = WEIR_CONTAINER_OF(node, struct repeat, node);
	const struct repeat_config *config = node->config;

	weir_inner_init(&self->inner, node, config->inner_class);
	repeat_go_on(&self->inner);
}

static void repeat_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct repeat, node)->inner, count);
}

static const struct weir_node_class repeat_class = {
	.name = "repeat",
	.size = sizeof(struct repeat),
	.config_size = sizeof(struct repeat_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = repeat_start,
	.request = repeat_request,
};

static weir_observable *repeating(
	uint64_t rounds, weir_observable *(*make)(uint64_t), const struct weir_inner_class *inner_class)
{
	return weir_create_source(&repeat_class, &(struct repeat_config){ rounds, make, inner_class });
}

static const struct weir_inner_class after_complete = { .complete = repeat_go_on };
static const struct weir_inner_class after_completed = { .completed = repeat_go_on };

struct consumer {
	weir_subscription *subscription;
	uint64_t items;
	uint64_t then;
	uint64_t cancel_at;
	bool completed;
	int code;
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

	(void)value;
	cr_assert(!consumer->completed && consumer->destroyed == 0);
	consumer->items++;
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

static weir_observable *make_one(uint64_t round)
{
	return weir_just(weir_int((int64_t)round));
}

static weir_observable *make_two(uint64_t round)
{
	return weir_range((int64_t)round, 2);
}

static weir_observable *make_none(uint64_t round)
{
	(void)round;
	return weir_empty();
}

static weir_observable *make_slow(uint64_t round)
{
	(void)round;
	return numbers((struct numbers){ .count = 2, .interval = 1000 });
}

static weir_observable *make_null(uint64_t round)
{
	return round == 2 ? NULL : weir_range(0, 1);
}

Test(inner, a_hundred_thousand_that_end_at_once_keep_the_stack_flat)
{
	weir_observable *(*const makers[])(uint64_t) = { make_one, make_two, make_none };
	const struct weir_inner_class *const classes[] = { &after_complete, &after_completed };

	for (size_t maker = 0; maker < 3; maker++) {
		for (size_t inner_class = 0; inner_class < 2; inner_class++) {
			for (uint64_t demand = 0; demand <= 1; demand++) {
				struct consumer consumer = { .then = demand };

				consume(&consumer, repeating(100000, makers[maker], classes[inner_class]), demand);
				weir_loop_run(loop);
				cr_expect_eq(consumer.items, maker == 2 ? 0 : 100000 * (maker + 1),
					"%zu %zu %llu: %llu", maker, inner_class, (unsigned long long)demand,
					(unsigned long long)consumer.items);
				cr_expect(consumer.completed, "%zu %zu %llu", maker, inner_class,
					(unsigned long long)demand);
				cr_expect_lt(consumer.stack, 16 << 10, "%zu %zu %llu: %td", maker, inner_class,
					(unsigned long long)demand, consumer.stack);
			}
		}
	}
}

static uint64_t others;

static void count_other(void *context)
{
	others = ((struct consumer *)context)->items;
}

Test(inner, many_that_end_at_once_let_others_work)
{
	struct consumer consumer = { 0 };

	consume(&consumer, repeating(100000, make_two, &after_completed), 0);
	cr_expect(!consumer.completed);
	weir_loop_post(loop, count_other, &consumer);
	weir_loop_run(loop);
	cr_expect(consumer.completed);
	cr_expect(others > 0 && others < 100000, "%llu", (unsigned long long)others);
}

Test(inner, cancelled_while_it_waits_for_its_turn_leaves_nothing)
{
	struct consumer consumer = { 0 };

	consume(&consumer, repeating(100000, make_two, &after_completed), 0);
	cr_expect_eq(weir_loop_timer_count(loop), 1);
	weir_cancel(consumer.subscription);
	cr_expect_eq(consumer.destroyed, 1);
	weir_loop_run(loop);
}

Test(inner, cancel_inside_any_item)
{
	weir_observable *(*const makers[])(uint64_t) = { make_one, make_two, make_slow };

	for (size_t maker = 0; maker < 3; maker++) {
		for (uint64_t item = 1; item <= 5; item++) {
			for (uint64_t demand = 0; demand <= item; demand += item) {
				struct consumer consumer = { .cancel_at = item };

				consume(&consumer, repeating(100, makers[maker], &after_complete), demand);
				weir_loop_run(loop);
				cr_expect_eq(consumer.items, item);
				cr_expect_eq(consumer.destroyed, 1);
				cr_expect(!consumer.completed);
			}
		}
	}
}

Test(inner, demand_carries_over_from_one_to_the_next)
{
	for (uint64_t demand = 1; demand <= 7; demand++) {
		struct consumer consumer = { 0 };

		consume(&consumer, repeating(4, make_two, &after_complete), demand);
		cr_expect_eq(consumer.items, demand, "%llu", (unsigned long long)consumer.items);
		cr_expect(!consumer.completed);
		weir_request(consumer.subscription, 100);
		cr_expect_eq(consumer.items, 8);
		cr_expect(consumer.completed);
	}
}

Test(inner, asynchronous_ones_follow_one_another_in_time)
{
	struct consumer consumer = { 0 };

	consume(&consumer, repeating(3, make_slow, &after_completed), 0);
	weir_loop_run(loop);
	cr_expect_eq(consumer.items, 6);
	cr_expect(consumer.completed);
	cr_expect_eq(weir_loop_now(loop), 9000);
}

Test(inner, NULL_instead_of_an_observable_is_an_error)
{
	struct consumer consumer = { 0 };

	consume(&consumer, repeating(5, make_null, &after_completed), 0);
	cr_expect_eq(consumer.items, 2);
	cr_expect_eq(consumer.code, EINVAL);
	cr_expect_eq(consumer.destroyed, 1);
}

/* Replaced from inside its own item, and from inside its own terminal. */
static void replace_on_next(struct weir_inner *inner, weir_value value)
{
	struct repeat *self = repeat_of(inner);
	const struct repeat_config *config = self->node.config;

	if (self->round < config->rounds)
		weir_inner_switch_to(inner, config->make(self->round++));
	weir_emit_next(&self->node, value);
}

static const struct weir_inner_class replaced_on_next = {
	.demand = WEIR_INNER_UNBOUNDED, .next = replace_on_next, .complete = repeat_go_on
};

Test(inner, replaced_from_inside_its_own_item)
{
	weir_observable *(*const makers[])(uint64_t) = { make_one, make_two, make_slow };

	for (size_t maker = 0; maker < 3; maker++) {
		struct consumer consumer = { 0 };

		/* Each but the last is replaced at its first item. */
		consume(&consumer, repeating(1000, makers[maker], &replaced_on_next), 0);
		weir_loop_run(loop);
		cr_expect(consumer.completed, "%zu", maker);
		cr_expect_eq(consumer.items, maker == 0 ? 1000 : 1001, "%zu: %llu", maker,
			(unsigned long long)consumer.items);
	}
}

static void stop_on_next(struct weir_inner *inner, weir_value value)
{
	struct repeat *self = repeat_of(inner);

	weir_inner_stop(inner);
	cr_expect(!weir_inner_is_active(inner));
	weir_emit_next(&self->node, value);
	repeat_go_on(inner);
}

static const struct weir_inner_class stopped_on_next = { .demand = WEIR_INNER_UNBOUNDED, .next = stop_on_next };

Test(inner, stopped_from_inside_its_own_item)
{
	weir_observable *(*const makers[])(uint64_t) = { make_one, make_two, make_slow };

	for (size_t maker = 0; maker < 3; maker++) {
		struct consumer consumer = { 0 };

		consume(&consumer, repeating(100, makers[maker], &stopped_on_next), 0);
		weir_loop_run(loop);
		cr_expect(consumer.completed);
		cr_expect_eq(consumer.items, 100);
	}
}

static void end_on_next(struct weir_inner *inner, weir_value value)
{
	weir_release(value);
	weir_emit_failure(&repeat_of(inner)->node, ERANGE, "enough");
}

static const struct weir_inner_class ended_on_next = { .demand = WEIR_INNER_UNBOUNDED, .next = end_on_next };

Test(inner, the_owner_may_end_from_inside_an_item)
{
	weir_observable *(*const makers[])(uint64_t) = { make_one, make_two, make_slow };

	for (size_t maker = 0; maker < 3; maker++) {
		struct consumer consumer = { 0 };

		consume(&consumer, repeating(3, makers[maker], &ended_on_next), 0);
		weir_loop_run(loop);
		cr_expect_eq(consumer.code, ERANGE);
		cr_expect_eq(consumer.destroyed, 1);
	}
}

static weir_observable *make_failing(uint64_t round)
{
	return round % 2 == 0 ? weir_just(weir_fail(EIO, "broken"))
			      : numbers((struct numbers){ .count = 1, .end = NUMBERS_FAIL });
}

static void go_on_after_error(struct weir_inner *inner, weir_error *error)
{
	weir_error_unref(error);
	repeat_go_on(inner);
}

static const struct weir_inner_class after_error = { .error = go_on_after_error };
static const struct weir_inner_class after_failed = { .failed = go_on_after_error };

Test(inner, a_hundred_thousand_failures_keep_the_stack_flat)
{
	const struct weir_inner_class *const classes[] = { &after_error, &after_failed };

	for (size_t inner_class = 0; inner_class < 2; inner_class++) {
		struct consumer consumer = { 0 };

		consume(&consumer, repeating(100000, make_failing, classes[inner_class]), 0);
		weir_loop_run(loop);
		cr_expect_eq(consumer.items, 50000);
		cr_expect(consumer.completed);
	}
}

static const struct weir_inner_class passing = { 0 };

Test(inner, without_callbacks_items_and_the_error_go_downstream)
{
	struct consumer consumer = { 0 };

	consume(&consumer, repeating(1, make_two, &passing), 0);
	cr_expect_eq(consumer.items, 2);
	cr_expect(!consumer.completed);
	weir_cancel(consumer.subscription);

	struct consumer failed = { 0 };

	consume(&failed, repeating(1, make_failing, &passing), 0);
	cr_expect_eq(failed.code, EIO);
	cr_expect_eq(failed.destroyed, 1);
}

/* Each inner one is a repetition itself. */
static weir_observable *make_nested(uint64_t round)
{
	(void)round;
	return repeating(10, make_two, &after_completed);
}

static weir_observable *make_twice_nested(uint64_t round)
{
	(void)round;
	return repeating(10, make_nested, &after_completed);
}

Test(inner, nested)
{
	for (uint64_t demand = 0; demand <= 1; demand++) {
		struct consumer consumer = { .then = demand };

		consume(&consumer, repeating(10, make_twice_nested, &after_completed), demand);
		weir_loop_run(loop);
		cr_expect_eq(consumer.items, 2000);
		cr_expect(consumer.completed);
	}
	for (uint64_t item = 1; item <= 2000; item += 37) {
		struct consumer consumer = { .cancel_at = item };

		consume(&consumer, repeating(10, make_twice_nested, &after_completed), 0);
		weir_loop_run(loop);
		cr_expect_eq(consumer.items, item);
		cr_expect_eq(consumer.destroyed, 1);
	}
}
