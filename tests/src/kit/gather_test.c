/* kit/gather: what operators cannot show one by one: the order from inside, ends from inside, storage, fairness. */
#include <errno.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/faults.h"
#include "kit/gather.h"
#include "kit/numbers.h"

/* What an observer got, as text; and what it does in between. */
struct record {
	char text[512];
	size_t length;
	weir_subscription *subscription;
	void (*on_item)(struct record *record, weir_value value);
	weir_subject *subject;
	int depth;
	int items;
};

static void record_text(struct record *record, const char *text)
{
	record->length +=
		(size_t)snprintf(record->text + record->length, sizeof record->text - record->length, "%s ", text);
	cr_assert_lt(record->length, sizeof record->text);
}

static void record_subscribed(weir_subscription *subscription, void *context)
{
	((struct record *)context)->subscription = subscription;
}

static void record_next(weir_value value, void *context)
{
	struct record *record = context;
	char text[64];

	cr_expect_eq(record->depth++, 0, "an item from inside another one");
	weir_print(value, text, sizeof text);
	record_text(record, text);
	record->items++;
	if (record->on_item != NULL)
		record->on_item(record, value);
	record->depth--;
}

static void record_error(const weir_error *error, void *context)
{
	record_text(context, weir_error_message(error));
}

static void record_complete(void *context)
{
	record_text(context, "|");
}

static void run_with_demand(weir_observable *observable, weir_loop *loop, struct record *record, uint64_t demand)
{
	weir_subscribe(observable, loop,
		&(weir_observer){
			.subscribed = record_subscribed,
			.next = record_next,
			.error = record_error,
			.complete = record_complete,
			.context = record,
			.demand = demand,
		});
}

static void run(weir_observable *observable, weir_loop *loop, struct record *record)
{
	run_with_demand(observable, loop, record, 0);
}

static weir_value decimal(const weir_value *values, size_t count, void *context)
{
	int64_t number = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		number = number * 10 + weir_as_int(values[index]);
	return weir_int(number);
}

static void push(weir_subject *subject, int64_t integer)
{
	cr_assert_eq(weir_subject_next(subject, weir_int(integer)), 0);
}

struct fixture {
	weir_loop *loop;
	weir_subject *a;
	weir_subject *b;
	weir_observable *both[2];
	struct record record;
};

static struct fixture fixture_new(void)
{
	struct fixture fixture = { .loop = weir_loop_new_virtual(), .a = weir_subject_new(), .b = weir_subject_new() };

	fixture.both[0] = weir_subject_observable(fixture.a);
	fixture.both[1] = weir_subject_observable(fixture.b);
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	weir_loop_run(fixture->loop);
	weir_subject_unref(fixture->a);
	weir_subject_unref(fixture->b);
	weir_loop_free(fixture->loop);
}

/* From inside */

static void push_back_twice(struct record *record, weir_value value)
{
	if (weir_as_int(value) < 30)
		push(record->subject, 7 + record->items);
}

Test(gather, an_item_from_inside_another_one_waits_for_its_end)
{
	struct fixture fixture = fixture_new();

	fixture.record.subject = fixture.b;
	fixture.record.on_item = push_back_twice;
	run(weir_combine_latest(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	push(fixture.a, 1);
	push(fixture.b, 1);
	cr_expect_str_eq(fixture.record.text, "11 18 19 20 21 22 23 24 25 26 27 28 29 30 ");
	fixture_free(&fixture);
}

static void push_a_partner(struct record *record, weir_value value)
{
	(void)value;
	if (record->items < 4)
		push(record->subject, record->items);
}

Test(gather, a_partner_from_inside_a_combination_makes_the_next_one)
{
	struct fixture fixture = fixture_new();

	fixture.record.subject = fixture.b;
	fixture.record.on_item = push_a_partner;
	run(weir_zip(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	for (int64_t integer = 1; integer <= 5; integer++)
		push(fixture.a, integer);
	push(fixture.b, 9);
	cr_expect_str_eq(fixture.record.text, "19 21 32 43 ");
	fixture_free(&fixture);
}

static void complete_the_subject(struct record *record, weir_value value)
{
	(void)value;
	weir_subject_complete(record->subject);
	record_text(record, "completed");
}

Test(gather, a_completion_from_inside_an_item_comes_behind_it)
{
	struct fixture fixture = fixture_new();

	fixture.record.subject = fixture.b;
	fixture.record.on_item = complete_the_subject;
	run(weir_zip(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	push(fixture.b, 1);
	push(fixture.a, 1);
	cr_expect_str_eq(fixture.record.text, "11 completed | ");
	fixture_free(&fixture);

	fixture = fixture_new();
	fixture.record.subject = fixture.b;
	fixture.record.on_item = complete_the_subject;
	run(weir_combine_latest(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	push(fixture.b, 1);
	weir_subject_complete(fixture.a);
	cr_expect_str_eq(fixture.record.text, "");
	fixture_free(&fixture);

	fixture = fixture_new();
	fixture.record.subject = fixture.b;
	fixture.record.on_item = complete_the_subject;
	run(weir_combine_latest((weir_observable *[]){ weir_just(weir_int(1)), fixture.both[1] }, 2, decimal, NULL),
		fixture.loop, &fixture.record);
	weir_unref(fixture.both[0]);
	push(fixture.b, 1);
	cr_expect_str_eq(fixture.record.text, "11 completed | ");
	fixture_free(&fixture);
}

static void fail_the_subject(struct record *record, weir_value value)
{
	(void)value;
	weir_subject_error(record->subject, weir_error_new(EPERM, "no"));
}

Test(gather, an_error_from_inside_an_item_ends_everything)
{
	struct fixture fixture = fixture_new();

	fixture.record.subject = fixture.b;
	fixture.record.on_item = fail_the_subject;
	run(weir_zip(fixture.both, 2, NULL, NULL), fixture.loop, &fixture.record);
	for (int64_t integer = 1; integer <= 5; integer++)
		push(fixture.b, integer);
	push(fixture.a, 1);
	cr_expect_str_eq(fixture.record.text, "[1, 1] no ");
	fixture_free(&fixture);
}

/* Cancel from inside */

static void cancel_now(struct record *record, weir_value value)
{
	(void)value;
	weir_cancel(record->subscription);
}

/* Cancels, and then still reads what it was lent. */
static weir_value cancel_in_combiner(const weir_value *values, size_t count, void *context)
{
	struct record *record = context;
	size_t length = 0;

	weir_cancel(record->subscription);
	for (size_t index = 0; index < count; index++)
		length += weir_length(values[index]);
	return weir_int((int64_t)length);
}

static weir_observable *strings(weir_observable *source)
{
	return weir_combine_latest(&source, 1, NULL, NULL); /* an array of one: something that is counted */
}

typedef weir_observable *(*combination)(weir_observable **sources, struct record *record);

static weir_observable *make_zip(weir_observable **sources, struct record *record)
{
	return weir_zip(sources, 2, record->on_item == NULL ? cancel_in_combiner : NULL, record);
}

static weir_observable *make_combine_latest(weir_observable **sources, struct record *record)
{
	return weir_combine_latest(sources, 2, record->on_item == NULL ? cancel_in_combiner : NULL, record);
}

static weir_observable *make_with_latest_from(weir_observable **sources, struct record *record)
{
	return weir_with_latest_from(
		sources[1], sources, 1, record->on_item == NULL ? cancel_in_combiner : NULL, record);
}

static weir_observable *make_fork_join(weir_observable **sources, struct record *record)
{
	return weir_fork_join_list(sources, 2, record->on_item == NULL ? cancel_in_combiner : NULL, record);
}

static weir_observable *make_race(weir_observable **sources, struct record *record)
{
	(void)record;
	return weir_race(sources, 2);
}

static const combination combinations[] = { make_zip, make_combine_latest, make_with_latest_from, make_fork_join,
	make_race };

static void cancel_somewhere(combination make, bool in_combiner, weir_duration interval, size_t batch, uint64_t demand)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct record record = { .on_item = in_combiner ? NULL : cancel_now };
	struct numbers shape = { .count = 20, .interval = interval, .batch = batch };

	run_with_demand(make((weir_observable *[]){ strings(numbers(shape)), strings(numbers(shape)) }, &record), loop,
		&record, demand);
	weir_loop_run(loop);
	if (!in_combiner)
		cr_expect_eq(record.items, 1);
	else if (make != make_race)
		cr_expect_eq(record.items, 0);
	weir_loop_free(loop);
}

Test(gather, cancelling_from_an_item_or_a_combiner_ends_it_and_leaves_nothing)
{
	for (size_t index = 0; index < sizeof combinations / sizeof *combinations; index++)
		for (int in_combiner = 0; in_combiner < 2; in_combiner++)
			for (weir_duration interval = 0; interval <= weir_ms(1); interval += weir_ms(1))
				for (size_t batch = 0; batch <= 4; batch += 4)
					for (uint64_t demand = 0; demand < 4; demand++)
						cancel_somewhere(
							combinations[index], in_combiner, interval, batch, demand);
}

static void cancel_from_destructor(void *pointer)
{
	struct record *record = pointer;

	if (record->subscription != NULL)
		weir_cancel(record->subscription);
}

Test(gather, cancelling_from_the_destructor_of_a_replaced_value)
{
	struct fixture fixture = fixture_new();

	run(weir_combine_latest(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	weir_subject_next(fixture.a, weir_object(&fixture.record, cancel_from_destructor));
	push(fixture.a, 2);
	push(fixture.b, 1);
	cr_expect_str_eq(fixture.record.text, "");
	fixture_free(&fixture);

	fixture = fixture_new();
	run(weir_combine_latest(fixture.both, 2, decimal, NULL), fixture.loop, &fixture.record);
	push(fixture.b, 1);
	weir_subject_next(fixture.a, weir_object(&fixture.record, cancel_from_destructor));
	push(fixture.a, 2);
	push(fixture.a, 3);
	cr_expect_str_eq(fixture.record.text, "1 21 ");
	fixture_free(&fixture);
}

/* Storage */

Test(gather, queues_grow_and_wrap_and_keep_their_order)
{
	struct fixture fixture = fixture_new();
	int pushed[2] = { 0, 0 };
	uint64_t seed = 1;

	run(weir_zip(fixture.both, 2, NULL, NULL), fixture.loop, &fixture.record);
	for (int step = 0; step < 20000; step++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;

		int side = (int)(seed >> 62) & 1;
		char expected[64] = "";

		if (pushed[side] - pushed[!side] >= 64)
			side = !side;
		if (pushed[side] < pushed[!side])
			snprintf(expected, sizeof expected, "[%d, %d] ", pushed[side], pushed[side]);
		push(side == 0 ? fixture.a : fixture.b, pushed[side]++);
		cr_assert_str_eq(fixture.record.text, expected);
		fixture.record.length = 0;
		fixture.record.text[0] = '\0';
	}
	fixture_free(&fixture);
}

Test(gather, sixty_four_values_may_wait_and_the_next_fails_with_the_remedy)
{
	struct fixture fixture = fixture_new();

	run(weir_zip(fixture.both, 2, NULL, NULL), fixture.loop, &fixture.record);
	for (int64_t integer = 0; integer < 64; integer++)
		push(fixture.a, integer);
	push(fixture.b, 0);
	push(fixture.a, 64);
	cr_expect_str_eq(fixture.record.text, "[0, 0] ");
	push(fixture.a, 65);
	cr_expect(strstr(fixture.record.text, "weir_on_overflow") != NULL, "%s", fixture.record.text);
	fixture_free(&fixture);
}

Test(gather, many_inputs)
{
	enum { COUNT = 3000 };
	weir_loop *loop = weir_loop_new_virtual();
	struct record record = { 0 };
	weir_observable **sources = calloc(COUNT, sizeof *sources);
	weir_observable *ones = weir_range(1, 2);

	for (size_t index = 0; index < COUNT; index++)
		sources[index] = weir_ref(ones);
	run(weir_zip(sources, COUNT, NULL, NULL), loop, &record);
	cr_expect_eq(record.items, 2);
	for (size_t index = 0; index < COUNT; index++)
		sources[index] = weir_ref(ones);
	run(weir_combine_latest(sources, COUNT, NULL, NULL), loop, &record);
	cr_expect_eq(record.items, 4);
	weir_unref(ones);
	free(sources);
	weir_loop_free(loop);
}

static void count_item(weir_value value, void *context)
{
	(void)value;
	++*(size_t *)context;
}

static size_t allocations_of(weir_observable *observable)
{
	weir_loop *loop = weir_loop_new_virtual();
	size_t items = 0;
	size_t before = faults_allocations();

	weir_subscribe(observable, loop, &(weir_observer){ .next = count_item, .context = &items });
	weir_loop_run(loop);
	weir_loop_free(loop);
	cr_expect_gt(items, 10000);
	return faults_allocations() - before;
}

Test(gather, in_steady_state_nothing_is_allocated_per_item)
{
	faults_install();
	cr_expect_lt(allocations_of(weir_zip(
			     (weir_observable *[]){ weir_range(0, 100000), weir_range(0, 100000) }, 2, decimal, NULL)),
		50);
	cr_expect_lt(allocations_of(weir_combine_latest(
			     (weir_observable *[]){ weir_just(weir_int(1)), weir_range(0, 100000) }, 2, decimal, NULL)),
		50);
	cr_expect_lt(
		allocations_of(weir_merge((weir_observable *[]){ weir_range(0, 100000), weir_range(0, 100000) }, 2, 0)),
		50);
	cr_expect_lt(allocations_of(weir_race((weir_observable *[]){ weir_never(), weir_range(0, 100000) }, 2)), 50);
}

/* Fairness, and sources that do not keep to the rules */

struct stopper {
	struct weir_timer timer;
	struct record *record;
};

static void stop_it(struct weir_timer *timer)
{
	struct stopper *stopper = WEIR_CONTAINER_OF(timer, struct stopper, timer);

	weir_cancel(stopper->record->subscription);
}

static void note_subscription(weir_subscription *subscription, void *context)
{
	((struct record *)context)->subscription = subscription;
}

static void expect_yields(weir_observable *endless)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct record record = { 0 };
	struct stopper stopper = { .record = &record };

	weir_timer_init_on(&stopper.timer, loop, stop_it);
	weir_timer_start(&stopper.timer, 0);
	weir_subscribe(endless, loop, &(weir_observer){ .subscribed = note_subscription, .context = &record });
	weir_loop_run(loop);
	weir_loop_free(loop);
}

Test(gather, endless_synchronous_sources_yield_to_the_loop)
{
	expect_yields(
		weir_zip((weir_observable *[]){ weir_range(0, (uint64_t)1 << 60), weir_range(0, (uint64_t)1 << 60) }, 2,
			decimal, NULL));
	expect_yields(weir_combine_latest(
		(weir_observable *[]){ weir_just(weir_int(1)), weir_range(0, (uint64_t)1 << 60) }, 2, decimal, NULL));
	expect_yields(weir_race((weir_observable *[]){ weir_never(), weir_range(0, (uint64_t)1 << 60) }, 2));
}

/* Sends every item twice and counts nothing. */
static void twice_next(struct weir_node *node, weir_value value)
{
	weir_emit_next(node, weir_retain(value));
	weir_emit_next(node, value);
}

static const struct weir_node_class twice_class = {
	.name = "twice",
	.next = twice_next,
};

Test(gather, an_input_that_sends_more_than_was_asked_fails_the_stream)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct record record = { 0 };

	run_with_demand(weir_zip((weir_observable *[]){ weir_never(),
					 weir_extend(numbers((struct numbers){ .count = 9 }), &twice_class, NULL) },
				2, decimal, NULL),
		loop, &record, 3);
	cr_expect_str_eq(record.text, "input 2 sent more items than were requested ");
	record = (struct record){ 0 };
	run_with_demand(weir_race((weir_observable *[]){ weir_never(),
					  weir_extend(numbers((struct numbers){ .count = 9 }), &twice_class, NULL) },
				2),
		loop, &record, 3);
	cr_expect_str_eq(record.text, "1 1 2 input 2 sent more items than were requested ");
	weir_loop_free(loop);
}
