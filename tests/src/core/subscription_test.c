/* The protocol: order of starts and ends, silence, demand, cancel from anywhere, whatever the stages do. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "core/subscription.h"
#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

/* What happened, as words. */
static char history[8192];
static size_t history_length;
static weir_loop *loop;
static weir_subscription *subscription;

WEIR_PRINTF(1, 2) static void note(const char *format, ...)
{
	va_list arguments;

	if (history_length > 0)
		history[history_length++] = ' ';
	va_start(arguments, format);
	history_length +=
		(size_t)vsnprintf(history + history_length, sizeof history - history_length, format, arguments);
	va_end(arguments);
	cr_assert_lt(history_length, sizeof history);
}

static void forget(void)
{
	history_length = 0;
	history[0] = '\0';
}

#define HAPPENED(expected) cr_expect_str_eq(history, (expected), "%s", history)

static void on_dropped(const char *stage, weir_value value, void *context)
{
	char text[64];

	(void)context;
	weir_print(value, text, sizeof text);
	note("%s:dropped(%s)", stage, text);
}

static void on_unhandled(const weir_error *error, void *context)
{
	(void)context;
	note("unhandled(%s)", weir_error_message(error));
}

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ on_dropped, on_unhandled, NULL });
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(subscription, .init = set_up, .fini = tear_down);

static void on_subscribed(weir_subscription *handle, void *context)
{
	(void)context;
	subscription = handle;
	note("subscribed");
}

static void on_next(weir_value value, void *context)
{
	(void)context;
	note("%lld", (long long)weir_as_int(value));
}

static void on_error(const weir_error *error, void *context)
{
	(void)context;
	note("error(%s)", weir_error_message(error));
}

static void on_complete(void *context)
{
	(void)context;
	note("complete");
}

static void on_destroy(void *context)
{
	(void)context;
	subscription = NULL;
	note("destroy");
}

static const struct weir_observer observer = {
	.subscribed = on_subscribed,
	.next = on_next,
	.error = on_error,
	.complete = on_complete,
	.destroy = on_destroy,
};

/* A stage that notes what it does, and at one place may do more. */
enum place { AT_START, AT_STARTED, AT_REQUEST, AT_NEXT, AT_ERROR, AT_COMPLETE, AT_FINISH, PLACES, NOWHERE };

static const char *const place_names[] = { "start", "started", "request", "next", "error", "complete", "finish" };

struct probe_config {
	char name;
	enum place place;
	void (*action)(struct weir_node *node);
};

struct probe {
	struct weir_node node;
	bool was_zeroed;
	int finished;
	bool started;
};

static bool act(struct weir_node *node, enum place place)
{
	const struct probe_config *config = node->config;

	note("%c.%s", config->name, place_names[place]);
	if (config->place == place)
		config->action(node);
	return weir_is_open(node);
}

static void probe_start(struct weir_node *node)
{
	struct probe *self = WEIR_CONTAINER_OF(node, struct probe, node);

	cr_assert(!self->started && self->finished == 0, "the state was not zeroed");
	self->started = true;
	act(node, AT_START);
}

static void probe_next(struct weir_node *node, weir_value value)
{
	if (act(node, AT_NEXT))
		weir_emit_next(node, value);
	else
		weir_release(value);
}

static void probe_error(struct weir_node *node, weir_error *error)
{
	if (act(node, AT_ERROR))
		weir_emit_error(node, error);
	else
		weir_error_unref(error);
}

static void probe_complete(struct weir_node *node)
{
	if (act(node, AT_COMPLETE))
		weir_emit_complete(node);
}

static void probe_request(struct weir_node *node, uint64_t count)
{
	if (act(node, AT_REQUEST))
		weir_request_upstream(node, count);
}

static void probe_finish(struct weir_node *node)
{
	struct probe *self = WEIR_CONTAINER_OF(node, struct probe, node);

	cr_assert(self->started, "finish without start");
	cr_assert_eq(++self->finished, 1, "finish twice");
	act(node, AT_FINISH);
}

static const struct weir_node_class probe_class = {
	.name = "probe",
	.size = sizeof(struct probe),
	.config_size = sizeof(struct probe_config),
	.start = probe_start,
	.next = probe_next,
	.error = probe_error,
	.complete = probe_complete,
	.request = probe_request,
	.finish = probe_finish,
};

static weir_observable *probe(weir_observable *source, char name, enum place place, void (*action)(struct weir_node *))
{
	return weir_extend(source, &probe_class, &(struct probe_config){ name, place, action });
}

static weir_observable *quiet_probe(weir_observable *source, char name)
{
	return probe(source, name, NOWHERE, NULL);
}

/* ---- order ---- */

Test(subscription, starts_from_the_observer_and_finishes_from_the_source)
{
	weir_subscribe(quiet_probe(quiet_probe(weir_range(1, 1), 'a'), 'b'), loop, &observer);
	HAPPENED("subscribed b.start b.request a.start a.request a.next b.next 1 a.complete b.complete complete "
		 "a.finish "
		 "b.finish destroy");
}

Test(subscription, an_error_ends_everything_in_the_same_order)
{
	weir_subscribe(quiet_probe(quiet_probe(weir_just(weir_fail(EIO, "broken")), 'a'), 'b'), loop, &observer);
	HAPPENED("subscribed b.start b.request a.start a.request a.error b.error error(broken) a.finish b.finish "
		 "destroy");
}

Test(subscription, cancel_finishes_from_the_source_and_emits_nothing)
{
	weir_subscribe(
		quiet_probe(quiet_probe(numbers((struct numbers){ .end = NUMBERS_NEVER, .count = 1 }), 'a'), 'b'), loop,
		&observer);
	forget();
	weir_cancel(subscription);
	HAPPENED("a.finish b.finish destroy");
	weir_cancel(subscription);
	HAPPENED("a.finish b.finish destroy");
}

Test(subscription, the_terminal_of_a_stage_finishes_what_is_above_it_first)
{
	weir_subscribe(quiet_probe(weir_take(quiet_probe(weir_range(1, 5), 'a'), 1), 'b'), loop, &observer);
	HAPPENED("subscribed b.start b.request a.start a.request a.next b.next 1 b.complete complete a.finish b.finish "
		 "destroy");
}

/* ---- silence ---- */

static void emit_late(struct weir_node *node)
{
	weir_emit_complete(node);
	weir_emit_next(node, weir_int(7));
	weir_emit_batch(node, (weir_value[]){ weir_int(8), weir_string("nine") }, 2);
	weir_emit_error(node, weir_error_new(EIO, "late"));
	weir_emit_complete(node);
}

Test(subscription, what_a_stage_says_after_its_end_is_dropped_with_its_name)
{
	weir_subscribe(weir_extend(weir_range(1, 1), &probe_class, &(struct probe_config){ 'a', AT_NEXT, emit_late }),
		loop, &observer);
	HAPPENED("subscribed a.start a.request a.next complete a.finish destroy probe:dropped(7) probe:dropped(8) "
		 "probe:dropped(\"nine\") probe:dropped(<error EIO>)");
}

static void expect_closed(struct weir_node *node)
{
	cr_expect(!weir_is_open(node));
	cr_expect_eq(node->demand, 0);
	weir_emit_next(node, weir_int(5));
	weir_emit_complete(node);
	weir_request_upstream(node, 3);
	weir_request_replacement(node);
	weir_cancel_upstream(node);
	weir_start_upstream(node);
}

Test(subscription, nothing_can_be_emitted_in_finish)
{
	weir_subscribe(probe(weir_range(1, 1), 'a', AT_FINISH, expect_closed), loop, &observer);
	HAPPENED("subscribed a.start a.request a.next 1 a.complete complete a.finish probe:dropped(5) destroy");
}

/* A stage without `complete` and `error`, and without `finish`: the terminal passes it by. */
struct passed_by {
	struct weir_node node;
	struct weir_timer timer;
};

static void passed_by_expired(struct weir_timer *timer)
{
	(void)timer;
	note("expired");
}

static void starts_its_timer_late(struct weir_node *node)
{
	struct passed_by *self = WEIR_CONTAINER_OF(node, struct passed_by, node);

	weir_start_upstream(node);
	if (!weir_is_open(node)) {
		note("closed");
		return;
	}
	weir_timer_init(&self->timer, node, passed_by_expired);
	weir_timer_start(&self->timer, 1);
}

static const struct weir_node_class late_timer_class = {
	.name = "late_timer", .size = sizeof(struct passed_by), .start = starts_its_timer_late
};

Test(subscription, a_stage_whose_start_led_to_the_end_is_closed)
{
	weir_subscribe(weir_extend(weir_just(weir_fail(EIO, "broken")), &late_timer_class, NULL), loop, &observer);
	forget();
	/* The source fails inside the start: it waits for no request. */
	weir_subscribe(weir_extend(weir_range(1, 0), &late_timer_class, NULL), loop, &observer);
	HAPPENED("subscribed complete destroy closed");
	weir_loop_run(loop);
}

static void emits_after_its_request(struct weir_node *node, uint64_t count)
{
	weir_request_upstream(node, count);
	note(weir_is_open(node) ? "open" : "closed");
	weir_emit_next(node, weir_int(9));
}

static const struct weir_node_class late_emission_class = {
	.name = "late", .size = sizeof(struct passed_by), .request = emits_after_its_request
};

Test(subscription, a_stage_whose_request_led_to_the_end_is_silent)
{
	struct weir_observer waiting = observer;

	waiting.demand = WEIR_ON_REQUEST;
	weir_subscribe(weir_extend(weir_range(1, 2), &late_emission_class, NULL), loop, &waiting);
	weir_request(subscription, 2);
	HAPPENED("subscribed 1 2 complete destroy closed late:dropped(9)");
}

/* ---- cancel from everywhere ---- */

static void cancel_all(struct weir_node *node)
{
	(void)node;
	if (subscription == NULL)
		return;
	weir_cancel(subscription);
	cr_expect_null(subscription, "destroy was not called before weir_cancel() returned");
	note("cancelled");
}

/* It is ending already: destroy comes after the last stage, not earlier. */
static void cancel_what_ends(struct weir_node *node)
{
	(void)node;
	weir_cancel(subscription);
	cr_expect_not_null(subscription);
}

static int count_of(const char *word)
{
	int count = 0;

	for (const char *at = strstr(history, word); at != NULL; at = strstr(at + 1, word))
		count++;
	return count;
}

static void check_after_cancel(char stage, enum place place)
{
	const char *behind = strstr(history, "cancelled");

	cr_expect_eq(count_of("destroy"), 1, "%c.%s: %s", stage, place_names[place], history);
	for (char name = 'a'; name <= 'c'; name++) {
		char word[16];

		snprintf(word, sizeof word, "%c.start", name);
		int started = count_of(word);

		snprintf(word, sizeof word, "%c.finish", name);
		cr_expect_eq(count_of(word), started, "%c.%s: %s", stage, place_names[place], history);
	}
	if (behind == NULL)
		return;
	for (const char *word = strchr(behind, ' '); word != NULL; word = strchr(word + 1, ' '))
		cr_expect(strstr(word, ".finish") != NULL || strstr(word, "dropped") != NULL, "%c.%s: %s", stage,
			place_names[place], history);
}

static weir_observable *source_for_cancel(int which)
{
	switch (which) {
	case 0:
		return weir_range(1, 3);
	case 1:
		return weir_just(weir_fail(EIO, "broken"));
	case 2:
		return numbers((struct numbers){ .count = 3, .interval = 1000 });
	default:
		return numbers((struct numbers){ .count = 3, .batch = 2, .end = NUMBERS_FAIL });
	}
}

Test(subscription, cancel_from_any_slot_of_any_stage)
{
	for (int which = 0; which < 4; which++) {
		for (char stage = 'a'; stage <= 'c'; stage++) {
			for (enum place place = AT_START; place < PLACES; place++) {
				weir_observable *observable = source_for_cancel(which);

				forget();
				for (char name = 'a'; name <= 'c'; name++)
					observable = probe(observable, name, name == stage ? place : NOWHERE,
						place == AT_FINISH ? cancel_what_ends : cancel_all);
				weir_subscribe(observable, loop, &observer);
				weir_loop_run(loop);
				check_after_cancel(stage, place);
			}
		}
	}
}

static int cancel_at;

static void cancelling_next(weir_value value, void *context)
{
	on_next(value, context);
	if (weir_as_int(value) == cancel_at)
		weir_cancel(subscription);
}

static void cancelling_subscribed(weir_subscription *handle, void *context)
{
	on_subscribed(handle, context);
	if (cancel_at == 0)
		weir_cancel(handle);
}

static void cancelling_complete(void *context)
{
	on_complete(context);
	weir_cancel(subscription);
}

static void cancelling_error(const weir_error *error, void *context)
{
	on_error(error, context);
	weir_cancel(subscription);
}

static void cancelling_destroy(void *context)
{
	weir_cancel(subscription);
	on_destroy(context);
}

static const struct weir_observer cancelling = {
	.subscribed = cancelling_subscribed,
	.next = cancelling_next,
	.error = cancelling_error,
	.complete = cancelling_complete,
	.destroy = cancelling_destroy,
};

Test(subscription, cancel_from_inside_subscribed_starts_nothing)
{
	cancel_at = 0;
	cr_expect_null(weir_subscribe(quiet_probe(weir_range(1, 3), 'a'), loop, &cancelling));
	HAPPENED("subscribed destroy");
}

Test(subscription, cancel_from_inside_next_is_followed_by_nothing)
{
	for (cancel_at = 1; cancel_at <= 3; cancel_at++) {
		forget();
		cr_expect_null(weir_subscribe(weir_range(1, 3), loop, &cancelling));
		cr_expect_str_eq(history,
			cancel_at == 1	 ? "subscribed 1 destroy"
			: cancel_at == 2 ? "subscribed 1 2 destroy"
					 : "subscribed 1 2 3 destroy",
			"%s", history);
	}
}

Test(subscription, cancel_from_inside_the_terminal_or_destroy_changes_nothing)
{
	cancel_at = -1;
	weir_subscribe(weir_range(1, 1), loop, &cancelling);
	HAPPENED("subscribed 1 complete destroy");
	forget();
	weir_subscribe(weir_just(weir_fail(EIO, "broken")), loop, &cancelling);
	HAPPENED("subscribed error(broken) destroy");
}

/* One subscription inside another's next, and the inner one cancels the outer. */
static weir_subscription *outer;

static void outer_subscribed(weir_subscription *handle, void *context)
{
	(void)context;
	outer = handle;
}

static void inner_next(weir_value value, void *context)
{
	(void)context;
	note("inner%lld", (long long)weir_as_int(value));
	if (weir_as_int(value) == 2)
		weir_cancel(outer);
}

static void outer_next(weir_value value, void *context)
{
	(void)context;
	note("outer%lld", (long long)weir_as_int(value));
	weir_subscribe(weir_range(1, 3), loop, &(struct weir_observer){ .next = inner_next });
	note("back");
}

static void outer_destroy(void *context)
{
	(void)context;
	outer = NULL;
	note("destroy");
}

Test(subscription, may_be_cancelled_by_one_that_runs_inside_its_own_callback)
{
	weir_subscribe(quiet_probe(weir_range(1, 3), 'a'), loop,
		&(struct weir_observer){
			.subscribed = outer_subscribed, .next = outer_next, .destroy = outer_destroy });
	HAPPENED("a.start a.request a.next outer1 inner1 inner2 a.finish destroy inner3 back");
}

static void resubscribing_destroy(void *context)
{
	int *left = context;

	note("destroy");
	if ((*left)-- > 0)
		weir_subscribe(weir_range(1, 1), loop,
			&(struct weir_observer){ .next = on_next, .destroy = resubscribing_destroy, .context = left });
}

Test(subscription, may_begin_inside_destroy_of_another)
{
	int left = 3;

	weir_subscribe(weir_range(1, 1), loop,
		&(struct weir_observer){ .next = on_next, .destroy = resubscribing_destroy, .context = &left });
	HAPPENED("1 destroy 1 destroy 1 destroy 1 destroy");
}

/* ---- the handle ---- */

Test(subscription, the_handle_comes_before_anything_is_emitted_and_is_NULL_for_what_has_ended)
{
	cr_expect_null(weir_subscribe(weir_range(1, 1), loop, &observer));
	HAPPENED("subscribed 1 complete destroy");

	weir_subscription *handle =
		weir_subscribe(numbers((struct numbers){ .count = 1, .interval = 1 }), loop, &observer);

	cr_expect_eq(handle, subscription);
	cr_expect(weir_subscription_is_active(handle));
	cr_expect_eq(weir_subscription_loop(handle), loop);
	weir_cancel(handle);
}

Test(subscription, a_handle_that_is_held_outlives_the_end)
{
	weir_subscription *handle = weir_subscription_ref(
		weir_subscribe(numbers((struct numbers){ .count = 1, .interval = 1 }), loop, &observer));

	cr_expect_eq(weir_subscription_ref(handle), handle);
	weir_loop_run(loop);
	cr_expect(!weir_subscription_is_active(handle));
	forget();
	weir_request(handle, 5);
	weir_request(handle, WEIR_UNBOUNDED);
	weir_cancel(handle);
	HAPPENED("");
	weir_subscription_unref(handle);
	weir_subscription_unref(handle);
}

Test(subscription, NULL_is_allowed_as_handle)
{
	weir_request(NULL, 1);
	weir_cancel(NULL);
	cr_expect(!weir_subscription_is_active(NULL));
	cr_expect_null(weir_subscription_ref(NULL));
	weir_subscription_unref(NULL);
}

/* ---- the observer ---- */

Test(subscription, all_callbacks_are_optional)
{
	weir_subscribe(weir_range(1, 3), loop, &(struct weir_observer){ 0 });
	HAPPENED("");
	weir_subscribe(weir_just(weir_fail(EIO, "broken")), loop, &(struct weir_observer){ .destroy = on_destroy });
	HAPPENED("unhandled(broken) destroy");
}

Test(subscription, without_observable_is_an_error)
{
	cr_expect_null(weir_subscribe(NULL, loop, &observer));
	HAPPENED("subscribed error(the observable is NULL) destroy");
	forget();
	cr_expect_null(weir_subscribe_borrowed(NULL, loop, &observer));
	HAPPENED("subscribed error(the observable is NULL) destroy");
}

Test(subscription, without_memory_is_an_error_and_destroy_is_called)
{
	weir_observable *observable = quiet_probe(numbers((struct numbers){ .count = 1 }), 'a');

	faults_fail_once(1);
	cr_expect_null(weir_subscribe(observable, loop, &observer));
	cr_expect(faults_hit());
	faults_stop();
	HAPPENED("error(out of memory) destroy");
}

Test(subscription, counts_as_long_as_it_has_not_ended)
{
	weir_subscription *handles[3];

	for (size_t index = 0; index < 3; index++)
		handles[index] =
			weir_subscribe(numbers((struct numbers){ .end = NUMBERS_NEVER, .count = 1 }), loop, &observer);
	cr_expect_eq(weir_loop_subscription_count(loop), 3);
	weir_cancel(handles[1]);
	cr_expect_eq(weir_loop_subscription_count(loop), 2);
	weir_cancel(handles[0]);
	weir_cancel(handles[2]);
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
}

Test(subscription, freeing_the_loop_cancels_what_runs)
{
	weir_loop *own = weir_loop_new_virtual();

	for (int round = 0; round < 3; round++)
		weir_subscribe(quiet_probe(numbers((struct numbers){ .end = NUMBERS_NEVER, .interval = 1 }), 'a'), own,
			&observer);
	forget();
	weir_loop_free(own);
	HAPPENED("a.finish destroy a.finish destroy a.finish destroy");
}

/* ---- demand ---- */

/* Counts what it is asked for and emits nothing by itself. */
static uint64_t asked;

static void asked_request(struct weir_node *node, uint64_t count)
{
	asked = weir_demand_add(asked, count);
	note("asked%lld/%lld", count == WEIR_UNBOUNDED ? -1LL : (long long)count,
		node->demand == WEIR_UNBOUNDED ? -1LL : (long long)node->demand);
}

static struct weir_node *asked_node;

static void asked_start(struct weir_node *node)
{
	asked_node = node;
	cr_expect_eq(weir_node_loop(node), loop);
}

static const struct weir_node_class asked_class = {
	.name = "asked", .demand = WEIR_DEMAND_COUNTED, .start = asked_start, .request = asked_request
};

static weir_observable *asking(void)
{
	asked = 0;
	return weir_create_source(&asked_class, NULL);
}

static weir_subscription *subscribe_with_demand(weir_observable *observable, uint64_t demand)
{
	struct weir_observer with_demand = observer;

	with_demand.demand = demand;
	return weir_subscribe(observable, loop, &with_demand);
}

static int always(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 1;
}

/* From outside, as a timer or a descriptor would. */
static void push(int64_t item)
{
	struct weir_subscription *pushed = asked_node->subscription;

	weir_enter(pushed);
	weir_emit_next(asked_node, weir_int(item));
	weir_leave(pushed);
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

Test(subscription, demand_reaches_the_source_through_stages_that_do_not_count)
{
	subscribe_with_demand(weir_map(weir_map(asking(), same, NULL), same, NULL), 3);
	HAPPENED("subscribed asked3/3");
	weir_request(subscription, 2);
	weir_request(subscription, 0);
	HAPPENED("subscribed asked3/3 asked2/5");
	weir_request(subscription, WEIR_UNBOUNDED);
	weir_request(subscription, 1);
	HAPPENED("subscribed asked3/3 asked2/5 asked-1/-1 asked1/-1");
	weir_cancel(subscription);
}

Test(subscription, demand_that_overflows_is_unbounded)
{
	subscribe_with_demand(asking(), WEIR_UNBOUNDED - 5);
	weir_request(subscription, 100);
	cr_expect_eq(asked_node->demand, WEIR_UNBOUNDED);
	weir_cancel(subscription);
	cr_expect_eq(weir_demand_add(WEIR_UNBOUNDED - 1, 1), WEIR_UNBOUNDED);
	cr_expect_eq(weir_demand_add(WEIR_UNBOUNDED, WEIR_UNBOUNDED), WEIR_UNBOUNDED);
	cr_expect_eq(weir_demand_add(3, 4), 7);
	cr_expect_eq(weir_demand_multiply(0, WEIR_UNBOUNDED), 0);
	cr_expect_eq(weir_demand_multiply(WEIR_UNBOUNDED, 0), 0);
	cr_expect_eq(weir_demand_multiply(2, WEIR_UNBOUNDED), WEIR_UNBOUNDED);
	cr_expect_eq(weir_demand_multiply(WEIR_UNBOUNDED / 2, 3), WEIR_UNBOUNDED);
	cr_expect_eq(weir_demand_multiply(6, 7), 42);
}

Test(subscription, on_request_begins_with_no_demand)
{
	subscribe_with_demand(asking(), WEIR_ON_REQUEST);
	HAPPENED("subscribed");
	weir_request(subscription, 1);
	HAPPENED("subscribed asked1/1");
	weir_cancel(subscription);
}

static void ask_twice(weir_subscription *handle, void *context)
{
	on_subscribed(handle, context);
	weir_request(handle, 2);
	weir_request(handle, 3);
}

Test(subscription, what_is_requested_before_the_source_has_started_waits_for_it)
{
	weir_subscribe(asking(), loop,
		&(struct weir_observer){ .subscribed = ask_twice, .destroy = on_destroy, .demand = WEIR_ON_REQUEST });
	HAPPENED("subscribed asked5/5");
	weir_cancel(subscription);
	forget();
	weir_subscribe(
		asking(), loop, &(struct weir_observer){ .subscribed = ask_twice, .destroy = on_destroy, .demand = 4 });
	HAPPENED("subscribed asked9/9");
	weir_cancel(subscription);
}

Test(subscription, a_counting_stage_emits_no_more_than_it_was_asked_for)
{
	subscribe_with_demand(asking(), 2);
	for (int item = 1; item <= 3; item++)
		push(item);
	HAPPENED("subscribed asked2/2 1 2 asked:dropped(3) error(an item arrived that nobody had requested, and this "
		 "stage "
		 "cannot wait; put weir_on_overflow() behind it to buffer, drop or fail by choice) destroy");
}

static const struct weir_node_class counted_class = { .name = "counted", .demand = WEIR_DEMAND_COUNTED };
static const struct weir_node_class unbounded_class = {
	.name = "unbounded", .demand = WEIR_DEMAND_UNBOUNDED, .next = weir_emit_next
};
static const struct weir_node_class wide_class = { .name = "wide", .demand = WEIR_DEMAND_UNBOUNDED };

Test(subscription, a_counting_stage_asks_for_nothing_by_itself)
{
	subscribe_with_demand(weir_extend(asking(), &counted_class, NULL), 2);
	HAPPENED("subscribed");
	weir_cancel(subscription);
}

Test(subscription, an_unbounded_stage_asks_for_everything_at_the_start)
{
	subscribe_with_demand(weir_extend(asking(), &unbounded_class, NULL), 2);
	HAPPENED("subscribed asked-1/-1");
	weir_request(subscription, 7);
	HAPPENED("subscribed asked-1/-1");
	push(1);
	HAPPENED("subscribed asked-1/-1 1");
	weir_cancel(subscription);
	forget();
	subscribe_with_demand(weir_extend(asking(), &unbounded_class, NULL), WEIR_ON_REQUEST);
	HAPPENED("subscribed asked-1/-1");
	weir_cancel(subscription);
}

Test(subscription, the_error_of_exceeded_demand_names_the_stage_and_the_remedy)
{
	subscribe_with_demand(weir_extend(weir_range(1, 3), &unbounded_class, NULL), 1);
	HAPPENED("subscribed 1 unbounded:dropped(2) error(an item arrived that nobody had requested, and this stage "
		 "cannot "
		 "wait; put weir_on_overflow() behind it to buffer, drop or fail by choice) destroy");
}

static void no_request_after_the_end(struct weir_node *node)
{
	weir_emit_complete(node);
	weir_request_upstream(node, 5);
	weir_request_replacement(node);
}

Test(subscription, a_closed_stage_asks_for_nothing)
{
	subscribe_with_demand(probe(asking(), 'a', AT_NEXT, no_request_after_the_end), 2);
	push(1);
	HAPPENED("subscribed a.start a.request asked2/2 a.next complete a.finish destroy");
}

static void asking_next(weir_value value, void *context)
{
	on_next(value, context);
	weir_request(subscription, 1);
}

static uint64_t many_left;
static char *stack_top;
static ptrdiff_t stack_used;

static void many_next(weir_value value, void *context)
{
	char *here = __builtin_frame_address(0);

	(void)value;
	(void)context;
	many_left--;
	if (stack_top == NULL)
		stack_top = here;
	if (stack_top - here > stack_used)
		stack_used = stack_top - here;
	weir_request(subscription, 1);
}

Test(subscription, requests_from_inside_next_do_not_recurse)
{
	struct weir_observer greedy = observer;

	greedy.next = many_next;
	greedy.demand = 1;
	many_left = 1000000;
	weir_subscribe(weir_filter(weir_map(weir_range(1, 1000000), same, NULL), always, NULL), loop, &greedy);
	weir_loop_run(loop);
	cr_expect_eq(many_left, 0);
	cr_expect_lt(stack_used, 16 << 10, "%td", stack_used);
}

/* Ends as soon as it is asked for more than one item; its items come from outside. */
static void ending_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	if (asked++ == 0)
		return;
	if (cancel_at == 0)
		weir_emit_complete(node);
	else
		weir_emit_failure(node, EIO, "broken");
}

static const struct weir_node_class ending_class = {
	.name = "ending", .demand = WEIR_DEMAND_COUNTED, .start = asked_start, .request = ending_request
};

static bool cancels_behind;

static void push_batch(int64_t first, size_t count);
static void asking_and_noting_next(weir_value value, void *context);

static void on_next_batch_asking(const weir_value *values, size_t count, void *context)
{
	for (size_t index = 0; index < count; index++)
		asking_and_noting_next(values[index], context);
}

static void asking_and_noting_next(weir_value value, void *context)
{
	on_next(value, context);
	weir_request(subscription, 1);
	note("asked");
	if (cancels_behind)
		weir_cancel(subscription);
}

Test(subscription, an_end_that_a_request_inside_next_leads_to_comes_when_next_has_returned)
{
	struct weir_observer one = observer;

	one.next = asking_and_noting_next;
	one.demand = 1;
	for (int batches = 0; batches <= 1; batches++) {
		one.next_batch = batches ? on_next_batch_asking : NULL;
		for (cancel_at = 0; cancel_at <= 1; cancel_at++) {
			for (int cancels = 0; cancels <= 1; cancels++) {
				forget();
				asked = 0;
				cancels_behind = cancels;
				weir_subscribe(
					weir_map(weir_create_source(&ending_class, NULL), same, NULL), loop, &one);
				if (batches)
					push_batch(1, 1);
				else
					push(1);
				cr_expect_str_eq(history,
					cancels		 ? "subscribed 1 asked destroy"
					: cancel_at == 0 ? "subscribed 1 asked complete destroy"
							 : "subscribed 1 asked error(broken) destroy",
					"%s", history);
			}
		}
	}
}

Test(subscription, requesting_one_in_each_next_gives_all)
{
	struct weir_observer one = observer;

	one.next = asking_next;
	one.demand = 1;
	weir_subscribe(weir_range(1, 4), loop, &one);
	HAPPENED("subscribed 1 2 3 4 complete destroy");
}

/* ---- starting and stopping upstream ---- */

Test(subscription, a_stage_may_start_upstream_first)
{
	weir_subscribe(quiet_probe(probe(quiet_probe(weir_range(1, 1), 'a'), 'b', AT_START, weir_start_upstream), 'c'),
		loop, &observer);
	HAPPENED("subscribed c.start c.request b.start a.start b.request a.request a.next b.next c.next 1 a.complete "
		 "b.complete c.complete complete a.finish b.finish c.finish destroy");
}

Test(subscription, a_stage_may_stop_what_is_above_it_and_live_on)
{
	subscribe_with_demand(probe(quiet_probe(asking(), 'a'), 'b', AT_NEXT, weir_cancel_upstream), 5);
	push(1);
	HAPPENED("subscribed b.start b.request a.start a.request asked5/5 a.next b.next a.finish 1");
	cr_expect(!weir_is_open(asked_node));
	push(2);
	weir_request(subscription, 1);
	HAPPENED("subscribed b.start b.request a.start a.request asked5/5 a.next b.next a.finish 1 asked:dropped(2) "
		 "b.request");
	weir_cancel(subscription);
	HAPPENED("subscribed b.start b.request a.start a.request asked5/5 a.next b.next a.finish 1 asked:dropped(2) "
		 "b.request b.finish destroy");
}

static void stop_and_complete(struct weir_node *node)
{
	weir_cancel_upstream(node);
	weir_cancel_upstream(node);
	weir_emit_complete(node);
}

Test(subscription, a_stage_may_stop_upstream_before_it_started)
{
	weir_subscribe(probe(quiet_probe(weir_range(1, 1), 'a'), 'b', AT_START, weir_cancel_upstream), loop, &observer);
	HAPPENED("subscribed b.start b.request");
	weir_cancel(subscription);
	forget();
	weir_subscribe(probe(quiet_probe(weir_range(1, 1), 'a'), 'b', AT_START, stop_and_complete), loop, &observer);
	HAPPENED("subscribed b.start complete b.finish destroy");
}

/* ---- resources ---- */

static int resources_stopped;

static void stop_resource(struct weir_resource *resource)
{
	(void)resource;
	note("stop%d", ++resources_stopped);
}

static struct weir_resource resources[3];

static void attach_three(struct weir_node *node)
{
	for (size_t index = 0; index < 3; index++)
		weir_attach(node, &resources[index], stop_resource);
}

Test(subscription, resources_stop_before_their_stage_finishes_and_after_the_terminal)
{
	weir_subscribe(probe(weir_range(1, 1), 'a', AT_START, attach_three), loop, &observer);
	HAPPENED("subscribed a.start a.request a.next 1 a.complete complete stop1 stop2 stop3 a.finish destroy");
}

/* A timer that ends the subscription in its own callback, and one that is due in the same moment. */
struct timed {
	struct weir_node node;
	struct weir_timer timers[2];
};

static void timed_first(struct weir_timer *timer)
{
	note("first");
	weir_cancel(subscription);
	/* Too late: it belongs to a stage that has ended. */
	cr_expect(!weir_timer_is_active(timer));
}

static void timed_second(struct weir_timer *timer)
{
	(void)timer;
	note("second");
}

static void timed_start(struct weir_node *node)
{
	struct timed *self = WEIR_CONTAINER_OF(node, struct timed, node);

	weir_timer_init(&self->timers[0], node, timed_first);
	weir_timer_init(&self->timers[1], node, timed_second);
	weir_timer_start(&self->timers[0], 5);
	weir_timer_start(&self->timers[1], 5);
}

static const struct weir_node_class timed_class = {
	.name = "timed", .size = sizeof(struct timed), .start = timed_start
};

Test(subscription, a_timer_of_a_stage_that_ended_never_fires)
{
	weir_subscribe(weir_create_source(&timed_class, NULL), loop, &observer);
	weir_loop_run(loop);
	HAPPENED("subscribed first destroy");
}

/* ---- batches ---- */

static void on_next_batch(const weir_value *values, size_t count, void *context)
{
	(void)context;
	note("[%zu from %lld]", count, (long long)weir_as_int(values[0]));
}

static void push_batch(int64_t first, size_t count)
{
	struct weir_subscription *pushed = asked_node->subscription;
	weir_value values[16];

	for (size_t index = 0; index < count; index++)
		values[index] = weir_int(first + (int64_t)index);
	weir_enter(pushed);
	weir_emit_batch(asked_node, values, count);
	weir_leave(pushed);
}

Test(subscription, a_batch_passes_stages_without_next_and_reaches_the_observer_whole)
{
	struct weir_observer batches = observer;

	batches.next_batch = on_next_batch;
	weir_subscribe(weir_extend(asking(), &wide_class, NULL), loop, &batches);
	cr_expect(weir_wants_batches(asked_node));
	push_batch(1, 5);
	HAPPENED("subscribed asked-1/-1 [5 from 1]");
	weir_cancel(subscription);
}

Test(subscription, a_batch_is_counted_and_what_exceeds_the_demand_is_an_error)
{
	subscribe_with_demand(asking(), 5);
	push_batch(1, 3);
	cr_expect_eq(asked_node->demand, 2);
	push_batch(4, 4);
	HAPPENED("subscribed asked5/5 1 2 3 4 5 asked:dropped(6) error(an item arrived that nobody had requested, and "
		 "this "
		 "stage cannot wait; put weir_on_overflow() behind it to buffer, drop or fail by choice) destroy");
}

Test(subscription, what_a_cancel_in_the_middle_of_a_batch_makes_superfluous_is_nobodys_loss)
{
	cancel_at = 2;
	weir_subscribe(asking(), loop, &cancelling);
	push_batch(1, 4);
	HAPPENED("subscribed asked-1/-1 1 2 destroy");
}

Test(subscription, an_empty_batch_is_nothing)
{
	weir_subscribe(asking(), loop, &observer);
	push_batch(0, 0);
	HAPPENED("subscribed asked-1/-1");
	weir_cancel(subscription);
}

/* ---- size ---- */

Test(subscription, a_chain_of_ten_thousand_stages_works_and_is_freed)
{
	weir_observable *observable = weir_range(1, 3);

	for (int stage = 0; stage < 10000; stage++)
		observable = weir_map(observable, same, NULL);
	weir_subscribe(weir_ref(observable), loop, &observer);
	HAPPENED("subscribed 1 2 3 complete destroy");
	weir_unref(observable);
}

Test(subscription, a_chain_beyond_all_reason_fails_without_crashing)
{
	weir_observable *observable = weir_range(1, 3);

	for (int stage = 0; stage < 400000; stage++)
		observable = weir_map(observable, same, NULL);
	weir_subscribe(observable, loop, &observer);
	HAPPENED("subscribed error(out of memory) destroy");
}

/* ---- a recipe runs again and again ---- */

Test(subscription, state_is_zeroed_each_time)
{
	weir_observable *observable = quiet_probe(weir_take(quiet_probe(weir_range(1, 5), 'a'), 2), 'b');

	for (int round = 0; round < 5; round++) {
		forget();
		weir_subscribe_borrowed(observable, loop, &observer);
		HAPPENED("subscribed b.start b.request a.start a.request a.next b.next 1 a.next b.next 2 b.complete "
			 "complete "
			 "a.finish b.finish destroy");
	}
	weir_unref(observable);
}

/* Without `finish` and resources, where arenas may be used again. */
struct counter {
	struct weir_node node;
	int64_t count;
};

static void counter_next(struct weir_node *node, weir_value value)
{
	struct counter *self = WEIR_CONTAINER_OF(node, struct counter, node);

	weir_release(value);
	weir_emit_next(node, weir_int(++self->count));
}

static const struct weir_node_class counter_class = {
	.name = "counter", .size = sizeof(struct counter), .next = counter_next
};

Test(subscription, state_is_zeroed_each_time_whatever_the_end_was)
{
	weir_observable *observable = weir_map(weir_extend(weir_range(7, 3), &counter_class, NULL), same, NULL);

	for (int round = 0; round < 6; round++) {
		forget();
		cancel_at = 2;
		weir_subscribe_borrowed(observable, loop, round % 2 == 0 ? &observer : &cancelling);
		cr_expect_str_eq(history,
			round % 2 == 0 ? "subscribed 1 2 3 complete destroy" : "subscribed 1 2 destroy", "%s", history);
	}
	for (int round = 0; round < 4; round++) {
		forget();
		subscribe_with_demand(weir_ref(observable), 1);
		HAPPENED("subscribed 1");
		weir_request(subscription, 2);
		HAPPENED("subscribed 1 2 3 complete destroy");
	}
	weir_unref(observable);
}

static weir_observable *recursive;
static int depth;

static void recursive_next(weir_value value, void *context)
{
	(void)context;
	note("%d:%lld", depth, (long long)weir_as_int(value));
	if (depth < 3) {
		depth++;
		weir_subscribe_borrowed(recursive, loop, &(struct weir_observer){ .next = recursive_next });
		depth--;
	}
}

Test(subscription, a_recipe_may_run_inside_itself)
{
	recursive = weir_map(weir_extend(weir_range(7, 2), &counter_class, NULL), same, NULL);
	depth = 2;
	for (int round = 0; round < 3; round++) {
		forget();
		weir_subscribe_borrowed(recursive, loop, &(struct weir_observer){ .next = recursive_next });
		HAPPENED("2:1 3:1 3:2 2:2 3:1 3:2");
	}
	weir_unref(recursive);
}

Test(subscription, its_recipe_may_be_released_while_it_runs)
{
	weir_observable *observable = weir_map(numbers((struct numbers){ .count = 2, .interval = 1 }), same, NULL);

	weir_subscribe_borrowed(observable, loop, &observer);
	weir_unref(observable);
	weir_loop_run(loop);
	HAPPENED("subscribed 1 2 complete destroy");
}
