/* sample: the newest item whenever a notifier emits. */
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/observing.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *a_millisecond_later(weir_value value, void *context)
{
	(void)context;
	return weir_delay(weir_just(weir_retain(value)), weir_ms(1));
}

/* Synchronous integers would be over before the notifier emits. */
static weir_observable *build(weir_observable *source)
{
	return weir_sample(weir_concat_map(source, a_millisecond_later, NULL), weir_interval(weir_us(1700)));
}

const struct conformance_subject conformance_subject = {
	.name = "sample",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static void expect(const char *source, const char *notifier, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_sample(weir_test_cold(test, source), weir_test_cold(test, notifier)), expected);
	MARBLES_OK(test);
}

Test(sample, emits_the_newest_item_whenever_the_notifier_emits)
{
	expect("-1-2-3----4|", "----x---x-x--", "----2---3-4|");
	expect("-1-2-3-----4|", "----x--x-x--x", "----2--3----|");
}

Test(sample, is_as_drawn)
{
	expect("-1-2-3----4|", "----x---x----", "----2---3--|");
}

Test(sample, an_item_that_comes_together_with_the_notifiers_is_in_time)
{
	expect("---1---|", "---x----", "---1---|");
}

Test(sample, what_has_come_since_the_last_time_is_not_flushed_by_completion)
{
	expect("-1-2-|", "--x----", "--1--|");
}

Test(sample, completion_of_the_notifier_changes_nothing)
{
	expect("-1-2-3-|", "--x|", "--1----|");
	expect("-1-2-3-|", "|", "-------|");
}

Test(sample, errors_of_both_sides_pass_at_once)
{
	expect("-1-2-#", "--x----", "--1--#");
	expect("-1-2-|", "--x#", "--1#");
}

Test(sample, a_notifier_that_emits_while_it_is_subscribed_to_finds_what_a_synchronous_source_has_sent)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_sample(weir_concat_with(weir_range(1, 3), weir_test_cold(test, "--|")), weir_just(weir_nil())),
		"3-|");
	MARBLES_OK(test);
}

Test(sample, cancelling_releases_source_and_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---3-|");
	weir_observable *notifier = weir_test_cold(test, "---x---x");

	weir_test_expect_cancelled(test, weir_sample(source, notifier), weir_ms(7), "---1");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect_subscriptions(test, notifier, "^------!");
	MARBLES_OK(test);
}

Test(sample, without_demand_the_newest_sample_waits_and_completion_behind_it)
{
	struct recorder recorder;

	record(&recorder, weir_sample(weir_interval(weir_ms(10)), weir_interval(weir_ms(26))), 0);
	record_run(&recorder, weir_ms(60));
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "4@60ms");
	/* Nothing keeps a notifier from emitting soon. */
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(30));
	RECORDED(&recorder, "4@60ms 6@78ms");

	record(&recorder,
		weir_sample(weir_concat_with(weir_timer(weir_ms(1)), weir_timer(weir_ms(3))), weir_timer(weir_ms(2))),
		0);
	record_run(&recorder, weir_ms(60));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@60ms |@60ms");
}

Test(sample, a_notifier_of_NULL_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_sample(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the notifier is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}

static void released(enum weir_end end, void *context)
{
	(void)end;
	recorder_add(context, "released");
}

Test(sample, completion_passes_before_the_notifier_is_released)
{
	struct recorder recorder;

	record(&recorder,
		weir_sample(weir_timer(weir_ms(3)), weir_finalize(weir_interval(weir_ms(5)), released, &recorder)), 0);
	record_run(&recorder, weir_ms(3));
	RECORDED(&recorder, "|@3ms released@3ms");
	/* While a sample waits the notifier is of no use any more. */
	record(&recorder,
		weir_sample(weir_concat_with(weir_timer(weir_ms(1)), weir_timer(weir_ms(3))),
			weir_finalize(weir_interval(weir_ms(2)), released, &recorder)),
		0);
	record_run(&recorder, weir_ms(9));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "released@4ms 0@9ms |@9ms");
}
