/* replay_subject: the newest values are kept for newcomers. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static void push(weir_subject *subject, int from, int to)
{
	for (int value = from; value <= to; value++)
		cr_assert_eq(weir_subject_next(subject, weir_int(value)), 0);
}

static weir_observable *build(weir_observable *source)
{
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = 9 });
	weir_observable *observable = weir_subject_observable(subject);

	(void)source;
	for (int value = 1; value <= 9; value++)
		weir_subject_next(subject, weir_int(value));
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	return observable;
}

const struct conformance_subject conformance_subject = { .name = "replay_subject", .build = build, .creates = true };

Test(replay_subject, newcomers_get_the_newest_values_then_the_rest)
{
	struct recorder first, second;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = 2 });

	record_on(&first, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 1, 3);
	record_on(&second, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 4, 4);
	weir_subject_complete(subject);
	RECORDED(&first, "1@0ms 2@0ms 3@0ms 4@0ms |@0ms");
	RECORDED(&second, "2@0ms 3@0ms 4@0ms |@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(replay_subject, newcomers_get_what_is_kept_after_the_end_too)
{
	struct recorder completed, failed;
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = SIZE_MAX });

	push(subject, 1, 3);
	weir_subject_complete(subject);
	record(&completed, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&completed, "1@0ms 2@0ms 3@0ms |@0ms");
	weir_subject_unref(subject);

	subject = weir_replay_subject_new(NULL);
	push(subject, 1, 3);
	weir_subject_error(subject, weir_error_new(EIO, "x"));
	record(&failed, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&failed, "1@0ms 2@0ms 3@0ms #EIO@0ms");
	weir_subject_unref(subject);
}

Test(replay_subject, values_grow_too_old)
{
	struct recorder early, late, ended;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject =
		weir_replay_subject_new(&(weir_replay_subject_options){ .window = weir_ms(5), .loop = loop });

	push(subject, 1, 1);
	weir_loop_run_for(loop, weir_ms(3));
	push(subject, 2, 2);
	weir_loop_run_for(loop, weir_us(1999));
	record_on(&early, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_loop_run_for(loop, weir_us(1));
	record_on(&late, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_subject_complete(subject);
	weir_loop_run_for(loop, weir_ms(3));
	record_on(&ended, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&early, "1@4999000ns 2@4999000ns |@5ms");
	RECORDED(&late, "2@5ms |@5ms");
	RECORDED(&ended, "|@8ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(replay_subject, a_window_may_be_bounded_too)
{
	struct recorder recorder;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_replay_subject_new(
		&(weir_replay_subject_options){ .count = 2, .window = weir_ms(5), .loop = loop });

	push(subject, 1, 4);
	record_on(&recorder, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&recorder, "3@0ms 4@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(replay_subject, kept_values_wait_for_demand)
{
	struct recorder recorder;
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = 3 });

	push(subject, 1, 2);
	record(&recorder, weir_subject_observable(subject), 1);
	cr_expect_str_eq(recorder.text, "1@0ms");
	push(subject, 3, 4);
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	push(subject, 5, 5);
	weir_subject_complete(subject);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms", "the end waits for what was held");
	weir_request(recorder.subscription, 3);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms |@0ms");
	weir_subject_unref(subject);
}

Test(replay_subject, who_falls_behind_what_is_kept_ends)
{
	struct recorder slow, fast;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = 2 });

	record_on(&slow, loop, weir_subject_observable(subject), 1);
	record_on(&fast, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 1, 3);
	cr_expect_str_eq(slow.text, "1@0ms");
	push(subject, 4, 4);
	cr_expect(strstr(slow.message, "1 value") != NULL, "%s", slow.message);
	RECORDED(&slow, "1@0ms #WEIR_EDEMAND@0ms");
	RECORDED(&fast, "1@0ms 2@0ms 3@0ms 4@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(replay_subject, a_window_needs_a_loop)
{
	struct recorder no_loop, negative;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .window = weir_ms(5) });

	cr_expect_eq(weir_subject_next(subject, weir_int(1)), -WEIR_ECLOSED);
	record_on(&no_loop, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	cr_expect(strstr(no_loop.message, "5000000 ns and the loop NULL") != NULL, "%s", no_loop.message);
	RECORDED(&no_loop, "#EINVAL@0ms");
	weir_subject_unref(subject);
	subject = weir_replay_subject_new(&(weir_replay_subject_options){ .window = -1, .loop = loop });
	record_on(&negative, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&negative, "#EINVAL@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}
