/*
 * The inherited suite. See kit/conformance.h.
 *
 * Every case runs pipelines through play() or the parts of it, which check in every run: the grammar, that destroy
 * comes last and once, that nothing comes after the cancel, that never more comes than was requested, and that no
 * timer, no subscription and no block of memory is left.
 */
#include "kit/conformance.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <weir/memory.h>
#include <weir/operator.h>

#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/step.h"

enum {
	ITEMS_KEPT = 512,
	ITEMS_ENDLESS = 1000, /* so many items of an endless one are enough */
	SUBSCRIPTIONS_ENDLESS = 64, /* so many times may a source be subscribed to (retry, repeat) */
	INNERS_MAX = 512,
	STEPS_MAX = 200000,
};

#define ENDLESS_TIME weir_ms(50)

enum signal {
	SIGNAL_NEXT,
	SIGNAL_ERROR,
	SIGNAL_COMPLETE,
};

/* How the consumer behaves. All zero: asks for everything and listens. */
struct script {
	uint64_t first; /* requested at the beginning; 0: everything. WEIR_ON_REQUEST: nothing */
	uint64_t then; /* requested inside next, for every item */
	uint64_t once; /* requested inside next, for the first item */
	uint64_t inside; /* requested inside subscribed */
	uint64_t later; /* requested over and over when nothing else is left to do */
	size_t cancel_at_item;
	bool cancel_in_subscribed;
	bool cancel_in_terminal;
	bool takes_batches;
	bool keeps_nothing;
	bool needs_not_end; /* the source never ends, so the pipeline may not either */
};

struct inner_run;

struct run {
	struct script script;
	weir_loop *loop;
	weir_subscription *subscription;
	weir_subscription *kept; /* beyond the end */
	size_t blocks; /* alive before */

	weir_value items[ITEMS_KEPT]; /* and the items of items that are observables */
	size_t items_kept;
	uint64_t received;
	uint64_t requested;
	bool subscribed;
	bool ended;
	enum signal terminal;
	int error_code;
	bool cancelled;
	bool is_inside;
	size_t destroyed;
	bool inner_failed;
	bool is_lenient; /* memory fails: fewer things are sure */
	size_t dropped; /* before the end */

	char *deepest; /* of the stack, inside next */
	char *highest;

	struct inner_run *inners[INNERS_MAX];
	size_t inner_count;
	struct numbers_log log;
};

/* An observable that came as an item is consumed as well. */
struct inner_run {
	struct run *run;
	weir_subscription *subscription;
};

static void keep(struct run *run, weir_value value)
{
	if (run->items_kept < ITEMS_KEPT && !run->script.keeps_nothing)
		run->items[run->items_kept++] = weir_retain(value);
}

static void inner_subscribed(weir_subscription *subscription, void *context)
{
	((struct inner_run *)context)->subscription = subscription;
}

static void inner_next(weir_value value, void *context)
{
	keep(((struct inner_run *)context)->run, value);
}

static void inner_error(const weir_error *error, void *context)
{
	(void)error;
	((struct inner_run *)context)->run->inner_failed = true;
}

static void inner_destroy(void *context)
{
	((struct inner_run *)context)->subscription = NULL;
}

static void consume_inner(struct run *run, weir_observable *observable)
{
	struct inner_run *inner;

	if (run->inner_count == INNERS_MAX || (inner = malloc(sizeof *inner)) == NULL)
		return;
	*inner = (struct inner_run){ run, NULL };
	run->inners[run->inner_count++] = inner;
	weir_subscribe_borrowed(observable, run->loop,
		&(struct weir_observer){ .subscribed = inner_subscribed,
			.next = inner_next,
			.error = inner_error,
			.destroy = inner_destroy,
			.context = inner });
}

static void add_requested(struct run *run, uint64_t count)
{
	run->requested = weir_demand_add(run->requested, count);
}

static void run_cancel(struct run *run)
{
	size_t destroyed = run->destroyed;

	run->cancelled = true;
	weir_cancel(run->subscription);
	cr_assert_eq(run->destroyed, 1, "destroy was called %zu times when weir_cancel() returned (%zu before)",
		run->destroyed, destroyed);
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct run *run = context;

	cr_assert(!run->subscribed, "subscribed was called twice");
	run->subscribed = true;
	run->subscription = subscription;
	run->kept = weir_subscription_ref(subscription);
	if (run->script.cancel_in_subscribed)
		run_cancel(run);
	if (run->script.inside > 0) {
		add_requested(run, run->script.inside);
		weir_request(subscription, run->script.inside);
	}
}

static void signal_may_come(struct run *run, const char *signal)
{
	cr_assert(run->subscribed || run->is_lenient, "%s came before subscribed", signal);
	cr_assert(!run->ended, "%s came after the terminal", signal);
	cr_assert(!run->cancelled, "%s came after the cancel", signal);
	cr_assert_eq(run->destroyed, 0, "%s came after destroy", signal);
}

static void on_next(weir_value value, void *context)
{
	struct run *run = context;
	/* Not the address of a variable: a sanitizer may keep those elsewhere. */
	char *here = __builtin_frame_address(0);

	signal_may_come(run, "next");
	cr_assert(!weir_is_error(value) ||
		  weir_error_code(weir_as_error(value)) == weir_error_code(weir_as_error(value)));
	run->received++;
	cr_assert_leq(run->received, run->requested, "item %llu came, only %llu were requested",
		(unsigned long long)run->received, (unsigned long long)run->requested);
	if (run->deepest == NULL || here < run->deepest)
		run->deepest = here;
	if (here > run->highest)
		run->highest = here;
	keep(run, value);
	if (weir_as_observable(value) != NULL)
		consume_inner(run, weir_as_observable(value));
	if (run->received == run->script.cancel_at_item ||
		(conformance_subject.endless && run->received == ITEMS_ENDLESS)) {
		run_cancel(run);
		return;
	}
	uint64_t more = run->script.then + (run->received == 1 ? run->script.once : 0);

	if (more > 0) {
		bool was_inside = run->is_inside;

		/* What this makes possible may come at once, but not inside this call. */
		cr_assert(!was_inside, "next came inside next");
		run->is_inside = true;
		add_requested(run, more);
		weir_request(run->subscription, more);
		run->is_inside = false;
	}
}

static void on_next_batch(const weir_value *values, size_t count, void *context)
{
	struct run *run = context;

	for (size_t index = 0; index < count && !run->cancelled; index++)
		on_next(values[index], context);
}

static void on_terminal(struct run *run, enum signal terminal)
{
	signal_may_come(run, terminal == SIGNAL_ERROR ? "error" : "complete");
	run->ended = true;
	run->terminal = terminal;
	if (run->script.cancel_in_terminal) {
		weir_cancel(run->subscription);
		weir_request(run->subscription, 1);
	}
}

static void on_error(const weir_error *error, void *context)
{
	struct run *run = context;

	run->error_code = weir_error_code(error);
	on_terminal(run, SIGNAL_ERROR);
}

static void on_complete(void *context)
{
	on_terminal(context, SIGNAL_COMPLETE);
}

static void on_destroy(void *context)
{
	struct run *run = context;

	cr_assert_eq(run->destroyed, 0, "destroy was called twice");
	cr_assert(run->ended || run->cancelled, "destroy was called without terminal and without cancel");
	run->destroyed++;
	run->subscription = NULL;
}

static bool is_over(const struct run *run)
{
	return run->ended || run->cancelled;
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	struct run *run = context;

	(void)stage;
	(void)value;
	if (!is_over(run))
		run->dropped++;
}

/* Something subscribes again and again: the consumer has seen enough. */
static void on_source_subscribed(struct numbers_log *log)
{
	struct run *run = log->context;

	if (log->subscribed == SUBSCRIPTIONS_ENDLESS && !run->ended && !run->cancelled)
		run_cancel(run);
}

static void run_init(struct run *run, const struct script *script)
{
	*run = (struct run){ .script = *script };
	run->blocks = faults_live_blocks();
	run->loop = conformance_subject.needs_real_loop ? weir_loop_new() : weir_loop_new_virtual();
	cr_assert_not_null(run->loop);
	weir_loop_set_hooks(run->loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = run });
	run->log = (struct numbers_log){ .on_subscribed = on_source_subscribed, .context = run };
}

/* The subject behind a source, or alone when it is one. */
static weir_observable *build(struct run *run, struct numbers source)
{
	if (conformance_subject.creates)
		return conformance_subject.build(NULL);
	source.log = &run->log;
	return conformance_subject.build(numbers(source));
}

static void run_subscribe(struct run *run, weir_observable *observable)
{
	const struct script *script = &run->script;
	uint64_t demand = script->first;

	run->requested = demand == 0 ? WEIR_UNBOUNDED : demand == WEIR_ON_REQUEST ? 0 : demand;
	weir_subscribe(observable, run->loop,
		&(struct weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.next_batch = script->takes_batches ? on_next_batch : NULL,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = run,
			.demand = demand });
}

/* One step of time; false when nothing is left to do. */
static bool run_step(struct run *run)
{
	if (!conformance_subject.needs_real_loop)
		return step_loop(run->loop, WEIR_FOREVER);
	weir_loop_run_for(run->loop, weir_ms(5));
	return weir_loop_has_work(run->loop);
}

static void cancel_inners(struct run *run)
{
	for (size_t index = 0; index < run->inner_count; index++)
		weir_cancel(run->inners[index]->subscription);
}

/* Until it ends by itself, or is cancelled because it would not. */
static void run_to_end(struct run *run)
{
	weir_time begin = weir_loop_now(run->loop);
	size_t steps = 0;

	while (!is_over(run)) {
		if (conformance_subject.endless && weir_loop_now(run->loop) - begin >= ENDLESS_TIME) {
			run_cancel(run);
			break;
		}
		if (run_step(run)) {
			cr_assert_lt(++steps, STEPS_MAX, "it goes on for ever: set .endless?");
			continue;
		}
		if (run->script.later > 0 && run->requested != WEIR_UNBOUNDED && run->requested <= run->received) {
			add_requested(run, run->script.later);
			weir_request(run->subscription, run->script.later);
			continue;
		}
		if (is_over(run))
			break;
		cr_assert(
			conformance_subject.endless || run->script.needs_not_end || conformance_subject.handles_errors,
			"nothing is left to do, and it has not ended (%llu items, %llu requested)",
			(unsigned long long)run->received, (unsigned long long)run->requested);
		run_cancel(run);
	}
}

/* After the end: nothing is left, nothing comes any more. */
static void run_finish(struct run *run)
{
	cr_assert(is_over(run));
	cr_assert_eq(run->destroyed, 1, "destroy was called %zu times", run->destroyed);
	cr_assert(!weir_subscription_is_active(run->kept));
	/* Who drops items says so in `demand_changes_items`; too much emission ends in an error. */
	if (run->ended && run->terminal == SIGNAL_COMPLETE && conformance_subject.demand_changes_items == NULL)
		cr_assert_eq(run->dropped, 0, "%zu items were dropped", run->dropped);
	cancel_inners(run);
	cr_assert_eq(weir_loop_timer_count(run->loop), 0, "%zu timers are left", weir_loop_timer_count(run->loop));
	cr_assert_eq(weir_loop_subscription_count(run->loop), 0, "%zu subscriptions are left",
		weir_loop_subscription_count(run->loop));
	/* A dead handle can be spoken to. */
	weir_request(run->kept, 1);
	weir_cancel(run->kept);
	weir_subscription_unref(run->kept);
	cr_assert_eq(run->log.subscribed, run->log.finished, "%zu subscriptions of the source, %zu were finished",
		run->log.subscribed, run->log.finished);
	/* What is on its way from other threads holds the loop. */
	if (conformance_subject.needs_real_loop)
		weir_loop_run(run->loop);
	else
		weir_loop_run_for(run->loop, weir_s(100));
	weir_loop_free(run->loop);
	run->loop = NULL;
	for (size_t index = 0; index < run->inner_count; index++)
		free(run->inners[index]);
}

static void forget_items(struct run *run)
{
	for (size_t index = 0; index < run->items_kept; index++)
		weir_release(run->items[index]);
	run->items_kept = 0;
}

/* Release the items too: then all memory is back. */
static void run_forget(struct run *run)
{
	forget_items(run);
	/* Other threads may have to let go, too. */
	for (int wait = 0; conformance_subject.needs_real_loop && wait < 1000; wait++)
		if (faults_live_blocks() != run->blocks)
			usleep(1000);
	cr_assert_eq(faults_live_blocks(), run->blocks, "%zu blocks of memory are left (before: %zu)",
		faults_live_blocks(), run->blocks);
}

static void play(struct run *run, struct numbers source, struct script script)
{
	run_init(run, &script);
	run_subscribe(run, build(run, source));
	run_to_end(run);
	run_finish(run);
}

static void play_and_forget(struct numbers source, struct script script)
{
	static struct run run;

	play(&run, source, script);
	run_forget(&run);
}

/* Observables and errors are other objects in every run, also inside arrays and maps: their text is the same. */
static bool same_item(weir_value left, weir_value right)
{
	char texts[2][512];

	if (weir_equal(left, right))
		return true;
	weir_print(left, texts[0], sizeof texts[0]);
	weir_print(right, texts[1], sizeof texts[1]);
	return strcmp(texts[0], texts[1]) == 0;
}

static void assert_same_items(const struct run *left, const struct run *right, const char *what)
{
	char texts[2][128];

	for (size_t index = 0; index < left->items_kept && index < right->items_kept; index++) {
		if (same_item(left->items[index], right->items[index]))
			continue;
		weir_print(left->items[index], texts[0], sizeof texts[0]);
		weir_print(right->items[index], texts[1], sizeof texts[1]);
		cr_assert(false, "%s: item %zu is %s, not %s", what, index + 1, texts[1], texts[0]);
	}
	if (conformance_subject.endless)
		return;
	cr_assert_eq(left->items_kept, right->items_kept, "%s: %zu items, not %zu", what, right->items_kept,
		left->items_kept);
	cr_assert(left->ended == right->ended && left->terminal == right->terminal, "%s: it ends otherwise", what);
}

static const struct numbers synchronous = { .count = 9 };
static const struct numbers asynchronous = { .count = 9, .interval = 1000000 };

static void set_up(void)
{
	faults_install();
	/* What is made once per process is made now. */
	weir_error_unref(weir_error_new(ENOMEM, "warm"));
}

static void skip_without_source(void)
{
	if (conformance_subject.creates)
		cr_skip_test("a creating operator");
}

static void skip_without_virtual_time(void)
{
	if (conformance_subject.needs_real_loop)
		cr_skip_test("it needs a real loop");
}

TestSuite(conformance, .init = set_up, .timeout = 60);

/* What `in_batches` runs again. */
#define CASE(name) \
	static void name(void); \
	Test(conformance, name) \
	{ \
		name(); \
	} \
	static void name(void)

static void check_failure(struct numbers source)
{
	static struct run run;

	source.end = NUMBERS_FAIL;
	play(&run, source, (struct script){ 0 });
	if (run.log.failed > 0 && !conformance_subject.handles_errors && !run.cancelled)
		cr_assert(run.terminal == SIGNAL_ERROR && run.error_code == WEIR_EUSER,
			"the source failed with WEIR_EUSER, but it ended with %s",
			run.terminal == SIGNAL_ERROR ? weir_error_code_name(run.error_code) : "completion");
	run_forget(&run);
}

CASE(early_error)
{
	skip_without_source();
	check_failure((struct numbers){ .count = 0 });
	check_failure((struct numbers){ .count = 0, .interval = weir_ms(1) });
}

CASE(error_after_items)
{
	skip_without_source();
	check_failure((struct numbers){ .count = 3 });
	check_failure((struct numbers){ .count = 3, .interval = weir_ms(1) });
}

CASE(empty_source)
{
	skip_without_source();
	play_and_forget((struct numbers){ .count = 0 }, (struct script){ 0 });
	play_and_forget((struct numbers){ .count = 0, .interval = weir_ms(1) }, (struct script){ 0 });
	play_and_forget((struct numbers){ .count = 0 }, (struct script){ .first = WEIR_ON_REQUEST, .later = 1 });
}

CASE(never_source_then_cancel)
{
	static struct run run;

	skip_without_source();
	for (int count = 0; count <= 2; count++) {
		run_init(&run, &(struct script){ .needs_not_end = true });
		run_subscribe(&run, build(&run, (struct numbers){ .count = count, .end = NUMBERS_NEVER }));
		weir_loop_run_for(run.loop, weir_ms(20));
		if (!is_over(&run))
			run_cancel(&run);
		run_finish(&run);
		run_forget(&run);
	}
}

static void cancel_at_every_step(struct numbers source, bool bounded)
{
	static struct run run;
	bool was_over = false;

	for (size_t steps = 0; !was_over && steps < 300; steps++) {
		run_init(&run, &(struct script){ .first = bounded ? 2 : 0, .then = bounded, .needs_not_end = true });
		run_subscribe(&run, build(&run, source));
		for (size_t step = 0; step < steps && !is_over(&run); step++)
			if (!step_loop(run.loop, ENDLESS_TIME))
				break;
		was_over = is_over(&run) || weir_loop_now(run.loop) >= ENDLESS_TIME;
		if (!was_over && weir_loop_timer_count(run.loop) == 0)
			was_over = true;
		if (!is_over(&run))
			run_cancel(&run);
		run_finish(&run);
		run_forget(&run);
	}
}

CASE(cancel_at_every_virtual_step)
{
	skip_without_virtual_time();
	cancel_at_every_step(asynchronous, false);
	cancel_at_every_step(asynchronous, true);
	if (conformance_subject.creates)
		return;
	cancel_at_every_step(synchronous, false);
	cancel_at_every_step((struct numbers){ .count = 3, .interval = weir_ms(2), .end = NUMBERS_FAIL }, false);
	cancel_at_every_step((struct numbers){ .count = 3, .interval = weir_ms(2), .end = NUMBERS_NEVER }, false);
}

static int compare_items(const void *left, const void *right)
{
	return weir_compare(*(const weir_value *)left, *(const weir_value *)right);
}

/* Runs that differ in demand. */
static void assert_demand_changed_nothing(struct run *reference, struct run *run, const char *what)
{
	if (conformance_subject.demand_changes_items != NULL)
		return;
	if (conformance_subject.demand_changes_order != NULL) {
		qsort(reference->items, reference->items_kept, sizeof(weir_value), compare_items);
		qsort(run->items, run->items_kept, sizeof(weir_value), compare_items);
	}
	assert_same_items(reference, run, what);
}

/* Of a run that an error has cut short. */
static void assert_among_items(const struct run *all, const struct run *run, const char *what)
{
	bool found[ITEMS_KEPT] = { 0 };

	for (size_t item = 0; item < run->items_kept; item++) {
		size_t index = 0;

		while (index < all->items_kept && (found[index] || !same_item(all->items[index], run->items[item])))
			index++;
		cr_assert_lt(index, all->items_kept, "%s: item %zu does not come without the error", what, item + 1);
		found[index] = true;
	}
}

/* `complete` is a run of the same source that does not fail, or NULL. */
static void assert_demand_changed_little(
	const struct run *complete, struct run *reference, struct run *run, const char *what)
{
	if (complete == NULL || conformance_subject.errors_overtake_items == NULL) {
		assert_demand_changed_nothing(reference, run, what);
		return;
	}
	assert_among_items(complete, run, what);
	cr_assert(run->ended == reference->ended && run->terminal == reference->terminal &&
			  run->error_code == reference->error_code,
		"%s: it ends otherwise", what);
}

static void same_items_for_demand(const struct run *complete, struct numbers source, uint64_t demand)
{
	static struct run reference;
	static struct run run;

	play(&reference, source, (struct script){ 0 });
	for (uint64_t then = 1; then <= 2; then++) {
		play(&run, source, (struct script){ .first = demand, .then = then });
		assert_demand_changed_little(complete, &reference, &run, "a request inside each next");
		forget_items(&run);
	}
	/* Everything that was requested has come before more is. */
	for (uint64_t once = 0; once <= 2; once += 2) {
		play(&run, source, (struct script){ .first = demand, .later = demand, .once = once });
		if (source.interval == 0)
			assert_demand_changed_little(complete, &reference, &run, "requests from outside");
		forget_items(&run);
	}
	run_forget(&reference);
}

static void bounded_demand(uint64_t demand)
{
	static struct run complete;
	struct numbers source = { .count = 5 };

	same_items_for_demand(NULL, synchronous, demand);
	same_items_for_demand(NULL, asynchronous, demand);
	for (source.interval = 0; source.interval <= weir_ms(1) && !conformance_subject.creates;
		source.interval += weir_ms(1)) {
		source.end = NUMBERS_COMPLETE;
		play(&complete, source, (struct script){ 0 });
		source.end = NUMBERS_FAIL;
		same_items_for_demand(&complete, source, demand);
		run_forget(&complete);
	}
}

CASE(bounded_demand_1_gives_the_same_items)
{
	bounded_demand(1);
}

CASE(bounded_demand_2_gives_the_same_items)
{
	bounded_demand(2);
}

CASE(bounded_demand_7_gives_the_same_items)
{
	bounded_demand(7);
}

/* on_next() asserts it; here with pauses in between, in which too much could come. */
CASE(never_more_than_requested)
{
	static struct run run;
	const struct numbers *sources[] = { &synchronous, &asynchronous };

	for (size_t index = 0; index < 2; index++) {
		run_init(&run, &(struct script){ .first = WEIR_ON_REQUEST, .needs_not_end = true });
		run_subscribe(&run, build(&run, *sources[index]));
		for (uint64_t round = 0; round < 6 && !is_over(&run); round++) {
			weir_loop_run_for(run.loop, weir_ms(7));
			if (is_over(&run))
				break;
			add_requested(&run, round % 3);
			weir_request(run.subscription, round % 3);
		}
		if (!is_over(&run))
			run_cancel(&run);
		run_finish(&run);
		run_forget(&run);
	}
}

CASE(re_entrant_request)
{
	static struct run run;

	play(&run, synchronous, (struct script){ .first = 1, .then = 1 });
	run_forget(&run);
	play(&run, synchronous, (struct script){ .first = 1, .then = 3 });
	run_forget(&run);
	/* A long one: the stack stays flat. */
	play(&run, (struct numbers){ .count = 20000 }, (struct script){ .first = 1, .then = 1, .keeps_nothing = true });
	if (run.received > 0)
		cr_assert_lt(run.highest - run.deepest, 64 << 10, "the stack grows with the items: %td bytes",
			run.highest - run.deepest);
	run_forget(&run);
}

CASE(request_from_inside_subscribed)
{
	static struct run reference;
	static struct run run;

	play(&reference, synchronous, (struct script){ 0 });
	play(&run, synchronous, (struct script){ .first = WEIR_ON_REQUEST, .inside = WEIR_UNBOUNDED });
	assert_same_items(&reference, &run, "everything requested inside subscribed");
	forget_items(&run);
	play(&run, synchronous, (struct script){ .first = WEIR_ON_REQUEST, .inside = 1, .then = 1 });
	assert_demand_changed_nothing(&reference, &run, "one requested inside subscribed");
	forget_items(&run);
	run_forget(&reference);
}

static void cancel_inside_next(struct numbers source)
{
	static struct run run;
	bool was_cancelled = true;

	for (size_t item = 1; was_cancelled && item <= 12; item++) {
		for (int bounded = 0; bounded <= 1; bounded++) {
			play(&run, source, (struct script){ .first = bounded ? item : 0, .cancel_at_item = item });
			was_cancelled = run.received == item;
			if (was_cancelled)
				cr_assert(run.cancelled && !run.ended);
			run_forget(&run);
		}
	}
}

CASE(cancel_from_inside_next)
{
	cancel_inside_next(synchronous);
	cancel_inside_next(asynchronous);
	if (!conformance_subject.creates)
		cancel_inside_next((struct numbers){ .count = 9, .batch = 4 });
}

CASE(cancel_from_inside_subscribed)
{
	static struct run run;

	play(&run, synchronous, (struct script){ .cancel_in_subscribed = true });
	cr_assert_eq(run.received, 0);
	run_forget(&run);
}

CASE(cancel_from_inside_the_terminal)
{
	play_and_forget(synchronous, (struct script){ .cancel_in_terminal = true });
	play_and_forget(asynchronous, (struct script){ .cancel_in_terminal = true });
	if (!conformance_subject.creates)
		play_and_forget((struct numbers){ .count = 2, .end = NUMBERS_FAIL },
			(struct script){ .cancel_in_terminal = true });
}

static void emits_something(struct numbers source)
{
	static struct run run;

	play(&run, source, (struct script){ 0 });
	if (conformance_subject.emits_nothing == NULL)
		cr_assert_gt(run.received, 0, "nothing was emitted: choose other arguments, or set .emits_nothing");
	else
		cr_assert_eq(run.received, 0, "something was emitted");
	run_forget(&run);
}

CASE(synchronous_source)
{
	emits_something(synchronous);
}

CASE(asynchronous_source)
{
	skip_without_source();
	emits_something(asynchronous);
}

static void two_at_once(struct numbers source)
{
	static struct run reference;
	static struct run runs[2];
	weir_observable *observable;

	play(&reference, source, (struct script){ 0 });
	for (size_t index = 0; index < 2; index++)
		run_init(&runs[index], &(struct script){ 0 });
	/* The second one runs on the loop of the first. */
	weir_loop *spare = runs[1].loop;

	runs[1].loop = runs[0].loop;
	observable = build(&runs[0], source);
	run_subscribe(&runs[0], weir_ref(observable));
	run_subscribe(&runs[1], observable);
	while (!is_over(&runs[0]) || !is_over(&runs[1])) {
		bool stepped = run_step(&runs[0]);

		for (size_t index = 0; index < 2; index++)
			if (!is_over(&runs[index]) &&
				(!stepped ||
					(conformance_subject.endless && weir_loop_now(runs[0].loop) >= ENDLESS_TIME)))
				run_cancel(&runs[index]);
	}
	if (conformance_subject.subscriptions_interact == NULL)
		for (size_t index = 0; index < 2; index++)
			assert_same_items(&reference, &runs[index], "beside another");
	cancel_inners(&runs[0]);
	cancel_inners(&runs[1]);
	cr_assert_eq(weir_loop_timer_count(runs[0].loop), 0);
	cr_assert_eq(weir_loop_subscription_count(runs[0].loop), 0);
	weir_loop_free(runs[0].loop);
	weir_loop_free(spare);
	for (size_t index = 0; index < 2; index++) {
		cr_assert_eq(runs[index].destroyed, 1);
		weir_subscription_unref(runs[index].kept);
		for (size_t inner = 0; inner < runs[index].inner_count; inner++)
			free(runs[index].inners[inner]);
		forget_items(&runs[index]);
	}
	run_forget(&reference);
}

CASE(two_subscriptions_at_once)
{
	if (conformance_subject.needs_real_loop && conformance_subject.endless)
		cr_skip_test("it needs a real loop");
	two_at_once(synchronous);
	if (!conformance_subject.creates)
		two_at_once(asynchronous);
}

CASE(resubscribing_gives_the_same)
{
	static struct run first;
	static struct run again;
	const struct numbers *sources[] = { &synchronous, &asynchronous };

	for (size_t index = 0; index < 2; index++) {
		run_init(&first, &(struct script){ 0 });

		weir_observable *observable = build(&first, *sources[index]);

		run_subscribe(&first, weir_ref(observable));
		run_to_end(&first);
		run_init(&again, &(struct script){ 0 });
		run_subscribe(&again, observable);
		run_to_end(&again);
		if (conformance_subject.subscriptions_interact == NULL)
			assert_same_items(&first, &again, "the second time");
		run_finish(&again);
		forget_items(&again);
		run_finish(&first);
		run_forget(&first);
	}
}

static void every_allocation_fails(struct numbers source, struct script script, bool from_then_on)
{
	static struct run reference;
	static struct run run;
	bool hit = true;

	play(&reference, source, script);
	for (size_t number = 1; hit; number++) {
		cr_assert_lt(number, 5000, "the number of allocations has no end");
		run_init(&run, &script);
		run.is_lenient = true;
		run.script.needs_not_end = true;
		if (from_then_on)
			faults_fail_from(number);
		else
			faults_fail_once(number);
		run_subscribe(&run, build(&run, source));
		run_to_end(&run);
		faults_stop();
		hit = faults_hit();
		/* What was not told must not have mattered. */
		if (run.ended && run.terminal == SIGNAL_COMPLETE && !run.inner_failed &&
			!conformance_subject.handles_errors)
			assert_same_items(&reference, &run, "an allocation failed, it did not, and");
		run_finish(&run);
		run_forget(&run);
	}
	run_forget(&reference);
}

static const struct script scripts[] = { { 0 }, { .first = 2, .then = 1 } };

Test(conformance, every_allocation_fails_once)
{
	skip_without_virtual_time();
	for (size_t index = 0; index < 2; index++) {
		every_allocation_fails(synchronous, scripts[index], false);
		if (!conformance_subject.creates) {
			every_allocation_fails(asynchronous, scripts[index], false);
			every_allocation_fails(
				(struct numbers){ .count = 3, .end = NUMBERS_FAIL }, scripts[index], false);
		}
	}
}

Test(conformance, every_allocation_fails_from_then_on)
{
	skip_without_virtual_time();
	for (size_t index = 0; index < 2; index++) {
		every_allocation_fails(synchronous, scripts[index], true);
		if (!conformance_subject.creates) {
			every_allocation_fails(asynchronous, scripts[index], true);
			every_allocation_fails(
				(struct numbers){ .count = 3, .end = NUMBERS_FAIL }, scripts[index], true);
		}
	}
}

CASE(destroy_comes_last_and_once)
{
	/* on_destroy() and signal_may_come() assert it. */
	play_and_forget(synchronous, (struct script){ 0 });
	play_and_forget(asynchronous, (struct script){ 0 });
	play_and_forget(asynchronous, (struct script){ .first = 1, .then = 1 });
}

CASE(no_leak)
{
	size_t before = faults_live_blocks();

	for (int round = 0; round < 3; round++) {
		play_and_forget(synchronous, (struct script){ 0 });
		play_and_forget(asynchronous, (struct script){ .cancel_at_item = 2 });
	}
	cr_assert_eq(faults_live_blocks(), before);
}

CASE(unsubscribed_recipe_is_freed)
{
	static struct run run;
	size_t before = faults_live_blocks();

	weir_unref(build(&run, synchronous));
	cr_assert_eq(faults_live_blocks(), before, "%zu blocks are left", faults_live_blocks() - before);
}

/* The loop may go before the subscription has ended. */
CASE(freeing_the_loop_cancels)
{
	static struct run run;

	run_init(&run, &(struct script){ .needs_not_end = true });
	run_subscribe(&run, build(&run, asynchronous));
	weir_loop_run_for(run.loop, weir_ms(3));
	run.cancelled = run.cancelled || !run.ended;
	for (size_t index = 0; index < run.inner_count; index++)
		weir_cancel(run.inners[index]->subscription);
	weir_loop_free(run.loop);
	cr_assert_eq(run.destroyed, 1);
	weir_subscription_unref(run.kept);
	for (size_t index = 0; index < run.inner_count; index++)
		free(run.inners[index]);
	run_forget(&run);
}

/* A stage that goes on when the source has completed, as merge_map may. */
struct outliving {
	size_t completed;
	size_t failed_later;
};

static void outliving_next(struct weir_node *node, weir_value value)
{
	(void)node;
	weir_release(value);
}

static void outliving_error(struct weir_node *node, weir_error *error)
{
	struct outliving *outliving = *(struct outliving *const *)node->config;

	outliving->failed_later += outliving->completed;
	weir_emit_error(node, error);
}

static void outliving_complete(struct weir_node *node)
{
	(*(struct outliving *const *)node->config)->completed++;
}

static const struct weir_node_class outliving_class = {
	.name = "outliving",
	.config_size = sizeof(struct outliving *),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = outliving_next,
	.error = outliving_error,
	.complete = outliving_complete,
};

Test(conformance, what_runs_beside_the_source_ends_with_it)
{
	const struct numbers *sources[] = { &synchronous, &asynchronous };

	skip_without_virtual_time();
	for (size_t index = 0; index < 2; index++) {
		static struct run run;
		struct outliving outliving = { 0 };
		weir_loop *loop = weir_loop_new_virtual();

		weir_subscribe(weir_extend(build(&run, *sources[index]), &outliving_class,
				       &(struct outliving *){ &outliving }),
			loop, &(weir_observer){ 0 });
		weir_loop_run_for(loop, ENDLESS_TIME);
		cr_expect_leq(outliving.completed, 1, "it completes again");
		cr_expect_eq(outliving.failed_later, 0, "it fails after it has completed");
		if (outliving.completed > 0)
			cr_expect_eq(weir_loop_timer_count(loop), 0, "timers are left");
		weir_loop_free(loop);
	}
}

static const size_t batch_sizes[] = { 1, 2, 3, 64, NUMBERS_RANDOM };

/* Batches give the same as the same items one by one, at once or several at a time. */
static void same_items_in_batches(struct numbers source, struct script script)
{
	static struct run reference;
	static struct run run;

	play(&reference, source, script);
	for (size_t index = 0; index < sizeof batch_sizes / sizeof *batch_sizes; index++) {
		for (int takes_batches = 0; takes_batches <= 1; takes_batches++) {
			source.batch = batch_sizes[index];
			script.takes_batches = takes_batches;
			play(&run, source, script);
			assert_same_items(&reference, &run, "in batches");
			forget_items(&run);
		}
	}
	run_forget(&reference);
}

Test(conformance, batches)
{
	skip_without_source();
	for (int end = NUMBERS_COMPLETE; end <= NUMBERS_FAIL; end++) {
		/* Then other threads decide what comes before the error. */
		if (end == NUMBERS_FAIL && conformance_subject.needs_real_loop &&
			conformance_subject.errors_overtake_items != NULL)
			break;
		for (size_t index = 0; index < 2; index++) {
			same_items_in_batches((struct numbers){ .count = 9, .end = end }, scripts[index]);
			same_items_in_batches(
				(struct numbers){ .count = 9, .end = end, .interval = weir_ms(1), .burst = 4 },
				scripts[index]);
		}
	}
	for (size_t item = 1; item <= 9; item++)
		same_items_in_batches((struct numbers){ .count = 9 }, (struct script){ .cancel_at_item = item });
}

/* Everything above but the failing allocations, while no source emits item by item. */
Test(conformance, in_batches)
{
	skip_without_source();
	for (size_t index = 0; index < sizeof batch_sizes / sizeof *batch_sizes; index++) {
		numbers_in_batches = batch_sizes[index];
		early_error();
		error_after_items();
		empty_source();
		never_source_then_cancel();
		if (!conformance_subject.needs_real_loop)
			cancel_at_every_virtual_step();
		bounded_demand_1_gives_the_same_items();
		bounded_demand_2_gives_the_same_items();
		bounded_demand_7_gives_the_same_items();
		never_more_than_requested();
		re_entrant_request();
		request_from_inside_subscribed();
		cancel_from_inside_next();
		cancel_from_inside_subscribed();
		cancel_from_inside_the_terminal();
		synchronous_source();
		asynchronous_source();
		if (!(conformance_subject.needs_real_loop && conformance_subject.endless))
			two_subscriptions_at_once();
		resubscribing_gives_the_same();
		freeing_the_loop_cancels();
	}
	numbers_in_batches = 0;
}
