/* group_by: an observable for each key. */
#include <errno.h>
#include <stdlib.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value parity(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) % 2);
}

static weir_observable *build(weir_observable *source)
{
	return weir_group_by(source, parity, NULL, &(weir_group_by_options){ .waiting = 16 });
}

const struct conformance_subject conformance_subject = {
	.name = "group_by",
	.build = build,
	.demand_changes_order = "a group that is asked for later begins later",
	.errors_overtake_items = "groups that are not asked for yet, and their values",
};

static weir_observable *group_itself(weir_value group, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(group));
}

static weir_value tag(weir_value value, void *context)
{
	return weir_make_array((weir_value[]){ weir_retain(weir_group_key(context)), weir_retain(value) }, 2);
}

/* [key, value] for each value of a group. */
static weir_observable *tagged(weir_value group, void *context)
{
	weir_observable *observable = weir_as_observable(group);

	(void)context;
	return weir_with_context(
		weir_map(weir_ref(observable), tag, observable), weir_ref(observable), (void (*)(void *))weir_unref);
}

static weir_value pair(int first, int second)
{
	return weir_make_array((weir_value[]){ weir_int(first), weir_int(second) }, 2);
}

Test(group_by, a_group_opens_with_its_first_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "1---3---|");
	weir_test_bind_stream(test, 'b', "2---4-|");
	weir_test_expect(test, weir_group_by(weir_test_cold(test, "-1-2-3-4-|"), parity, NULL, NULL), "-a-b-----|");
	MARBLES_OK(test);
}

Test(group_by, groups_have_their_key)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', pair(1, 1));
	weir_test_bind(test, 'b', pair(0, 2));
	weir_test_bind(test, 'c', pair(1, 3));
	weir_test_expect(test,
		weir_merge_map(weir_group_by(weir_test_cold(test, "-1-2-3-|"), parity, NULL, NULL), tagged, NULL, 0),
		"-a-b-c-|");
	MARBLES_OK(test);
	cr_expect(weir_is_nil(weir_group_key(NULL)));

	weir_observable *other = weir_empty();

	cr_expect(weir_is_nil(weir_group_key(other)));
	weir_unref(other);
}

static weir_value as_it_is(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

Test(group_by, equal_keys_share_a_group_whatever_their_kind)
{
	weir_value items[] = { weir_int(1), weir_double(1.0), weir_string("a longer string, not inline"),
		weir_string("a longer string, not inline"), weir_nil(), weir_nil(), weir_bool(true) };
	struct recorder recorder;

	record(&recorder, weir_count(weir_group_by(weir_of(items, 7), as_it_is, NULL, NULL)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "4@0ms |@0ms");
}

Test(group_by, errors_go_to_every_group_then_here)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "1---#");
	weir_test_bind_stream(test, 'b', "2-#");
	weir_test_expect(test, weir_group_by(weir_test_cold(test, "-1-2-#"), parity, NULL, NULL), "-a-b-#");
	MARBLES_OK(test);
}

static weir_value fail_on_three(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 3 ? weir_fail(WEIR_ELIMIT, "three") : weir_int(weir_as_int(value) % 2);
}

static weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

Test(group_by, a_failing_callback_ends_all)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_bind_error(test, WEIR_ELIMIT, "three");
	weir_test_bind_stream(test, 'a', "1---#");
	weir_test_bind_stream(test, 'b', "2-#");
	weir_test_bind_stream(test, 'c', "0-#");
	weir_test_bind_stream(test, 'd', "#");
	weir_test_expect(test, weir_group_by(source, fail_on_three, NULL, NULL), "-a-b-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	source = weir_test_cold(test, "-2-3-4-|");
	weir_test_expect(test,
		weir_group_by(source, as_it_is, NULL, &(weir_group_by_options){ .element = fail_on_three }), "-c-(d#)");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(group_by, element_is_what_groups_get)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_expect(test,
		weir_merge_map(weir_group_by(weir_test_cold(test, "-1-2-|"), parity, NULL,
				       &(weir_group_by_options){ .element = times_ten }),
			group_itself, NULL, 0),
		"-a-b-|");
	MARBLES_OK(test);
}

static weir_observable *for_three_ms(const weir_observable *group, void *context)
{
	(void)context;
	cr_expect(weir_as_int(weir_group_key(group)) < 2);
	return weir_timer(weir_ms(3));
}

static weir_observable *at_once(const weir_observable *group, void *context)
{
	(void)group;
	(void)context;
	return weir_empty();
}

static weir_observable *thrown(void *context)
{
	(void)context;
	return weir_throw(WEIR_ELIMIT, "no");
}

static weir_observable *that_fails(const weir_observable *group, void *context)
{
	(void)group;
	return weir_defer(thrown, context);
}

static weir_observable *failing(const weir_observable *group, void *context)
{
	return weir_as_int(weir_group_key(group)) == 1 ? thrown(context) : NULL;
}

Test(group_by, duration_ends_a_group_and_a_later_value_opens_another)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "1-3|");
	weir_test_bind_stream(test, 'b', "5--|");
	weir_test_expect(test,
		weir_group_by(weir_test_cold(test, "-1-3-5-----|"), parity, NULL,
			&(weir_group_by_options){ .duration = for_three_ms }),
		"-a---b-----|");
	MARBLES_OK(test);
}

Test(group_by, a_duration_that_ends_at_once_closes_before_the_first_value)
{
	weir_test *test = weir_test_new();

	weir_test_allow_drops(test);
	weir_test_bind_stream(test, 'a', "|");
	weir_test_expect(test,
		weir_group_by(
			weir_test_cold(test, "-1-3-|"), parity, NULL, &(weir_group_by_options){ .duration = at_once }),
		"-a-a-|");
	MARBLES_OK(test);
}

Test(group_by, an_error_of_the_duration_is_the_groups)
{
	weir_test *test = weir_test_new();

	weir_test_allow_drops(test);
	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_bind_stream(test, 'a', "#");
	weir_test_expect(test,
		weir_group_by(weir_test_cold(test, "-1-3-|"), parity, NULL,
			&(weir_group_by_options){ .duration = that_fails }),
		"-a-a-|");
	MARBLES_OK(test);
}

Test(group_by, a_duration_callback_that_fails_ends_all)
{
	weir_test *test = weir_test_new();

	weir_test_allow_drops(test);
	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_bind_stream(test, 'a', "#");
	weir_test_expect(test,
		weir_group_by(
			weir_test_cold(test, "-1-3-|"), parity, NULL, &(weir_group_by_options){ .duration = failing }),
		"-(a#)");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_bind_stream(test, 'b', "#");
	weir_test_expect(test,
		weir_group_by(
			weir_test_cold(test, "-2-|"), parity, NULL, &(weir_group_by_options){ .duration = failing }),
		"-(b#)");
	MARBLES_OK(test);
}

static char drops[512];

static void on_dropped(const char *stage, weir_value value, void *context)
{
	char text[64];

	(void)context;
	weir_print(value, text, sizeof text);
	snprintf(drops + strlen(drops), sizeof drops - strlen(drops), "%s:%s ", stage, text);
}

static weir_loop *loop_with_drops(void)
{
	weir_loop *loop = weir_loop_new_virtual();

	drops[0] = '\0';
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	return loop;
}

Test(group_by, values_for_a_group_nobody_listens_to_are_reported)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;

	/* One group at a time: the second one begins when the first has ended. */
	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(1, 6), parity, NULL, NULL), group_itself, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 5@0ms |@0ms");
	cr_expect_str_eq(drops, "group_by:2 group_by:4 group_by:6 ");
	weir_loop_free(loop);
}

Test(group_by, values_may_wait_for_the_first_listener)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;
	weir_group_by_options three = { .waiting = 3 };

	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(1, 6), parity, NULL, &three), group_itself, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 5@0ms 2@0ms 4@0ms 6@0ms |@0ms");
	cr_expect_str_eq(drops, "");
	weir_loop_free(loop);
}

Test(group_by, more_than_may_wait_is_an_error)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;
	weir_group_by_options two = { .waiting = 2 };

	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(1, 7), parity, NULL, &two), group_itself, NULL),
		WEIR_UNBOUNDED);
	cr_expect(strstr(recorder.message, "2 values wait") != NULL, "%s", recorder.message);
	RECORDED(&recorder, "1@0ms 3@0ms 5@0ms #WEIR_EOVERFLOW@0ms");
	cr_expect(strstr(drops, "group_by:6 ") != NULL, "%s", drops);
	weir_loop_free(loop);
}

/* A group kept beyond the pipeline. */
static weir_observable *kept_group;

static void keep_group(weir_value value, void *context)
{
	(void)context;
	if (kept_group == NULL)
		kept_group = weir_ref(weir_as_observable(value));
}

Test(group_by, after_the_last_listener_has_left_values_are_dropped_again)
{
	weir_loop *loop = loop_with_drops();
	weir_subject *subject = weir_subject_new();
	struct recorder group;

	weir_subscribe(
		weir_group_by(weir_subject_observable(subject), parity, NULL, &(weir_group_by_options){ .waiting = 9 }),
		loop, &(weir_observer){ .next = keep_group });
	weir_subject_next(subject, weir_int(1));
	record_on(&group, loop, weir_ref(kept_group), 1);
	weir_subject_next(subject, weir_int(3));
	record_end(&group);
	weir_subject_next(subject, weir_int(5));
	cr_expect_str_eq(drops, "group_by:5 ");
	record_on(&group, loop, kept_group, WEIR_UNBOUNDED);
	weir_subject_next(subject, weir_int(7));
	weir_subject_complete(subject);
	RECORDED(&group, "7@0ms |@0ms");
	kept_group = NULL;
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

static weir_observable *first_two(weir_value group, void *context)
{
	(void)context;
	return weir_take(weir_ref(weir_as_observable(group)), 2);
}

Test(group_by, the_source_runs_as_long_as_a_group_has_a_listener)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-7-|");

	weir_test_allow_drops(test);
	/* Outer completes with the first group; the group goes on. */
	weir_test_expect(test,
		weir_merge_map(weir_take(weir_group_by(source, parity, NULL, NULL), 1), group_itself, NULL, 0),
		"-1---3---5---7-|");
	weir_test_expect_subscriptions(test, source, "^--------------!");
	source = weir_test_cold(test, "-1-2-3-4-5-6-7-|");
	weir_test_expect(test,
		weir_merge_map(weir_take(weir_group_by(source, parity, NULL, NULL), 1), first_two, NULL, 0),
		"-1---(3|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	source = weir_test_cold(test, "-1-2-3-4-5-6-7-|");
	weir_test_expect(test, weir_ignore_elements(weir_take(weir_group_by(source, parity, NULL, NULL), 1)), "-|");
	weir_test_expect_subscriptions(test, source, "^!");
	MARBLES_OK(test);
}

Test(group_by, cancel_ends_the_source_when_nobody_is_left)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-7-|");

	weir_test_expect_cancelled(test,
		weir_merge_map(weir_group_by(source, parity, NULL, NULL), group_itself, NULL, 0), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(group_by, a_group_may_be_kept_beyond_the_end)
{
	struct recorder recorder;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	weir_subscription *outer;

	weir_subscribe(
		weir_group_by(weir_range(1, 4), parity, NULL, NULL), loop, &(weir_observer){ .next = keep_group });
	record_on(&recorder, loop, kept_group, WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");

	kept_group = NULL;
	outer = weir_subscribe(weir_group_by(weir_subject_observable(subject), parity, NULL, NULL), loop,
		&(weir_observer){ .next = keep_group });
	weir_subject_next(subject, weir_int(1));
	weir_cancel(outer);
	cr_expect_eq(weir_subject_listener_count(subject), 0);
	record_on(&recorder, loop, weir_ref(kept_group), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_ECLOSED@0ms");
	weir_loop_free(loop);

	loop = weir_loop_new_virtual();
	record_on(&recorder, loop, kept_group, WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_ECLOSED@0ms");
	weir_loop_free(loop);
	kept_group = NULL;
	weir_subject_unref(subject);
}

Test(group_by, the_loop_may_go_while_groups_run)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subscription *outer = weir_subscribe(weir_group_by(weir_interval(weir_ms(1)), parity, NULL, NULL), loop,
		&(weir_observer){ .next = keep_group });
	weir_subscription *inner;

	cr_assert_not_null(outer);
	weir_loop_run_for(loop, weir_ms(3));
	inner = weir_subscribe(kept_group, loop, &(weir_observer){ 0 });
	weir_cancel(outer);
	cr_expect(weir_subscription_is_active(inner));
	cr_expect_eq(weir_loop_subscription_count(loop), 2, "the source and the group's listener");
	kept_group = NULL;
	weir_loop_free(loop);
}

static uint64_t pulled;

static weir_value count_pulled(weir_value value, void *context)
{
	(void)context;
	pulled++;
	return weir_retain(value);
}

static int count_items(const char *text)
{
	int count = 0;

	for (; *text != '\0'; text++)
		count += *text == '@';
	return count;
}

Test(group_by, the_source_waits_for_slow_groups)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;
	weir_observable *source = weir_map(weir_range(0, 100000), count_pulled, NULL);

	pulled = 0;
	record_on(&recorder, loop, weir_merge_map(weir_group_by(source, parity, NULL, NULL), group_itself, NULL, 0), 3);
	weir_loop_run(loop);
	cr_expect_leq(pulled, 256 + 16 + 3);
	weir_request(recorder.subscription, 7);
	weir_loop_run(loop);
	cr_expect_leq(pulled, 256 + 32 + 10);
	cr_expect_str_eq(drops, "");
	cr_expect_eq(count_items(recorder.text), 10, "%s", recorder.text);
	record_end(&recorder);
	weir_loop_free(loop);
}

Test(group_by, the_source_is_not_asked_while_nobody_wants_anything)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;

	pulled = 0;
	record_on(&recorder, loop, weir_group_by(weir_map(weir_range(0, 100), count_pulled, NULL), parity, NULL, NULL),
		0);
	cr_expect_eq(pulled, 0);
	weir_request(recorder.subscription, 2);
	cr_expect_eq(pulled, 100);
	record_end(&recorder);
	weir_loop_free(loop);
}

#define CONNECTED(...) (&(weir_group_by_options){ .connector = { __VA_ARGS__ } })

Test(group_by, groups_may_replay)
{
	weir_loop *loop = loop_with_drops();
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(1, 6), parity, NULL, CONNECTED(.kind = WEIR_CONNECTOR_REPLAY)),
			group_itself, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 5@0ms 2@0ms 4@0ms 6@0ms |@0ms");
	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(1, 6), parity, NULL,
					CONNECTED(.kind = WEIR_CONNECTOR_REPLAY, .count = 2)),
			group_itself, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 5@0ms 4@0ms 6@0ms |@0ms");
	cr_expect_str_eq(drops, "");
	weir_loop_free(loop);
}

Test(group_by, what_a_group_replays_does_not_hold_the_source_back)
{
	struct recorder recorder;

	record(&recorder,
		weir_count(weir_merge_map(
			weir_group_by(weir_range(1, 5000), parity, NULL, CONNECTED(.kind = WEIR_CONNECTOR_REPLAY)),
			group_itself, NULL, 0)),
		1);
	RECORDED(&recorder, "5000@0ms |@0ms");
}

Test(group_by, groups_may_have_a_current_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "(71)-3---|");
	weir_test_bind_stream(test, 'b', "(72)--|");
	weir_test_expect(test,
		weir_group_by(weir_test_cold(test, "-1--2-3---|"), parity, NULL,
			CONNECTED(.kind = WEIR_CONNECTOR_BEHAVIOR, .initial = weir_int(7))),
		"-a--b-----|");
	MARBLES_OK(test);
}

Test(group_by, groups_may_emit_only_their_last_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "---------(3|)");
	weir_test_bind_stream(test, 'b', "------(2|)");
	weir_test_expect(test,
		weir_group_by(
			weir_test_cold(test, "-1--2-3---|"), parity, NULL, CONNECTED(.kind = WEIR_CONNECTOR_ASYNC)),
		"-a--b-----|");
	MARBLES_OK(test);
}

Test(group_by, a_connector_out_of_range_is_refused)
{
	struct recorder recorder;

	record(&recorder,
		weir_group_by(weir_never(), parity, NULL, CONNECTED(.kind = WEIR_CONNECTOR_REPLAY, .window = -1)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_group_by(weir_never(), parity, NULL, CONNECTED(.kind = 9)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

static weir_value same_number(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

Test(group_by, too_many_groups_that_nobody_asks_for_are_an_error)
{
	struct recorder recorder;
	weir_loop *loop = loop_with_drops();

	record_on(&recorder, loop,
		weir_concat_map(weir_group_by(weir_range(0, 80000), same_number, NULL,
					&(weir_group_by_options){ .waiting = 1 }),
			group_itself, NULL),
		WEIR_UNBOUNDED);
	weir_loop_run(loop);
	cr_expect(strstr(recorder.message, "65536 observables wait") != NULL, "%s", recorder.message);
	RECORDED(&recorder, "0@0ms #WEIR_EOVERFLOW@0ms");
	weir_loop_free(loop);
}

Test(group_by, rejects_what_is_missing)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_group_by(NULL, parity, NULL, NULL), "#");
	weir_test_expect(test, weir_group_by(weir_range(1, 2), NULL, NULL, NULL), "#");
	MARBLES_OK(test);
}

/*
 * group_by and merge_map with fewer places than keys: nothing is lost, order is kept within each group, and it never
 * hangs: it completes, or, when less may wait than must, it says so.
 */

enum {
	ITEMS = 600,
	KEYS = 12,
};

struct spread {
	uint64_t seed;
	int last[KEYS]; /* of each key, as received */
	int received;
	bool ended;
	int code;
	uint64_t demand;
	weir_subscription *subscription;
};

static uint64_t mixed(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static int key_number(const struct spread *spread, int64_t item)
{
	return (int)(mixed(spread->seed + (uint64_t)item) % KEYS);
}

static weir_value spread_key(weir_value value, void *context)
{
	return weir_int(key_number(context, weir_as_int(value)));
}

/* Some groups as they are, some slower, some only for a while. */
static weir_observable *spread_project(weir_value group, void *context)
{
	const struct spread *spread = context;
	weir_observable *observable = weir_ref(weir_as_observable(group));

	switch (mixed(spread->seed + (uint64_t)weir_as_int(weir_group_key(observable))) % 3) {
	case 0:
		return weir_delay(observable, weir_ms(2));
	case 1:
		return weir_on_overflow(observable, WEIR_OVERFLOW_BUFFER, SIZE_MAX);
	default:
		return observable;
	}
}

static void spread_next(weir_value value, void *context)
{
	struct spread *spread = context;
	int item = (int)weir_as_int(value);
	int key = key_number(spread, item);

	cr_assert_lt(spread->last[key], item, "%d came after %d", item, spread->last[key]);
	spread->last[key] = item;
	spread->received++;
	if (spread->demand != 0)
		weir_request(spread->subscription, spread->received % 3 == 0 ? 2 : 1);
}

static void spread_subscribed(weir_subscription *subscription, void *context)
{
	((struct spread *)context)->subscription = subscription;
}

static void spread_error(const weir_error *error, void *context)
{
	((struct spread *)context)->code = weir_error_code(error);
}

static void spread_complete(void *context)
{
	((struct spread *)context)->ended = true;
}

static void check_spread(uint64_t seed, uint64_t concurrency, size_t waiting, uint64_t demand, bool is_paced)
{
	weir_loop *loop = loop_with_drops();
	struct spread spread = { .seed = seed, .demand = demand };
	weir_observable *source = is_paced ? weir_take(weir_interval(weir_us(300)), ITEMS) : weir_range(0, ITEMS);

	for (int key = 0; key < KEYS; key++)
		spread.last[key] = -1;
	weir_subscribe(weir_merge_map(weir_group_by(source, spread_key, &spread,
					      &(weir_group_by_options){ .waiting = waiting }),
			       spread_project, &spread, concurrency),
		loop,
		&(weir_observer){ .subscribed = spread_subscribed,
			.next = spread_next,
			.error = spread_error,
			.complete = spread_complete,
			.demand = demand,
			.context = &spread });
	weir_loop_run(loop);
	cr_assert(spread.ended || spread.code != 0, "seed %d: it hangs with %d of %d items", (int)seed, spread.received,
		ITEMS);
	if (spread.ended) {
		cr_assert_eq(spread.received, ITEMS, "seed %d: %d items", (int)seed, spread.received);
		cr_assert_str_eq(drops, "");
	} else {
		cr_assert_eq(spread.code, WEIR_EOVERFLOW);
		cr_assert(waiting < ITEMS && concurrency < KEYS);
	}
	weir_loop_free(loop);
}

Test(group_by, with_fewer_places_than_keys_nothing_is_lost_and_nothing_hangs)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		for (uint64_t concurrency = 1; concurrency <= KEYS; concurrency += 3) {
			check_spread(seed, concurrency, SIZE_MAX, 0, false);
			check_spread(seed, concurrency, SIZE_MAX, 1, false);
			check_spread(seed, concurrency, SIZE_MAX, 5, true);
			check_spread(seed, concurrency, 20, 1, false);
			check_spread(seed, concurrency, 40, 3, true);
		}
		check_spread(seed, KEYS, 1, 1, false);
	}
}
