/*
 * The rules of Reactive Streams 1.0.4 that apply to weir, one test each, named after the rule.
 *
 * weir's terms: a Publisher is an observable, a Subscriber an observer, a Subscription the handle, a Processor an operator.
 * Rules that do not apply:
 *
 *	1.10, 2.12	a Subscriber may not be subscribed twice: an observer is copied at each weir_subscribe()
 *	2.2		about responsiveness of a Subscriber's own code
 *	2.5		a second onSubscribe: there is one handle for each weir_subscribe()
 *	2.11, 3.4, 3.5	recommendations about the calling code, or about thoughtful speed; 3.5's "timely" is rule 3 of DESIGN
 *	3.9 (error)	request of a count <= 0: the type is unsigned, and 0 does nothing by contract (tested as 3.9)
 *	3.17		up to 2^63-1: counts saturate at WEIR_UNBOUNDED (tested as 3.17)
 *	4.1, 4.2	a Processor obeys both sides: the inherited suite runs over every operator
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include <weir/weir.h>

/* Everything an observer was told, one letter each: s, n, e, c, d. */
struct log {
	char signals[64];
	size_t length;
	int64_t sum;
	uint64_t items;
	uint64_t request_in_next;
	uint64_t cancel_at;
	weir_subscription *subscription;
	size_t depth;
	size_t deepest;
};

static void put(struct log *log, char signal)
{
	if (log->length + 1 < sizeof log->signals)
		log->signals[log->length++] = signal;
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct log *log = context;

	log->subscription = subscription;
	put(log, 's');
}

static void on_next(weir_value value, void *context)
{
	struct log *log = context;

	log->depth++;
	if (log->depth > log->deepest)
		log->deepest = log->depth;
	put(log, 'n');
	log->items++;
	log->sum += weir_as_int(value);
	if (log->cancel_at != 0 && log->items == log->cancel_at)
		weir_cancel(log->subscription);
	weir_request(log->subscription, log->request_in_next);
	log->depth--;
}

static void on_error(const weir_error *error, void *context)
{
	(void)error;
	put(context, 'e');
}

static void on_complete(void *context)
{
	put(context, 'c');
}

static void on_destroy(void *context)
{
	struct log *log = context;

	log->subscription = NULL;
	put(log, 'd');
}

static weir_observer observer(struct log *log, uint64_t demand)
{
	return (weir_observer){
		.subscribed = on_subscribed,
		.next = on_next,
		.error = on_error,
		.complete = on_complete,
		.destroy = on_destroy,
		.context = log,
		.demand = demand,
	};
}

static weir_loop *loop;

static void make_loop(void)
{
	loop = weir_loop_new_virtual();
}

static void free_loop(void)
{
	weir_loop_free(loop);
}

TestSuite(reactive_streams, .init = make_loop, .fini = free_loop);

static weir_subscription *subscribe(struct log *log, weir_observable *observable, uint64_t demand)
{
	return weir_subscribe(observable, loop, &(weir_observer[]){ observer(log, demand) }[0]);
}

Test(reactive_streams, rule_1_01_no_more_items_than_were_requested)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_range(0, 10), 3);

	cr_expect_eq(log.items, 3);
	weir_request(subscription, 2);
	cr_expect_eq(log.items, 5);
	weir_cancel(subscription);
}

Test(reactive_streams, rule_1_02_fewer_items_than_requested_and_the_end)
{
	struct log log = { 0 };

	subscribe(&log, weir_range(0, 2), 100);
	cr_expect_str_eq(log.signals, "snncd");
}

static void complete_when_two(weir_value value, void *context)
{
	if (weir_as_int(value) == 2)
		weir_subject_complete(context);
}

Test(reactive_streams, rule_1_03_signals_are_serial)
{
	struct log log = { 0 };
	weir_subject *subject = weir_subject_new();

	subscribe(&log, weir_tap_next(weir_subject_observable(subject), complete_when_two, subject), 0);
	weir_subject_next(subject, weir_int(1));
	weir_subject_next(subject, weir_int(2));
	weir_subject_next(subject, weir_int(3));
	weir_subject_unref(subject);
	cr_expect_str_eq(log.signals, "snncd", "the completion pushed inside the delivery comes after it");
	cr_expect_eq(log.deepest, 1);
}

Test(reactive_streams, rule_1_04_a_failure_is_signalled)
{
	struct log log = { 0 };

	subscribe(&log, weir_throw(WEIR_EUSER, "no"), 0);
	cr_expect_str_eq(log.signals, "sed");
}

Test(reactive_streams, rule_1_05_a_finite_stream_completes)
{
	struct log log = { 0 };

	subscribe(&log, weir_empty(), WEIR_ON_REQUEST);
	cr_expect_str_eq(log.signals, "scd", "without any demand");
}

Test(reactive_streams, rule_1_06_after_a_terminal_the_subscription_is_cancelled)
{
	struct log log = { 0 };
	weir_subject *subject = weir_subject_new();

	subscribe(&log, weir_subject_observable(subject), 0);
	cr_expect_eq(weir_subject_listener_count(subject), 1);
	weir_subject_complete(subject);
	cr_expect_eq(weir_subject_listener_count(subject), 0);
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	weir_subject_unref(subject);
}

Test(reactive_streams, rule_1_07_after_a_terminal_nothing)
{
	struct log log = { 0 };
	weir_subject *subject = weir_subject_new();

	subscribe(&log, weir_subject_observable(subject), 0);
	weir_subject_complete(subject);
	weir_subject_next(subject, weir_int(1));
	weir_subject_error(subject, weir_error_new(WEIR_EUSER, "late"));
	weir_subject_complete(subject);
	cr_expect_str_eq(log.signals, "scd");
	weir_subject_unref(subject);
}

Test(reactive_streams, rule_1_08_a_cancelled_subscription_gets_nothing_more)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_interval(weir_ms(1)), 0);

	weir_loop_run_for(loop, weir_ms(3));
	weir_cancel(subscription);
	weir_loop_run_for(loop, weir_ms(10));
	cr_expect_str_eq(log.signals, "snnnd");
}

Test(reactive_streams, rule_1_09_the_handle_comes_before_anything_else)
{
	struct log log = { 0 };

	subscribe(&log, weir_just(weir_int(1)), 0);
	cr_expect_eq(log.signals[0], 's');
	memset(&log, 0, sizeof log);
	subscribe(&log, NULL, 0);
	cr_expect_str_eq(log.signals, "sed", "also when the observable is wrong");
}

Test(reactive_streams, rule_1_11_an_observable_serves_many_observers)
{
	struct log first = { 0 };
	struct log second = { 0 };
	weir_observable *range = weir_range(0, 5);

	subscribe(&first, weir_ref(range), 2);
	subscribe(&second, range, 0);
	cr_expect_eq(first.items, 2);
	cr_expect_eq(second.items, 5);
	weir_cancel(first.subscription);
}

Test(reactive_streams, rule_2_01_items_come_on_request)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_range(0, 5), WEIR_ON_REQUEST);

	cr_expect_str_eq(log.signals, "s");
	weir_request(subscription, 1);
	cr_expect_str_eq(log.signals, "sn");
	weir_cancel(subscription);
}

static void cancel_in_complete(void *context)
{
	struct log *log = context;

	put(log, 'c');
	weir_cancel(log->subscription);
	weir_request(log->subscription, 5);
}

Test(reactive_streams, rule_2_03_the_handle_may_be_called_in_a_terminal_without_effect)
{
	struct log log = { 0 };
	weir_observer cancelling = observer(&log, 0);

	cancelling.complete = cancel_in_complete;
	weir_subscribe(weir_just(weir_int(1)), loop, &cancelling);
	cr_expect_str_eq(log.signals, "sncd");
}

Test(reactive_streams, rule_2_04_after_a_terminal_the_handle_does_nothing)
{
	struct log log = { 0 };
	weir_subject *subject = weir_subject_new();
	weir_subscription *held = weir_subscription_ref(subscribe(&log, weir_subject_observable(subject), 0));

	weir_subject_complete(subject);
	weir_request(held, 1);
	weir_cancel(held);
	cr_expect_not(weir_subscription_is_active(held));
	cr_expect_str_eq(log.signals, "scd");
	weir_subscription_unref(held);
	weir_subject_unref(subject);
}

Test(reactive_streams, rule_2_06_who_does_not_need_it_any_more_cancels)
{
	struct log log = { 0 };

	weir_cancel(subscribe(&log, weir_never(), 0));
	cr_expect_str_eq(log.signals, "sd");
}

Test(reactive_streams, rule_2_07_requests_from_several_callbacks_add_up)
{
	struct log log = { .request_in_next = 2 };

	subscribe(&log, weir_range(0, 7), 1);
	cr_expect_eq(log.items, 7);
	cr_expect_eq(log.deepest, 1);
}

Test(reactive_streams, rule_2_08_items_on_their_way_at_a_cancel_do_not_come)
{
	struct log log = { .cancel_at = 2 };

	subscribe(&log, weir_range(0, 7), 0);
	cr_expect_str_eq(log.signals, "snnd");
}

Test(reactive_streams, rule_2_09_completion_may_come_without_a_request)
{
	struct log log = { 0 };

	subscribe(&log, weir_range(0, 0), WEIR_ON_REQUEST);
	cr_expect_str_eq(log.signals, "scd");
}

Test(reactive_streams, rule_2_10_an_error_may_come_without_a_request)
{
	struct log log = { 0 };

	subscribe(&log, weir_throw(WEIR_EUSER, "no"), WEIR_ON_REQUEST);
	cr_expect_str_eq(log.signals, "sed");
}

Test(reactive_streams, rule_2_13_no_call_fails_but_by_a_signal)
{
	struct log log = { 0 };

	subscribe(&log, weir_map(weir_filter(NULL, NULL, NULL), NULL, NULL), 0);
	cr_expect_str_eq(log.signals, "sed");
}

static void request_then_tell(weir_subscription *subscription, void *context)
{
	on_subscribed(subscription, context);
	weir_request(subscription, 2);
	put(context, '.');
}

Test(reactive_streams, rule_3_02_the_handle_may_be_asked_inside_the_first_callback)
{
	struct log log = { 0 };
	weir_observer asking = observer(&log, WEIR_ON_REQUEST);

	asking.subscribed = request_then_tell;
	weir_subscribe(weir_range(0, 5), loop, &asking);
	cr_expect_str_eq(log.signals, "s.nn");
	weir_cancel(log.subscription);
}

Test(reactive_streams, rule_3_03_a_request_inside_next_does_not_recurse)
{
	struct log log = { .request_in_next = 1 };

	subscribe(&log, weir_range(0, 100000), 1);
	weir_loop_run(loop);
	cr_expect_eq(log.items, 100000);
	cr_expect_eq(log.deepest, 1);
}

Test(reactive_streams, rule_3_06_a_request_after_a_cancel_does_nothing)
{
	struct log log = { 0 };
	weir_subscription *held = weir_subscription_ref(subscribe(&log, weir_range(0, 5), WEIR_ON_REQUEST));

	weir_cancel(held);
	weir_request(held, 3);
	cr_expect_str_eq(log.signals, "sd");
	weir_subscription_unref(held);
}

Test(reactive_streams, rule_3_07_a_second_cancel_does_nothing)
{
	struct log log = { 0 };
	weir_subscription *held = weir_subscription_ref(subscribe(&log, weir_never(), 0));

	weir_cancel(held);
	weir_cancel(held);
	cr_expect_str_eq(log.signals, "sd");
	weir_subscription_unref(held);
}

Test(reactive_streams, rule_3_08_requests_add_up)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_interval(weir_ms(1)), WEIR_ON_REQUEST);

	weir_request(subscription, 1);
	weir_request(subscription, 2);
	weir_loop_run_for(loop, weir_ms(10));
	cr_expect_eq(log.items, 3);
	weir_cancel(subscription);
}

Test(reactive_streams, rule_3_09_a_request_for_nothing_does_nothing)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_range(0, 5), WEIR_ON_REQUEST);

	weir_request(subscription, 0);
	cr_expect_str_eq(log.signals, "s");
	weir_cancel(subscription);
}

Test(reactive_streams, rule_3_10_a_request_may_deliver_before_it_returns)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_range(0, 5), WEIR_ON_REQUEST);

	weir_request(subscription, 4);
	cr_expect_eq(log.items, 4);
	weir_cancel(subscription);
}

Test(reactive_streams, rule_3_11_a_request_may_complete_before_it_returns)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_range(0, 2), WEIR_ON_REQUEST);

	weir_request(subscription, 2);
	cr_expect_str_eq(log.signals, "snncd");
}

Test(reactive_streams, rule_3_12_a_cancel_stops_the_source)
{
	struct log log = { 0 };
	weir_subscription *subscription = subscribe(&log, weir_interval(weir_ms(1)), 0);

	cr_expect_eq(weir_loop_timer_count(loop), 1);
	weir_cancel(subscription);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
}

static int contexts_freed;

static void free_context(void *context)
{
	(void)context;
	contexts_freed++;
}

Test(reactive_streams, rule_3_13_a_cancel_drops_every_reference)
{
	struct log log = { 0 };

	contexts_freed = 0;
	weir_subscription *subscription = subscribe(&log, weir_with_context(weir_never(), &log, free_context), 0);

	cr_expect_eq(contexts_freed, 0);
	weir_cancel(subscription);
	cr_expect_eq(contexts_freed, 1);
}

Test(reactive_streams, rule_3_15_and_3_16_cancel_and_request_return_normally_without_a_handle)
{
	weir_cancel(NULL);
	weir_request(NULL, 1);
	cr_expect_not(weir_subscription_is_active(NULL));
}

Test(reactive_streams, rule_3_17_demand_stops_at_unbounded)
{
	struct log log = { .request_in_next = WEIR_UNBOUNDED - 1 };

	subscribe(&log, weir_range(0, 5), 1);
	cr_expect_eq(log.items, 5);
}
