/* rate_limit: each item passes when a limiter gives leave. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/demand.h>
#include <weir/filtering.h>
#include <weir/limiter.h>
#include <weir/operator.h>
#include <weir/recovering.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/inner.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

#define OPTIONS(...) (&(weir_limiter_options){ __VA_ARGS__ })
#define ONE_PER(milliseconds) .limit = 1, .period = weir_ms(milliseconds)

/* A limiter belongs to a loop, and the suite has one for each run: this stage makes a limiter for each subscription. */
struct own_limiter_config {
	weir_observable *source;
};

struct own_limiter {
	struct weir_node node;
	struct weir_inner limited;
};

static void own_limiter_on_complete(struct weir_inner *limited)
{
	weir_emit_complete(limited->owner);
}

static const struct weir_inner_class own_limiter_limited = {
	.complete = own_limiter_on_complete,
};

static void own_limiter_start(struct weir_node *node)
{
	struct own_limiter *self = WEIR_CONTAINER_OF(node, struct own_limiter, node);
	const struct own_limiter_config *config = node->config;
	weir_limiter *limiter = weir_limiter_new(weir_node_loop(node), OPTIONS(ONE_PER(2), .burst = 2));

	weir_inner_init(&self->limited, node, &own_limiter_limited);
	if (limiter == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	weir_inner_switch_to(&self->limited, weir_rate_limit(weir_ref(config->source), limiter));
	weir_limiter_unref(limiter);
}

static void own_limiter_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct own_limiter, node)->limited, count);
}

static void own_limiter_config_destroy(void *config)
{
	weir_unref(((struct own_limiter_config *)config)->source);
}

static const struct weir_node_class own_limiter_class = {
	.name = "rate_limit",
	.size = sizeof(struct own_limiter),
	.config_size = sizeof(struct own_limiter_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = own_limiter_start,
	.request = own_limiter_request,
	.config_destroy = own_limiter_config_destroy,
};

static weir_observable *build(weir_observable *source)
{
	return weir_create_source(&own_limiter_class, &(struct own_limiter_config){ source });
}

const struct conformance_subject conformance_subject = { .name = "rate_limit", .build = build };

/* A test and a limiter on its loop. */
struct fixture {
	weir_test *test;
	weir_limiter *limiter;
};

static struct fixture set_up(const weir_limiter_options *options)
{
	struct fixture fixture = { .test = weir_test_new() };

	fixture.limiter = weir_limiter_new(weir_test_loop(fixture.test), options);
	cr_assert_not_null(fixture.limiter);
	return fixture;
}

static void tear_down(struct fixture fixture)
{
	MARBLES_OK(fixture.test);
	weir_limiter_unref(fixture.limiter);
}

static weir_observable *limited(const struct fixture *fixture, const char *source)
{
	return weir_rate_limit(weir_test_cold(fixture->test, source), fixture->limiter);
}

Test(rate_limit, the_first_item_passes_at_once_and_the_others_in_their_time)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3)));

	weir_test_expect(fixture.test, limited(&fixture, "(1234|)"), "1--2--3--(4|)");
	tear_down(fixture);
}

Test(rate_limit, items_that_come_slowly_pass_as_they_come)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3)));

	weir_test_expect(fixture.test, limited(&fixture, "-1---2---3--4-|"), "-1---2---3--4-|");
	tear_down(fixture);
}

Test(rate_limit, a_burst_passes_at_once)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(6), .burst = 3));

	weir_test_expect(fixture.test, limited(&fixture, "(12345|)"), "(123)-4-----(5|)");
	tear_down(fixture);
}

Test(rate_limit, there_is_no_edge_at_which_twice_the_limit_passes)
{
	struct fixture fixture =
		set_up(OPTIONS(.limit = 3, .period = weir_ms(10), .algorithm = WEIR_LIMITER_SLIDING_WINDOW));

	/* Three just before 10, and the next not at 10 but ten after each. */
	weir_test_expect(fixture.test, limited(&fixture, "-------1-2345|"), "-------1-23------4-(5|)");
	tear_down(fixture);
}

Test(rate_limit, completion_follows_the_last_item_and_an_error_overtakes_it)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(5)));

	weir_test_expect(fixture.test, limited(&fixture, "1-#"), "1-#");
	weir_test_expect(fixture.test, limited(&fixture, "--|"), "--|");
	tear_down(fixture);
	fixture = set_up(OPTIONS(ONE_PER(5)));
	weir_test_expect(fixture.test, limited(&fixture, "12#"), "1-#");
	tear_down(fixture);
}

Test(rate_limit, pipelines_share_a_limiter_first_come_first_served)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(2)));

	/* Each has one item in the queue, and its next one stands at the end. */
	weir_test_expect(fixture.test, limited(&fixture, "(123|)"), "1-2-----(3|)");
	weir_test_expect(fixture.test, limited(&fixture, "(45|)"), "----4-----(5|)");
	weir_test_expect(fixture.test, limited(&fixture, "(6|)"), "------(6|)");
	tear_down(fixture);
}

Test(rate_limit, cancelling_gives_the_place_to_the_next)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(5)));

	weir_test_expect(fixture.test, limited(&fixture, "(1|)"), "(1|)");
	weir_test_expect_cancelled(fixture.test, limited(&fixture, "(2|)"), weir_ms(3), "");
	weir_test_expect(fixture.test, limited(&fixture, "(3|)"), "-----(3|)");
	tear_down(fixture);
}

Test(rate_limit, the_source_is_asked_for_one_item_at_a_time)
{
	struct recorder recorder;
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(ONE_PER(3)));

	record_on(&recorder, loop, weir_rate_limit(weir_range(1, INT64_MAX - 1), limiter), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(10));
	cr_expect_eq(weir_limiter_waiting(limiter), 1);
	RECORDED(&recorder, "1@0ms 2@3ms 3@6ms 4@9ms");
	cr_expect_eq(weir_limiter_waiting(limiter), 0);

	/* Without demand nobody asks for leave. */
	record_on(&recorder, loop, weir_rate_limit(weir_range(1, 100), limiter), 2);
	record_run(&recorder, weir_ms(10));
	cr_expect_eq(weir_limiter_waiting(limiter), 0);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@12ms 2@15ms 3@20ms");
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}

Test(rate_limit, what_cannot_wait_is_buffered_in_front_of_it)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3)));
	weir_observable *hot = weir_on_overflow(weir_test_hot(fixture.test, "-(1234)|"), WEIR_OVERFLOW_BUFFER, 3);

	weir_test_expect(fixture.test, weir_rate_limit(hot, fixture.limiter), "-1--2--3--(4|)");
	tear_down(fixture);
}

Test(rate_limit, drop_passes_what_may_go_and_drops_the_rest)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3), .policy = WEIR_LIMITER_DROP));

	weir_test_allow_drops(fixture.test);
	weir_test_expect(fixture.test, limited(&fixture, "123456789|"), "1--4--7--|");
	tear_down(fixture);

	fixture = set_up(OPTIONS(ONE_PER(3), .policy = WEIR_LIMITER_DROP, .max_waiting = 2));
	weir_test_allow_drops(fixture.test);
	weir_test_expect(fixture.test, limited(&fixture, "(1234)5-|"), "1--2--3--(5|)");
	tear_down(fixture);
}

static int dropped;

static void count_drop(const char *stage, weir_value value, void *context)
{
	(void)context;
	cr_expect_str_eq(stage, "rate_limit");
	cr_expect_eq(weir_as_int(value), 2);
	dropped++;
}

Test(rate_limit, what_is_dropped_is_reported_and_asked_for_again)
{
	struct recorder recorder;
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(ONE_PER(3), .policy = WEIR_LIMITER_DROP));

	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = count_drop });
	/* 1 at 2 ms, 2 at 4, 3 at 6. */
	record_on(&recorder, loop, weir_rate_limit(weir_skip(weir_take(weir_interval(weir_ms(2)), 4), 1), limiter), 2);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "1@4ms 3@8ms |@8ms");
	cr_expect_eq(dropped, 1);
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}

Test(rate_limit, fail_ends_the_stream_that_is_too_fast)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3), .policy = WEIR_LIMITER_FAIL));

	weir_test_bind_error(fixture.test, WEIR_ERATE, "the limiter lets no more items wait");
	weir_test_expect(fixture.test, limited(&fixture, "-1---2--3-4---|"), "-1---2--3-#");
	tear_down(fixture);
}

static uint64_t itself(weir_value value, void *context)
{
	(void)context;
	return (uint64_t)weir_as_int(value);
}

Test(rate_limit, each_item_may_have_its_own_cost)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(5), .burst = 4));

	weir_test_expect(fixture.test,
		weir_rate_limit_by(weir_test_cold(fixture.test, "(4301|)"), fixture.limiter, itself, NULL),
		"4--------------(30)-(1|)");
	tear_down(fixture);

	fixture = set_up(OPTIONS(.limit = 5, .period = weir_ms(10), .algorithm = WEIR_LIMITER_SLIDING_WINDOW));
	weir_test_bind_error(fixture.test, EINVAL, "an item costs 6, which the limiter can never grant");
	weir_test_expect(fixture.test,
		weir_rate_limit_by(weir_test_cold(fixture.test, "(46|)"), fixture.limiter, itself, NULL), "(4#)");
	tear_down(fixture);
}

/* Retries. */

struct attempts {
	weir_loop *loop;
	char text[256];
};

static weir_observable *attempt(weir_value value, void *context)
{
	struct attempts *attempts = context;
	size_t length = strlen(attempts->text);

	(void)value;
	snprintf(attempts->text + length, sizeof attempts->text - length, "%s%lld", length > 0 ? " " : "",
		(long long)(weir_loop_now(attempts->loop) / 1000000));
	return weir_throw(ECONNREFUSED, "refused");
}

Test(rate_limit, inside_retry_every_attempt_asks_for_leave)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(ONE_PER(100)));
	struct attempts attempts = { .loop = loop };
	struct recorder recorder, other;

	record_on(&recorder, loop,
		weir_retry(weir_concat_map(weir_rate_limit(weir_just(weir_nil()), limiter), attempt, &attempts),
			&(weir_retry_options){ .max_attempts = 4, .initial_delay = weir_ms(10), .factor = 1 }),
		WEIR_UNBOUNDED);
	/* Somebody else's request stands in the same queue. */
	record_on(&other, loop, weir_rate_limit(weir_just(weir_int(7)), limiter), WEIR_UNBOUNDED);
	weir_loop_run(loop);
	cr_expect_str_eq(attempts.text, "0 200 300 400");
	RECORDED(&other, "7@100ms |@100ms");
	RECORDED(&recorder, "#ECONNREFUSED@400ms");
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}

Test(rate_limit, cancelling_a_retry_that_waits_for_leave_is_immediate)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(ONE_PER(100)));
	struct attempts attempts = { .loop = loop };
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_retry(weir_concat_map(weir_rate_limit(weir_just(weir_nil()), limiter), attempt, &attempts), NULL),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(250));
	cr_expect_eq(weir_limiter_waiting(limiter), 1);
	record_end(&recorder);
	cr_expect_eq(weir_limiter_waiting(limiter), 0);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	cr_expect_str_eq(attempts.text, "0 100 200");
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}

/* The server. */

static void told_to_wait(void *context)
{
	weir_limiter_observe(context, &(weir_limiter_signal){ .retry_after = weir_ms(10) });
}

Test(rate_limit, a_server_that_asks_for_patience_gets_it)
{
	struct fixture fixture = set_up(OPTIONS(ONE_PER(3)));

	weir_test_at(fixture.test, weir_ms(4), told_to_wait, fixture.limiter);
	weir_test_expect(fixture.test, limited(&fixture, "(1234|)"), "1--2----------3--(4|)");
	tear_down(fixture);
}

/* Wrong use. */

Test(rate_limit, a_limiter_of_another_loop_is_refused)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, NULL);
	struct recorder recorder;

	record(&recorder, weir_rate_limit(weir_never(), limiter), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the limiter belongs to another loop");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_rate_limit(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the limiter is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_rate_limit_by(weir_never(), limiter, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the cost function is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}

Test(rate_limit, the_recipe_holds_the_limiter)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(ONE_PER(3)));
	weir_observable *observable = weir_rate_limit(weir_range(1, 2), limiter);
	struct recorder recorder;

	weir_limiter_unref(limiter);
	record_on(&recorder, loop, observable, WEIR_UNBOUNDED);
	weir_loop_run(loop);
	RECORDED(&recorder, "1@0ms 2@3ms |@3ms");
	weir_loop_free(loop);
}

/* Several pipelines at random: the limit holds for all of them together, and is reached. */
struct crowd {
	weir_loop *loop;
	weir_time times[3000];
	size_t count;
};

static void crowd_next(weir_value value, void *context)
{
	struct crowd *crowd = context;

	(void)value;
	crowd->times[crowd->count++] = weir_loop_now(crowd->loop);
}

Test(rate_limit, all_pipelines_together_keep_and_reach_the_limit)
{
	for (int round = 0; round < 40; round++) {
		static struct crowd crowd;
		uint64_t limit = 1 + (uint64_t)round % 7, burst = 1 + (uint64_t)round % 3;
		weir_duration period = 1000 + 997 * round;
		int pipelines = 1 + round % 5;

		crowd = (struct crowd){ .loop = weir_loop_new_virtual() };

		weir_limiter *limiter =
			weir_limiter_new(crowd.loop, OPTIONS(.limit = limit, .period = period, .burst = burst));

		for (int pipeline = 0; pipeline < pipelines; pipeline++)
			weir_subscribe(weir_rate_limit(weir_range(1, 200), limiter), crowd.loop,
				&(weir_observer){ .next = crowd_next, .context = &crowd });
		weir_loop_run(crowd.loop);
		cr_assert_eq(crowd.count, 200 * (size_t)pipelines);
		for (size_t index = limit + burst - 1; index < crowd.count; index++)
			cr_assert_geq(crowd.times[index] - crowd.times[index - (limit + burst - 1)], period);

		/* n periods after the burst: n times the limit. */
		uint64_t periods = (crowd.count - burst) / limit;

		cr_expect_eq(crowd.times[burst + periods * limit - 1], (weir_time)periods * period);
		weir_limiter_unref(limiter);
		weir_loop_free(crowd.loop);
	}
}
