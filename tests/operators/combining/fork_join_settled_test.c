/* fork_join_settled: how each ended. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_fork_join_settled(
		(weir_entry[]){ { "numbers", source }, { "seven", weir_just(weir_int(7)) }, { 0 } });
}

const struct conformance_subject conformance_subject = {
	.name = "fork_join_settled", .build = build, .handles_errors = true
};

static weir_value map_of(const char *name, weir_value value)
{
	return weir_make_map((struct weir_member[]){ { weir_string(name), value } }, 1);
}

Test(fork_join_settled, values_when_all_succeed)
{
	weir_test *test = weir_test_new();
	weir_value expected = weir_make_map((struct weir_member[]){ { weir_string("a"), map_of("ok", weir_int(2)) },
						    { weir_string("b"), map_of("ok", weir_int(3)) } },
		2);

	weir_test_bind(test, 'p', expected);
	weir_test_expect(test,
		weir_fork_join_settled((weir_entry[]){
			{ "a", weir_test_cold(test, "-1---2|") }, { "b", weir_test_cold(test, "---3-----|") }, { 0 } }),
		"---------(p|)");
	MARBLES_OK(test);
}

static void check_outcomes(weir_value value, void *context)
{
	weir_error *failed = weir_as_error(weir_get(weir_get(value, "failed"), "error"));
	weir_error *empty = weir_as_error(weir_get(weir_get(value, "empty"), "error"));

	++*(int *)context;
	cr_expect_eq(weir_length(value), 3);
	cr_expect_eq(weir_as_int(weir_get(weir_get(value, "fine"), "ok")), 9);
	cr_assert_not_null(failed);
	cr_expect_eq(weir_error_code(failed), WEIR_EUSER);
	cr_expect_eq(weir_length(weir_get(value, "failed")), 1);
	cr_assert_not_null(empty);
	cr_expect_eq(weir_error_code(empty), WEIR_EEMPTY);
	cr_expect_str_eq(weir_error_origin(empty), "fork_join_settled");
}

static void unexpected_error(const weir_error *error, void *context)
{
	(void)context;
	cr_expect_fail("%s", weir_error_message(error));
}

Test(fork_join_settled, failures_and_empty_ones_are_outcomes_too)
{
	weir_test *test = weir_test_new();
	int count = 0;
	weir_observable *fine = weir_test_cold(test, "9-----|");

	weir_subscribe(weir_fork_join_settled((weir_entry[]){ { "failed", weir_test_cold(test, "-1-#") },
			       { "fine", fine }, { "empty", weir_test_cold(test, "--|") }, { 0 } }),
		weir_test_loop(test),
		&(weir_observer){ .next = check_outcomes, .error = unexpected_error, .context = &count });
	weir_test_expect_subscriptions(test, fine, "^-----!");
	MARBLES_OK(test);
	cr_expect_eq(count, 1);
}

Test(fork_join_settled, without_sources_it_completes_empty)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_fork_join_settled((weir_entry[]){ { 0 } }), "|");
	MARBLES_OK(test);
}

Test(fork_join_settled, cancelling_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-#");
	weir_observable *b = weir_test_cold(test, "-1---|");

	weir_test_expect_cancelled(
		test, weir_fork_join_settled((weir_entry[]){ { "a", a }, { "b", b }, { 0 } }), weir_ms(3), "-");
	weir_test_expect_subscriptions(test, a, "^!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

Test(fork_join_settled, bad_arguments_are_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source of \"a\" is NULL");
	weir_test_expect(test, weir_fork_join_settled((weir_entry[]){ { "a", NULL }, { 0 } }), "#");
	MARBLES_OK(test);
}
