/* on_overflow: what to do with items that come faster than they are asked for. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_on_overflow(source, WEIR_OVERFLOW_BUFFER, 16);
}

const struct conformance_subject conformance_subject = {
	.name = "on_overflow",
	.build = build,
	.errors_overtake_items = "items that wait",
};

/* What was dropped, by whom. */
static char drops[256];

static void on_dropped(const char *stage, weir_value value, void *context)
{
	char text[64];

	(void)context;
	weir_print(value, text, sizeof text);
	snprintf(drops + strlen(drops), sizeof drops - strlen(drops), "%s:%s ", stage, text);
}

/* A source that does not wait, one item a millisecond, after which `request` more are asked for. */
static void play(struct recorder *recorder, enum weir_overflow_policy policy, size_t capacity, int items,
	weir_error *end, uint64_t first, uint64_t then)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();

	drops[0] = '\0';
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	record_on(recorder, loop, weir_on_overflow(weir_subject_observable(subject), policy, capacity), first);
	recorder->owns_loop = true;
	for (int item = 1; item <= items; item++) {
		weir_loop_run_for(loop, weir_ms(1));
		weir_subject_next(subject, weir_int(item));
	}
	if (end != NULL)
		weir_subject_error(subject, end);
	else
		weir_subject_complete(subject);
	weir_loop_run_for(loop, weir_ms(1));
	weir_request(recorder->subscription, then);
	weir_subject_unref(subject);
}

Test(on_overflow, what_is_asked_for_passes_at_once)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_BUFFER, 1, 3, NULL, WEIR_UNBOUNDED, 1);
	RECORDED(&recorder, "1@1ms 2@2ms 3@3ms |@3ms");
}

Test(on_overflow, buffer_keeps_items_and_completion_waits_for_them)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_BUFFER, 2, 3, NULL, 1, 2);
	RECORDED(&recorder, "1@1ms 2@4ms 3@4ms |@4ms");
	play(&recorder, WEIR_OVERFLOW_BUFFER, 2, 3, NULL, 1, 1);
	RECORDED(&recorder, "1@1ms 2@4ms");
	cr_expect_str_eq(drops, "");
	play(&recorder, WEIR_OVERFLOW_BUFFER, SIZE_MAX, 4, NULL, 0, 9);
	RECORDED(&recorder, "1@5ms 2@5ms 3@5ms 4@5ms |@5ms");
}

Test(on_overflow, buffer_fails_when_it_is_full)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_BUFFER, 2, 5, NULL, 1, 2);
	cr_expect(strstr(recorder.message, "and 2 wait already") != NULL, "%s", recorder.message);
	RECORDED(&recorder, "1@1ms #WEIR_EOVERFLOW@4ms");
	/* What waited, what came, and the last, which the subject could not deliver to anybody. */
	cr_expect_str_eq(drops, "on_overflow:2 on_overflow:3 on_overflow:4 ");
}

Test(on_overflow, drop_oldest)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_DROP_OLDEST, 2, 5, NULL, 1, 9);
	RECORDED(&recorder, "1@1ms 4@6ms 5@6ms |@6ms");
	cr_expect_str_eq(drops, "on_overflow:2 on_overflow:3 ");
}

Test(on_overflow, drop_newest)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_DROP_NEWEST, 2, 5, NULL, 1, 9);
	RECORDED(&recorder, "1@1ms 2@6ms 3@6ms |@6ms");
	cr_expect_str_eq(drops, "on_overflow:4 on_overflow:5 ");
}

Test(on_overflow, latest)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_LATEST, 0, 5, NULL, 1, 9);
	RECORDED(&recorder, "1@1ms 5@6ms |@6ms");
	cr_expect_str_eq(drops, "on_overflow:2 on_overflow:3 on_overflow:4 ");
}

Test(on_overflow, error)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_ERROR, 7, 3, NULL, 1, 9);
	RECORDED(&recorder, "1@1ms #WEIR_EOVERFLOW@2ms");
	cr_expect_str_eq(drops, "on_overflow:2 ");
	play(&recorder, WEIR_OVERFLOW_ERROR, 0, 3, NULL, 3, 9);
	RECORDED(&recorder, "1@1ms 2@2ms 3@3ms |@3ms");
}

Test(on_overflow, an_error_overtakes_what_waits)
{
	struct recorder recorder;

	play(&recorder, WEIR_OVERFLOW_BUFFER, 9, 3, weir_error_new(EIO, "x"), 1, 9);
	RECORDED(&recorder, "1@1ms #EIO@3ms");
	cr_expect_str_eq(drops, "on_overflow:2 on_overflow:3 ");
}

static void ask_for_three(void *recorder)
{
	weir_request(((struct recorder *)recorder)->subscription, 3);
}

Test(on_overflow, as_drawn)
{
	struct recorder recorder;
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-4------5-|");

	record_on(&recorder, weir_test_loop(test), weir_on_overflow(source, WEIR_OVERFLOW_DROP_OLDEST, 2), 1);
	weir_test_allow_drops(test);
	weir_test_at(test, weir_ms(8), ask_for_three, &recorder);
	cr_expect_null(weir_test_run(test));
	RECORDED(&recorder, "1@1ms 3@8ms 4@8ms 5@14ms |@16ms");
	weir_test_free(test);
}

/* Asks for another item while it gets one, and the source pushes another while it is delivered. */
static void push_again(weir_value value, void *context)
{
	if (weir_as_int(value) < 1000)
		weir_subject_next(context, weir_int(weir_as_int(value) + 1));
}

Test(on_overflow, nothing_recurses_when_it_feeds_itself)
{
	struct recorder recorder;
	weir_subject *subject = weir_subject_new();

	weir_observable *source = weir_on_overflow(weir_subject_observable(subject), WEIR_OVERFLOW_BUFFER, 2);

	record(&recorder, weir_count(weir_tap_next(source, push_again, subject)), WEIR_UNBOUNDED);
	weir_subject_next(subject, weir_int(1));
	weir_subject_complete(subject);
	RECORDED(&recorder, "1000@0ms |@0ms");
	weir_subject_unref(subject);
}

Test(on_overflow, rejects_what_is_no_policy_or_no_room)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_on_overflow(weir_test_cold(test, "1"), WEIR_OVERFLOW_BUFFER, 0), "#");
	weir_test_expect(test, weir_on_overflow(weir_test_cold(test, "1"), WEIR_OVERFLOW_DROP_OLDEST, 0), "#");
	weir_test_expect(test, weir_on_overflow(weir_test_cold(test, "1"), WEIR_OVERFLOW_DROP_NEWEST, 0), "#");
	weir_test_expect(test, weir_on_overflow(weir_test_cold(test, "1"), (enum weir_overflow_policy)9, 1), "#");
	MARBLES_OK(test);
}
