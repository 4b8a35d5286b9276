/* interleave: so many values of each source by turns. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_interleave((weir_observable *[]){ weir_range(50, 3), source, weir_empty() }, 3, 2);
}

const struct conformance_subject conformance_subject = {
	.name = "interleave",
	.build = build,
	.errors_overtake_items = "what waits for its turn and for demand",
};

#define INTERLEAVE(segment, ...) \
	weir_interleave((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), (segment))

Test(interleave, waits_for_the_source_whose_turn_it_is)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *b = weir_test_cold(test, "--x---y-----|");

	weir_test_expect(test, INTERLEAVE(1, a, b), "-1x2--(y3)--(4|)");
	weir_test_expect_subscriptions(test, a, "^--------!");
	weir_test_expect_subscriptions(test, b, "^-----------!");
	MARBLES_OK(test);
}

Test(interleave, so_many_in_a_turn)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		INTERLEAVE(2, weir_test_cold(test, "(12345|)"), weir_test_cold(test, "(abc|)"),
			weir_test_cold(test, "(x|)")),
		"(12abx34c5|)");
	weir_test_expect(test, INTERLEAVE(0, weir_range(1, 3), weir_range(7, 2)), "(17283|)");
	MARBLES_OK(test);
}

Test(interleave, one_that_has_completed_is_left_out)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, INTERLEAVE(2, weir_test_cold(test, "1-|"), weir_test_cold(test, "(xyz)---|")), "1-(xyz)-|");
	weir_test_expect(test, INTERLEAVE(1, weir_empty(), weir_range(1, 3), weir_empty()), "(123|)");
	MARBLES_OK(test);
}

Test(interleave, ends)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1-2");

	weir_test_expect(test, weir_interleave(NULL, 0, 1), "|");
	weir_test_expect(test, INTERLEAVE(1, weir_empty(), weir_empty()), "|");
	weir_test_expect(test, INTERLEAVE(1, other, weir_test_cold(test, "--#")), "-1#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(interleave, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-1-1");
	weir_observable *b = weir_test_cold(test, "--2-2-");

	weir_test_expect_cancelled(test, INTERLEAVE(1, a, b), weir_ms(4), "-121");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "^---!");
	MARBLES_OK(test);
}

Test(interleave, items_are_the_same_whatever_is_demanded)
{
	weir_test *test = weir_test_new();

	for (uint64_t demand = 1; demand < 8; demand += 3)
		weir_test_expect_with_demand(
			test, INTERLEAVE(2, weir_range(1, 3), weir_range(5, 4)), demand, 1, "(1256378|)");
	MARBLES_OK(test);
}

Test(interleave, no_source_is_asked_for_more_than_downstream_waits_for)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, INTERLEAVE(1, numbers((struct numbers){ .count = 9, .log = &log }), weir_never()), 3, 0, "1");
	cr_assert_null(weir_test_run(test));
	cr_expect_leq(log.requested, 4);
	weir_test_free(test);
}

Test(interleave, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 2 is NULL");
	weir_test_expect(test, INTERLEAVE(1, weir_range(1, 2), NULL), "#");
	MARBLES_OK(test);
}
