/* retry: the source again when it fails. */
#include <errno.h>
#include <math.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/recovering.h>
#include <weir/subject.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

#define OPTIONS(...) (&(weir_retry_options){ __VA_ARGS__ })

static weir_observable *build(weir_observable *source)
{
	return weir_retry(source, OPTIONS(.max_attempts = 3, .initial_delay = weir_ms(1)));
}

const struct conformance_subject conformance_subject = { .name = "retry", .build = build, .handles_errors = true };

static void expect(const char *source, const struct weir_retry_options *options, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_retry(weir_test_cold(test, source), options), expected);
	MARBLES_OK(test);
}

Test(retry, subscribes_again_until_the_attempts_are_used_up)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-#");

	weir_test_expect(test, weir_retry(source, OPTIONS(.max_attempts = 3)), "-1--1--1-#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect_subscriptions(test, source, "---^--!");
	weir_test_expect_subscriptions(test, source, "------^--!");
	MARBLES_OK(test);
}

Test(retry, one_attempt_is_the_source_itself)
{
	expect("-1-#", OPTIONS(.max_attempts = 1, .initial_delay = weir_ms(5)), "-1-#");
}

Test(retry, completion_passes)
{
	expect("-1-|", OPTIONS(.max_attempts = 3), "-1-|");
	expect("-1-|", NULL, "-1-|");
}

Test(retry, waits_before_the_next_attempt)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-#");

	weir_test_expect(
		test, weir_retry(source, OPTIONS(.max_attempts = 2, .initial_delay = weir_ms(3))), "-1-----1-#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect_subscriptions(test, source, "------^--!");
	MARBLES_OK(test);
}

/* What on_retry is told. */
struct waits {
	weir_duration delays[64];
	uint64_t attempts[64];
	int codes[64];
	size_t count;
};

static void note_wait(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	struct waits *waits = context;

	cr_assert_lt(waits->count, 64);
	waits->delays[waits->count] = delay;
	waits->attempts[waits->count] = attempt;
	waits->codes[waits->count++] = weir_error_code(error);
}

static struct waits waits_of(weir_observable *source, struct weir_retry_options options, const char *expected)
{
	struct waits waits = { .count = 0 };
	struct recorder recorder;

	options.on_retry = note_wait;
	options.context = &waits;
	record(&recorder, weir_retry(source, &options), WEIR_UNBOUNDED);
	record_run(&recorder, WEIR_FOREVER - 1);
	RECORDED(&recorder, expected);
	return waits;
}

static void expect_waits(const struct waits *waits, const weir_duration *delays, size_t count)
{
	cr_expect_eq(waits->count, count);
	for (size_t index = 0; index < count; index++) {
		cr_expect_eq(waits->delays[index], delays[index], "wait %zu is %lld ns, not %lld", index,
			(long long)waits->delays[index], (long long)delays[index]);
		cr_expect_eq(waits->attempts[index], index + 1);
	}
}

#define EXPECT_WAITS(waits, ...) \
	expect_waits(waits, (weir_duration[]){ __VA_ARGS__ }, sizeof((weir_duration[]){ __VA_ARGS__ }) / 8)

static weir_observable *broken(void)
{
	return weir_throw(ECONNREFUSED, "refused");
}

Test(retry, delays_grow_by_the_factor_up_to_the_cap)
{
	struct waits waits = waits_of(broken(),
		(weir_retry_options){ .max_attempts = 7, .initial_delay = weir_ms(100), .max_delay = weir_ms(1000) },
		"#ECONNREFUSED@3500ms");

	EXPECT_WAITS(&waits, weir_ms(100), weir_ms(200), weir_ms(400), weir_ms(800), weir_ms(1000), weir_ms(1000));
	cr_expect_eq(waits.codes[0], ECONNREFUSED);

	waits = waits_of(broken(),
		(weir_retry_options){ .max_attempts = 4, .initial_delay = weir_ms(100), .factor = 1.1 },
		"#ECONNREFUSED@331ms");
	EXPECT_WAITS(&waits, weir_ms(100), weir_ms(110), weir_ms(121));

	waits = waits_of(broken(), (weir_retry_options){ .max_attempts = 4, .initial_delay = 7, .factor = 1 },
		"#ECONNREFUSED@21ns");
	EXPECT_WAITS(&waits, 7, 7, 7);
}

Test(retry, no_power_overflows)
{
	struct waits waits = waits_of(broken(),
		(weir_retry_options){
			.max_attempts = 60, .initial_delay = weir_ms(1), .factor = 1e300, .max_delay = weir_s(1) },
		"#ECONNREFUSED@58001ms");

	cr_expect_eq(waits.delays[0], weir_ms(1));
	for (size_t index = 1; index < waits.count; index++)
		cr_expect_eq(waits.delays[index], weir_s(1));
}

Test(retry, synchronous_failures_do_not_recurse_and_yield_to_the_loop)
{
	struct recorder recorder;
	struct waits waits = { .count = 0 };

	record(&recorder, weir_retry(broken(), OPTIONS(.max_attempts = 1000000)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.text, "", "the loop was not yielded to");
	record_run(&recorder, 0);
	RECORDED(&recorder, "#ECONNREFUSED@0ms");
	cr_expect_eq(waits.count, 0);
}

Test(retry, the_last_error_passes_unchanged)
{
	struct recorder recorder;

	record(&recorder, weir_retry(broken(), OPTIONS(.max_attempts = 3)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "refused");
	RECORDED(&recorder, "#ECONNREFUSED@0ms");
}

Test(retry, cancelling_during_the_wait_leaves_nothing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1#");

	weir_test_expect_cancelled(
		test, weir_retry(source, OPTIONS(.initial_delay = weir_s(30), .wake = weir_never())), weir_ms(9), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_OK(test);
}

Test(retry, jitter_is_the_same_for_the_same_seed_and_within_its_bounds)
{
	weir_retry_options options = {
		.max_attempts = 20, .initial_delay = weir_ms(100), .factor = 1, .jitter = WEIR_JITTER_FULL, .seed = 42
	};
	struct waits first = { .count = 0 }, second = { .count = 0 };
	struct recorder recorder;

	options.on_retry = note_wait;
	options.context = &first;
	record(&recorder, weir_retry(broken(), &options), WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(100));
	record_end(&recorder);
	options.context = &second;
	record(&recorder, weir_retry(broken(), &options), WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(100));
	record_end(&recorder);
	cr_expect_eq(first.count, 19);
	cr_expect_arr_eq(first.delays, second.delays, sizeof first.delays);
	for (size_t index = 0; index < 19; index++)
		cr_expect(first.delays[index] >= 0 && first.delays[index] <= weir_ms(100));
	cr_expect_neq(first.delays[0], first.delays[1]);
}

Test(retry, without_a_seed_two_subscriptions_differ)
{
	weir_retry_options options = { .max_attempts = 2, .initial_delay = weir_s(100), .jitter = WEIR_JITTER_FULL };
	struct waits waits = { .count = 0 };
	struct recorder recorder;

	options.on_retry = note_wait;
	options.context = &waits;

	weir_observable *retried = weir_retry(broken(), &options);

	for (int round = 0; round < 2; round++) {
		record(&recorder, weir_ref(retried), WEIR_UNBOUNDED);
		record_end(&recorder);
	}
	weir_unref(retried);
	cr_expect_eq(waits.count, 2);
	cr_expect_neq(waits.delays[0], waits.delays[1]);
}

/* Healthy attempts. */

/* Each subscription fails so long after its only item, in turn; 0: fails without any. */
struct script {
	const weir_duration *lives;
	size_t count;
	size_t next;
};

static weir_value fail(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(ECONNRESET, "reset");
}

static weir_observable *scripted_run(void *context)
{
	struct script *script = context;
	weir_duration life = script->next < script->count ? script->lives[script->next] : 0;

	script->next++;
	if (life == 0)
		return weir_map(weir_timer(weir_ms(30)), fail, NULL);
	return weir_start_with(weir_map(weir_timer(life), fail, NULL), (weir_value[]){ weir_int(1) }, 1);
}

static struct waits scripted(const weir_duration *lives, size_t count, struct weir_retry_options options)
{
	struct script script = { lives, count, 0 };
	struct waits waits = { .count = 0 };
	struct recorder recorder;

	options.initial_delay = weir_ms(1);
	options.on_retry = note_wait;
	options.context = &waits;
	record(&recorder, weir_retry(weir_defer(scripted_run, &script), &options), WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(1000));
	record_end(&recorder);
	return waits;
}

#define SCRIPTED(options, ...) \
	scripted((weir_duration[]){ __VA_ARGS__ }, sizeof((weir_duration[]){ __VA_ARGS__ }) / 8, options)

static void expect_attempts(const struct waits *waits, const char *expected)
{
	char text[256] = "";

	for (size_t index = 0; index < waits->count; index++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu:%lld", index > 0 ? " " : "",
			(unsigned long long)waits->attempts[index], (long long)(waits->delays[index] / 1000000));
	cr_expect_str_eq(text, expected);
}

Test(retry, without_a_reset_items_change_nothing)
{
	struct waits waits =
		SCRIPTED(((weir_retry_options){ .max_attempts = 4 }), weir_s(5), weir_s(5), weir_s(5), weir_s(5));

	expect_attempts(&waits, "1:1 2:2 3:4");
}

Test(retry, an_item_resets_attempts_and_delays_when_asked_to)
{
	struct waits waits = SCRIPTED(
		((weir_retry_options){ .max_attempts = 3, .reset_on_item = true }), 0, weir_ms(1), 0, weir_ms(1), 0, 0);

	/* Failures in a row: 1, then a healthy attempt fails: 1 again, 2, healthy: 1, 2, and the third ends it. */
	expect_attempts(&waits, "1:1 1:1 2:2 1:1 2:2");
}

Test(retry, a_healthy_time_after_the_first_item_resets_attempts_and_delays)
{
	struct waits waits = SCRIPTED(((weir_retry_options){ .max_attempts = 4, .reset_after = weir_ms(10) }), 0,
		weir_ms(9), weir_ms(10), weir_ms(9), 0, weir_ms(11), 0, 0, 0);

	expect_attempts(&waits, "1:1 2:2 1:1 2:2 3:4 1:1 2:2 3:4");
}

Test(retry, the_time_before_the_first_item_is_not_healthy)
{
	/* Each attempt hangs for 30 ms, then fails. */
	struct waits waits =
		SCRIPTED(((weir_retry_options){ .max_attempts = 4, .reset_after = weir_ms(10) }), 0, 0, 0, 0);

	expect_attempts(&waits, "1:1 2:2 3:4");
}

/* Callbacks. */

static int only_refused(const weir_error *error, uint64_t attempt, void *context)
{
	(void)context;
	if (attempt == 4)
		return -EPERM;
	return weir_error_code(error) == ECONNREFUSED;
}

Test(retry, should_retry_decides)
{
	struct recorder recorder;

	record(&recorder, weir_retry(weir_throw(ENOENT, "gone"), OPTIONS(.should_retry = only_refused)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ENOENT@0ms");
	record(&recorder, weir_retry(broken(), OPTIONS(.should_retry = only_refused)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the decision whether to retry failed");
	RECORDED(&recorder, "#EPERM@0ms");
	record(&recorder, weir_retry(broken(), OPTIONS(.should_retry = only_refused, .max_attempts = 2)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ECONNREFUSED@0ms");
}

static weir_duration ten_times(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	(void)context;
	cr_expect_eq(weir_error_code(error), ECONNREFUSED);
	return attempt == 3 ? -1 : delay * 10;
}

Test(retry, delay_for_has_the_last_word)
{
	struct waits waits = waits_of(broken(),
		(weir_retry_options){ .max_attempts = 4, .initial_delay = weir_ms(1), .delay_for = ten_times },
		"#ECONNREFUSED@30ms");

	EXPECT_WAITS(&waits, weir_ms(10), weir_ms(20), -1);
}

/* Hints. */

static weir_observable *busy(weir_duration hint)
{
	return weir_throw_error(weir_error_with_retry_after(weir_error_new(WEIR_EHTTP, "503"), hint));
}

Test(retry, a_hint_lengthens_a_delay_and_never_shortens_it)
{
	struct waits waits = waits_of(busy(weir_ms(250)),
		(weir_retry_options){ .max_attempts = 4, .initial_delay = weir_ms(100) }, "#WEIR_EHTTP@900ms");

	EXPECT_WAITS(&waits, weir_ms(250), weir_ms(250), weir_ms(400));
}

Test(retry, a_hint_is_no_longer_than_allowed)
{
	struct waits waits = waits_of(busy(weir_s(1000000000)),
		(weir_retry_options){ .max_attempts = 2, .max_retry_after = weir_s(5) }, "#WEIR_EHTTP@5000ms");

	EXPECT_WAITS(&waits, weir_s(5));
	waits = waits_of(busy(weir_s(1000000000)), (weir_retry_options){ .max_attempts = 2 }, "#WEIR_EHTTP@3600000ms");
	EXPECT_WAITS(&waits, weir_minutes(60));
	waits = waits_of(
		busy(weir_s(5)), (weir_retry_options){ .max_attempts = 2, .max_retry_after = -1 }, "#WEIR_EHTTP@0ms");
	EXPECT_WAITS(&waits, 0);
}

Test(retry, a_hint_goes_with_an_error_that_others_hold_too)
{
	weir_error *shared = weir_error_wrap(weir_error_new(EIO, "below"), WEIR_EHTTP, "429 for %s", "x");
	weir_error *hinted = weir_error_with_retry_after(weir_error_ref(shared), weir_s(3));

	cr_expect_eq(weir_error_retry_after(shared), -1);
	cr_expect_eq(weir_error_retry_after(hinted), weir_s(3));
	cr_expect_eq(weir_error_code(hinted), WEIR_EHTTP);
	cr_expect_str_eq(weir_error_message(hinted), "429 for x");
	cr_expect_eq(weir_error_cause(hinted), weir_error_cause(shared));
	weir_error_unref(shared);
	weir_error_unref(hinted);
}

/* Waking. */

static void push(void *context)
{
	weir_subject_next(context, weir_nil());
}

Test(retry, wake_ends_a_wait)
{
	weir_test *test = weir_test_new();
	weir_subject *link_up = weir_subject_new();
	weir_observable *source = weir_test_cold(test, "-1#");

	weir_test_expect(test,
		weir_retry(source, OPTIONS(.max_attempts = 3, .initial_delay = weir_ms(10), .factor = 1,
					   .wake = weir_subject_observable(link_up))),
		"-1---1-----------1#");
	/* At 1 nobody waits. */
	weir_test_at(test, weir_ms(1), push, link_up);
	weir_test_at(test, weir_ms(4), push, link_up);
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "----^-!");
	weir_test_expect_subscriptions(test, source, "----------------^-!");
	MARBLES_OK(test);
	cr_expect_eq(weir_subject_listener_count(link_up), 0);
	weir_subject_unref(link_up);
}

Test(retry, a_wake_that_completes_changes_nothing_and_one_that_fails_ends_it)
{
	struct recorder recorder;

	record(&recorder,
		weir_retry(broken(), OPTIONS(.max_attempts = 2, .initial_delay = weir_ms(5), .wake = weir_empty())),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(50));
	RECORDED(&recorder, "#ECONNREFUSED@5ms");
	record(&recorder,
		weir_retry(broken(), OPTIONS(.initial_delay = weir_ms(5), .wake = weir_throw(ENODEV, "no link"))),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ENODEV@0ms");
}

Test(retry, a_wake_that_has_an_item_at_once_means_no_wait)
{
	struct recorder recorder;

	record(&recorder,
		weir_retry(broken(),
			OPTIONS(.max_attempts = 5, .initial_delay = weir_s(5), .wake = weir_just(weir_nil()))),
		WEIR_UNBOUNDED);
	record_run(&recorder, 0);
	RECORDED(&recorder, "#ECONNREFUSED@0ms");
}

static weir_observable *wait_longer(const weir_error *error, uint64_t attempt, void *context)
{
	(void)context;
	cr_expect_eq(weir_error_code(error), WEIR_EUSER);
	return attempt < 3 ? weir_timer(weir_ms((int64_t)attempt)) : weir_empty();
}

static weir_observable *wait_for_nothing(const weir_error *error, uint64_t attempt, void *context)
{
	(void)error;
	(void)context;
	return attempt == 1 ? weir_throw(WEIR_EUSER, "error") : NULL;
}

Test(retry, the_next_attempt_may_wait_for_the_first_item_of_an_observable)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1#");

	/* What the fourth attempt waits for has no item: it completes. */
	weir_test_expect(test, weir_retry(source, OPTIONS(.wait_for = wait_longer)), "-1--1---1|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "---^-!");
	weir_test_expect_subscriptions(test, source, "-------^-!");
	weir_test_expect(test,
		weir_retry(weir_test_cold(test, "-1#"), OPTIONS(.max_attempts = 2, .wait_for = wait_longer)), "-1--1#");
	weir_test_expect(test, weir_retry(weir_test_cold(test, "-1#"), OPTIONS(.wait_for = wait_for_nothing)), "-1#");
	MARBLES_OK(test);
}

/* Demand. */

static weir_observable *two_then_fail(void *context)
{
	(void)context;
	return weir_concat((weir_observable *[]){ weir_range(1, 2), broken() }, 2);
}

Test(retry, passes_demand_on_to_the_attempt_at_hand)
{
	struct recorder recorder;

	record(&recorder, weir_retry(weir_defer(two_then_fail, NULL), NULL), 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms 2@0ms 1@0ms");
	record_end(&recorder);

	/* What is requested during the wait is not forgotten. */
	record(&recorder, weir_retry(weir_defer(two_then_fail, NULL), OPTIONS(.initial_delay = weir_ms(5))), 2);
	record_run(&recorder, weir_ms(2));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "1@0ms 2@0ms 1@5ms");
}

static void cancel_in_on_retry(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	(void)error;
	(void)attempt;
	(void)delay;
	weir_cancel(((struct recorder *)context)->subscription);
}

Test(retry, cancelling_inside_a_callback_is_final)
{
	struct recorder recorder;

	record(&recorder,
		weir_retry(weir_map(weir_timer(weir_ms(1)), fail, NULL),
			OPTIONS(.initial_delay = weir_ms(5), .on_retry = cancel_in_on_retry, .context = &recorder)),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(50));
	RECORDED(&recorder, "");
}

static void expect_refused(const struct weir_retry_options *options, const char *message)
{
	struct recorder recorder;

	record(&recorder, weir_retry(weir_never(), options), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, message);
	RECORDED(&recorder, "#EINVAL@0ms");
}

Test(retry, options_out_of_range_are_refused)
{
	expect_refused(OPTIONS(.initial_delay = -1, .wake = weir_never()), "the initial delay is negative");
	expect_refused(OPTIONS(.max_delay = -1), "the maximal delay is negative");
	expect_refused(OPTIONS(.reset_after = -1), "the healthy time is negative");
	expect_refused(OPTIONS(.factor = 0.5), "the factor is below 1 or no finite number");
	expect_refused(OPTIONS(.factor = NAN), "the factor is below 1 or no finite number");
	expect_refused(OPTIONS(.factor = INFINITY), "the factor is below 1 or no finite number");
	expect_refused(OPTIONS(.jitter = (enum weir_jitter)9), "there is no such jitter");

	struct recorder recorder;

	record(&recorder, weir_retry(NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
