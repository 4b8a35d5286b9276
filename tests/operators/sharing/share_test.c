/* share: one run of the source for all who subscribe. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_share(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "share", .build = build };

/* `observable` (consumed), subscribed to after a delay. */
static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

Test(share, one_run_for_all_and_newcomers_get_what_comes)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *shared = weir_share(source, NULL);

	weir_test_expect(test, weir_ref(shared), "-1-2-3-4-|");
	weir_test_expect(test, after(4, shared), "-----3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(share, the_last_to_leave_cancels_the_source_and_the_next_starts_it_anew)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *shared = weir_share(source, NULL);

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(2), "-1");
	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(4), "-1-2");
	weir_test_expect(test, after(6, shared), "-------1-2-3-4-|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "------^--------!");
	MARBLES_OK(test);
}

Test(share, after_the_end_the_next_starts_it_anew)
{
	weir_test *test = weir_test_new();
	weir_observable *complete = weir_test_cold(test, "-1-|");
	weir_observable *fail = weir_test_cold(test, "-1-#");

	weir_test_expect(test, weir_repeat(weir_share(complete, NULL), 2, 0), "-1--1-|");
	weir_test_expect(
		test, weir_retry(weir_share(fail, NULL), &(weir_retry_options){ .max_attempts = 2 }), "-1--1-#");
	weir_test_expect_subscriptions(test, complete, "^--!");
	weir_test_expect_subscriptions(test, complete, "---^--!");
	MARBLES_OK(test);
}

Test(share, keep_after_complete_and_error_give_newcomers_the_end)
{
	weir_test *test = weir_test_new();
	weir_observable *complete = weir_test_cold(test, "-1-|");
	weir_observable *fail = weir_test_cold(test, "-1-#");
	weir_observable *completed = weir_share(complete, &(weir_share_options){ .keep_after_complete = true });
	weir_observable *failed = weir_share(fail, &(weir_share_options){ .keep_after_error = true });

	weir_test_expect(test, weir_ref(completed), "-1-|");
	weir_test_expect(test, after(5, completed), "-----|");
	weir_test_expect(test, weir_ref(failed), "-1-#");
	weir_test_expect(test, after(5, failed), "-----#");
	weir_test_expect_subscriptions(test, complete, "^--!");
	weir_test_expect_subscriptions(test, fail, "^--!");
	MARBLES_OK(test);
}

Test(share, keep_at_zero_lets_the_source_run_on)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *shared = weir_share(source, &(weir_share_options){ .keep_at_zero = true });

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(2), "-1");
	weir_test_expect(test, after(4, shared), "-----3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(share, nobody_holds_it_any_more_so_the_source_is_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect_cancelled(
		test, weir_share(source, &(weir_share_options){ .keep_at_zero = true }), weir_ms(2), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_OK(test);
}

Test(share, stop_delay_waits_for_somebody_to_come_back)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-|");
	weir_observable *shared = weir_share(source, &(weir_share_options){ .stop_delay = weir_ms(3) });

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(2), "-1");
	weir_test_expect_cancelled(test, after(4, weir_ref(shared)), weir_ms(6), "-----3");
	weir_test_expect(test, after(10, shared), "-----------1-2-3-4-5-6-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, source, "----------^------------!");
	MARBLES_OK(test);
}

static weir_observable *after_three(void *context)
{
	(void)context;
	return weir_timer(weir_ms(3));
}

static weir_observable *after_three_of_error(const weir_error *error, void *context)
{
	(void)context;
	cr_expect_eq(weir_error_code(error), WEIR_EUSER);
	return weir_timer(weir_ms(3));
}

static weir_observable *nothing(void *context)
{
	(void)context;
	return weir_empty();
}

static weir_observable *at_once(void *context)
{
	(void)context;
	return weir_just(weir_nil());
}

Test(share, reset_on_complete_and_error_keep_the_end_for_a_while)
{
	weir_test *test = weir_test_new();
	weir_observable *complete = weir_test_cold(test, "-1-|");
	weir_observable *fail = weir_test_cold(test, "-1-#");
	weir_observable *completed =
		weir_share(complete, &(weir_share_options){ .reset_on_complete = after_three, .keep_at_zero = true });
	weir_observable *failed = weir_share(fail, &(weir_share_options){ .reset_on_error = after_three_of_error });

	weir_test_expect(test, weir_ref(completed), "-1-|");
	weir_test_expect(test, after(5, weir_ref(completed)), "-----|");
	weir_test_expect(test, after(7, completed), "--------1-|");
	weir_test_expect(test, weir_ref(failed), "-1-#");
	weir_test_expect(test, after(5, weir_ref(failed)), "-----#");
	weir_test_expect(test, after(7, failed), "--------1-#");
	weir_test_expect_subscriptions(test, complete, "^--!");
	weir_test_expect_subscriptions(test, complete, "-------^--!");
	MARBLES_OK(test);
}

Test(share, reset_on_complete_that_never_comes_keeps_the_end_and_one_at_once_does_not)
{
	weir_test *test = weir_test_new();
	weir_observable *kept =
		weir_share(weir_test_cold(test, "-1-|"), &(weir_share_options){ .reset_on_complete = nothing });
	weir_observable *forgotten =
		weir_share(weir_test_cold(test, "-1-|"), &(weir_share_options){ .reset_on_complete = at_once });

	weir_test_expect(test, weir_ref(kept), "-1-|");
	weir_test_expect(test, after(9, kept), "---------|");
	weir_test_expect(test, weir_repeat(forgotten, 2, 0), "-1--1-|");
	MARBLES_OK(test);
}

Test(share, reset_at_zero_waits_for_somebody_to_come_back)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-|");
	weir_observable *shared = weir_share(source, &(weir_share_options){ .reset_at_zero = after_three });

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(2), "-1");
	weir_test_expect_cancelled(test, after(4, weir_ref(shared)), weir_ms(6), "-----3");
	weir_test_expect(test, after(10, shared), "-----------1-2-3-4-5-6-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, source, "----------^------------!");
	MARBLES_OK(test);
}

static int unhandled;

static void count_unhandled(const weir_error *error, void *context)
{
	(void)context;
	unhandled = weir_error_code(error);
}

static weir_value dropped;

static void keep_dropped(const char *stage, weir_value value, void *context)
{
	(void)context;
	cr_expect_str_eq(stage, "share");
	weir_release(dropped);
	dropped = weir_retain(value);
}

static weir_observable *broken(void *context)
{
	(void)context;
	return NULL;
}

Test(share, an_error_that_nobody_gets_is_reported)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	weir_observable *shared = weir_share(weir_subject_observable(subject),
		&(weir_share_options){ .keep_at_zero = true, .reset_on_complete = broken });

	weir_loop_set_hooks(
		loop, &(struct weir_loop_hooks){ .on_dropped = keep_dropped, .on_unhandled_error = count_unhandled });
	weir_cancel(weir_subscribe_borrowed(shared, loop, &(weir_observer){ 0 }));
	weir_subject_error(subject, weir_error_new(EIO, "x"));
	cr_expect(weir_is_error(dropped));
	weir_subject_unref(subject);
	weir_unref(shared);
	shared = weir_share(weir_empty(), &(weir_share_options){ .reset_on_complete = broken });
	weir_subscribe(shared, loop, &(weir_observer){ 0 });
	cr_expect_eq(unhandled, EINVAL);
	weir_release(dropped);
	weir_loop_free(loop);
}

Test(share, keep_at_zero_asks_for_everything_when_nobody_listens)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_share_options options = {
		.connector = { WEIR_CONNECTOR_REPLAY, .count = 2 }, .keep_at_zero = true, .keep_after_complete = true
	};
	weir_observable *shared = weir_share(weir_range(1, 100), &options);
	struct recorder first, second;

	record_on(&first, loop, weir_ref(shared), 2);
	weir_cancel(first.subscription);
	record_on(&second, loop, shared, WEIR_UNBOUNDED);
	RECORDED(&first, "1@0ms 2@0ms");
	RECORDED(&second, "99@0ms 100@0ms |@0ms");
	weir_loop_free(loop);
}

Test(share, kinds)
{
	weir_test *test = weir_test_new();
	weir_share_options replay = { .connector = { .kind = WEIR_CONNECTOR_REPLAY, .count = 2 } };
	weir_share_options behavior = { .connector = { .kind = WEIR_CONNECTOR_BEHAVIOR, .initial = weir_int(0) } };
	weir_share_options async = { .connector = { .kind = WEIR_CONNECTOR_ASYNC } };
	weir_share_options window = { .connector = { .kind = WEIR_CONNECTOR_REPLAY, .window = weir_ms(4) } };
	weir_observable *shared;

	shared = weir_share(weir_test_cold(test, "-1-2-3------4-|"), &replay);
	weir_test_expect(test, weir_ref(shared), "-1-2-3------4-|");
	weir_test_expect(test, after(6, shared), "------(23)--4-|");
	weir_test_expect(test, weir_share(weir_test_cold(test, "-1-2-|"), &behavior), "01-2-|");
	weir_test_expect(test, weir_share(weir_test_cold(test, "(12|)"), &behavior), "(012|)");
	weir_test_expect(test, weir_share(weir_test_cold(test, "-1-2-|"), &async), "-----(2|)");
	weir_test_expect(test, weir_share(weir_test_cold(test, "-1-2-#"), &async), "-----#");
	shared = weir_share(weir_test_cold(test, "-1-2-3-----4-|"), &window);
	weir_test_expect(test, weir_ref(shared), "-1-2-3-----4-|");
	weir_test_expect(test, after(7, shared), "-------3---4-|");
	MARBLES_OK(test);
}

Test(share, the_initial_value_is_borrowed)
{
	weir_test *test = weir_test_new();
	weir_value initial = weir_string("a text that needs memory of its own");
	weir_share_options behavior = { .connector = { WEIR_CONNECTOR_BEHAVIOR, .initial = initial } };

	weir_test_bind(test, 'a', weir_retain(initial));
	weir_test_expect(test, weir_share(weir_test_cold(test, "-1|"), &behavior), "a1|");
	weir_release(initial);
	MARBLES_OK(test);
}

Test(share, a_synchronous_source_runs_for_the_first_and_again_for_the_next)
{
	weir_test *test = weir_test_new();
	weir_observable *shared = weir_share(weir_range(1, 3), NULL);

	weir_test_expect(test, weir_ref(shared), "(123|)");
	weir_test_expect(test, shared, "(123|)");
	MARBLES_OK(test);
}

static uint64_t pulled;

static weir_value count_pulled(weir_value value, void *context)
{
	(void)context;
	pulled++;
	return weir_retain(value);
}

Test(share, the_slowest_decides_how_much_is_asked_for)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_observable *shared = weir_share(weir_map(weir_range(1, 1000), count_pulled, NULL), NULL);
	struct recorder first, second;

	pulled = 0;
	record_on(&first, loop, weir_ref(shared), 2);
	cr_expect_str_eq(first.text, "1@0ms 2@0ms");
	record_on(&second, loop, weir_ref(shared), 0);
	weir_request(first.subscription, 5);
	cr_expect_eq(pulled, 2);
	weir_request(second.subscription, 3);
	cr_expect_eq(pulled, 5);
	cr_expect_str_eq(second.text, "3@0ms 4@0ms 5@0ms");
	weir_cancel(second.subscription);
	cr_expect_eq(pulled, 7, "the slowest has left");
	RECORDED(&first, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms 6@0ms 7@0ms");
	RECORDED(&second, "3@0ms 4@0ms 5@0ms");
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	weir_unref(shared);
	weir_loop_free(loop);
}

Test(share, a_newcomer_that_asks_for_less_waits_for_nothing_it_did_not_ask_for)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	weir_observable *shared = weir_share(weir_subject_observable(subject), NULL);
	struct recorder first, second;

	record_on(&first, loop, weir_ref(shared), 10);
	record_on(&second, loop, weir_ref(shared), 1);
	for (int value = 1; value <= 10; value++)
		weir_subject_next(subject, weir_int(value));
	cr_expect_str_eq(second.text, "1@0ms");
	weir_request(second.subscription, 2);
	weir_subject_complete(subject);
	cr_expect_str_eq(second.text, "1@0ms 2@0ms 3@0ms", "completion waits for what waits");
	weir_request(second.subscription, 100);
	RECORDED(&second, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms 6@0ms 7@0ms 8@0ms 9@0ms 10@0ms |@0ms");
	RECORDED(&first, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms 6@0ms 7@0ms 8@0ms 9@0ms 10@0ms |@0ms");
	weir_unref(shared);
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(share, once_asked_for_everything_a_slow_newcomer_fails_alone)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	weir_observable *shared = weir_share(weir_subject_observable(subject), NULL);
	struct recorder slow, count;

	record_on(&count, loop, weir_count(weir_ref(shared)), WEIR_UNBOUNDED);
	record_on(&slow, loop, shared, 1);
	for (int value = 1; value <= 65; value++)
		weir_subject_next(subject, weir_int(value));
	cr_expect(!slow.ended);
	weir_subject_next(subject, weir_int(66));
	weir_subject_complete(subject);
	RECORDED(&slow, "1@0ms #WEIR_EDEMAND@0ms");
	RECORDED(&count, "66@0ms |@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(share, a_long_run_is_not_held_in_memory)
{
	weir_observable *shared = weir_share(weir_range(0, 300000), NULL);
	struct recorder first;

	record(&first, weir_count(weir_ref(shared)), 0);
	weir_request(first.subscription, WEIR_UNBOUNDED);
	weir_loop_run(first.loop);
	cr_expect(strncmp(first.text, "300000@", 7) == 0, "%s", first.text);
	weir_unref(shared);
	record_end(&first);
}

Test(share, subscriptions_share_a_loop)
{
	weir_observable *shared = weir_share(weir_never(), &(weir_share_options){ .stop_delay = weir_ms(5) });
	struct recorder here, elsewhere, later;

	record(&here, weir_ref(shared), WEIR_UNBOUNDED);
	weir_cancel(here.subscription);
	record(&elsewhere, weir_ref(shared), WEIR_UNBOUNDED);
	RECORDED(&elsewhere, "#EINVAL@0ms");
	record_run(&here, weir_ms(5));
	RECORDED(&here, "");
	record(&later, shared, WEIR_UNBOUNDED);
	RECORDED(&later, "");
}

Test(share, the_loop_may_go_while_the_source_runs)
{
	weir_observable *shared = weir_share(weir_interval(weir_ms(1)), &(weir_share_options){ .keep_at_zero = true });
	weir_observable *delayed =
		weir_share(weir_interval(weir_ms(1)), &(weir_share_options){ .stop_delay = weir_s(1) });
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder again;

	weir_cancel(weir_subscribe_borrowed(shared, loop, &(weir_observer){ 0 }));
	weir_cancel(weir_subscribe_borrowed(delayed, loop, &(weir_observer){ 0 }));
	cr_expect_eq(weir_loop_subscription_count(loop), 2);
	weir_loop_free(loop);
	record(&again, shared, WEIR_UNBOUNDED);
	record_run(&again, weir_ms(2));
	weir_cancel(again.subscription);
	weir_unref(delayed);
	weir_subscription_unref(again.subscription);
	again.subscription = NULL;
	RECORDED(&again, "0@1ms 1@2ms");
}

/* Subscribes once more when the first subscription fails. */
struct again {
	weir_observable *shared;
	struct recorder second;
};

static void subscribe_again(const weir_error *error, void *context)
{
	struct again *again = context;

	(void)error;
	record_on(&again->second, again->second.loop, again->shared, WEIR_UNBOUNDED);
}

Test(share, who_subscribes_inside_the_end_starts_it_anew)
{
	weir_observable *shared = weir_share(weir_throw_error(weir_error_new(EIO, "x")), NULL);
	weir_loop *loop = weir_loop_new_virtual();
	struct again again = { .shared = weir_ref(shared), .second = { .loop = loop } };

	weir_subscribe(shared, loop, &(weir_observer){ .error = subscribe_again, .context = &again });
	RECORDED(&again.second, "#EIO@0ms");
	weir_loop_free(loop);
}

static weir_value fail_mapper(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(EIO, "no");
}

static char origin[128];

static void keep_origin(const weir_error *error, void *context)
{
	(void)context;
	snprintf(origin, sizeof origin, "%s", weir_error_origin(error));
}

Test(share, an_error_of_the_source_says_where)
{
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_share(weir_map(weir_range(1, 3), fail_mapper, NULL), NULL), loop,
		&(weir_observer){ .error = keep_origin });
	cr_expect_str_eq(origin, "share > (range > map)");
	weir_loop_free(loop);
}

Test(share, rejects_options_out_of_range)
{
	weir_test *test = weir_test_new();
	weir_value no_value = weir_fail(EIO, "no value");

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_share(NULL, NULL), "#");
	weir_test_expect(test, weir_share(weir_range(1, 2), &(weir_share_options){ .connector.window = -1 }), "#");
	weir_test_expect(test, weir_share(weir_range(1, 2), &(weir_share_options){ .stop_delay = -1 }), "#");
	weir_test_expect(test,
		weir_share(weir_range(1, 2), &(weir_share_options){ .connector.kind = (enum weir_connector_kind)9 }),
		"#");
	weir_test_bind_error(test, EIO, "no value");
	weir_test_expect(test,
		weir_share(weir_range(1, 2),
			&(weir_share_options){ .connector = { WEIR_CONNECTOR_BEHAVIOR, .initial = no_value } }),
		"#");
	MARBLES_OK(test);
	weir_release(no_value);
}
