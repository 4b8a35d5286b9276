/* on_error_resume_next: one source after the other, however each of them ends. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/recovering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_on_error_resume_next(
		(weir_observable *[]){ weir_range(50, 3), weir_throw(EIO, "broken"), source, weir_range(60, 3) }, 4);
}

const struct conformance_subject conformance_subject = {
	.name = "on_error_resume_next",
	.build = build,
	.handles_errors = true,
};

Test(on_error_resume_next, goes_on_after_an_error_as_after_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-#");
	weir_observable *b = weir_test_cold(test, "--2-|");
	weir_observable *c = weir_test_cold(test, "-3#");

	weir_test_expect(test, weir_on_error_resume_next((weir_observable *[]){ a, b, c }, 3), "-1---2--3|");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "---^---!");
	weir_test_expect_subscriptions(test, c, "-------^-!");
	MARBLES_OK(test);
}

Test(on_error_resume_next, without_sources_it_completes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_on_error_resume_next(NULL, 0), "|");
	weir_test_expect(test, weir_on_error_resume_next_with(weir_throw(EIO, "a"), weir_throw(EIO, "b")), "|");
	MARBLES_OK(test);
}

Test(on_error_resume_next, cancelling_releases_the_one_that_runs)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1#");
	weir_observable *b = weir_test_cold(test, "-2-");

	weir_test_expect_cancelled(test, weir_on_error_resume_next_with(a, b), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, b, "--^-!");
	MARBLES_OK(test);
}

Test(on_error_resume_next, demand_that_is_left_goes_to_the_next_source)
{
	struct recorder recorder;

	record(&recorder, build(weir_range(1, 2)), 4);
	cr_expect_str_eq(recorder.text, "50@0ms 51@0ms 52@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	RECORDED(&recorder, "50@0ms 51@0ms 52@0ms 1@0ms 2@0ms 60@0ms");
}

Test(on_error_resume_next, a_source_that_is_null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_on_error_resume_next_with(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "source 2 of 2 is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
