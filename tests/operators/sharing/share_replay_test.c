/* share_replay: share, and newcomers get the newest values first. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_share_replay(source, &(weir_share_replay_options){ .count = 3 });
}

const struct conformance_subject conformance_subject = {
	.name = "share", .build = build, .subscriptions_interact = "what is kept is for newcomers"
};

static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

Test(share_replay, newcomers_get_the_newest_values_also_after_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *shared = weir_share_replay(source, &(weir_share_replay_options){ .count = 1 });

	weir_test_expect(test, weir_ref(shared), "-1-2-3-4-|");
	weir_test_expect(test, after(4, weir_ref(shared)), "----23-4-|");
	weir_test_expect(test, after(20, shared), "--------------------(4|)");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(share_replay, after_an_error_the_next_starts_anew)
{
	weir_test *test = weir_test_new();
	weir_observable *shared = weir_share_replay(weir_test_cold(test, "-1-#"), NULL);

	weir_test_expect(test, weir_ref(shared), "-1-#");
	weir_test_expect(test, after(5, shared), "------1-#");
	MARBLES_OK(test);
}

Test(share_replay, with_ref_count_when_nobody_listens_the_source_is_cancelled_and_forgotten)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_observable *shared = weir_share_replay(source, &(weir_share_replay_options){ .ref_count = true });

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(4), "-1-2");
	weir_test_expect(test, after(5, shared), "------1-2-3-|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "-----^------!");
	MARBLES_OK(test);
}

Test(share_replay, when_nobody_listens_the_source_runs_on_and_all_of_it_is_kept)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2----3-|");
	weir_observable *shared = weir_share_replay(source, NULL);

	weir_test_expect_cancelled(test, weir_ref(shared), weir_ms(2), "-1");
	weir_test_expect(test, after(4, weir_ref(shared)), "----(12)3-|");
	weir_test_expect(test, after(12, shared), "------------(123|)");
	weir_test_expect_subscriptions(test, source, "^---------!");
	MARBLES_OK(test);
}

Test(share_replay, values_grow_too_old)
{
	weir_test *test = weir_test_new();
	weir_observable *shared = weir_share_replay(
		weir_test_cold(test, "-1-2-3-|"), &(weir_share_replay_options){ .window = weir_ms(3) });

	weir_test_expect(test, weir_ref(shared), "-1-2-3-|");
	weir_test_expect(test, after(4, weir_ref(shared)), "----23-|");
	weir_test_expect(test, after(7, weir_ref(shared)), "-------(3|)");
	weir_test_expect(test, after(8, shared), "--------|");
	MARBLES_OK(test);
}

Test(share_replay, what_is_replayed_waits_for_demand)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_observable *shared = weir_share_replay(weir_range(1, 4), &(weir_share_replay_options){ .count = 3 });
	struct recorder first, second;

	record_on(&first, loop, weir_ref(shared), WEIR_UNBOUNDED);
	record_on(&second, loop, shared, 2);
	cr_expect_str_eq(second.text, "2@0ms 3@0ms");
	weir_request(second.subscription, 1);
	RECORDED(&first, "1@0ms 2@0ms 3@0ms 4@0ms |@0ms");
	RECORDED(&second, "2@0ms 3@0ms 4@0ms |@0ms");
	weir_loop_free(loop);
}
