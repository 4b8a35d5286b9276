/* default_if_empty: a value in place of nothing. */
#include <weir/creating.h>
#include <weir/recovering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_default_if_empty(source, weir_string("nothing came, and this text is long enough to be counted"));
}

const struct conformance_subject conformance_subject = { .name = "default_if_empty", .build = build };

Test(default_if_empty, a_source_without_an_item_ends_with_the_value)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_default_if_empty(weir_test_cold(test, "--|"), weir_int(7)), "--(7|)");
	weir_test_expect(test, weir_default_if_empty(weir_empty(), weir_int(7)), "(7|)");
	MARBLES_OK(test);
}

Test(default_if_empty, a_source_with_an_item_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_default_if_empty(weir_test_cold(test, "-1-2-|"), weir_int(7)), "-1-2-|");
	MARBLES_OK(test);
}

Test(default_if_empty, nil_is_an_item)
{
	struct recorder recorder;

	record(&recorder, weir_default_if_empty(weir_just(weir_nil()), weir_int(7)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "nil@0ms |@0ms");
	record(&recorder, weir_default_if_empty(weir_empty(), weir_nil()), WEIR_UNBOUNDED);
	RECORDED(&recorder, "nil@0ms |@0ms");
}

Test(default_if_empty, an_error_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_default_if_empty(weir_test_cold(test, "--#"), weir_int(7)), "--#");
	MARBLES_OK(test);
}

Test(default_if_empty, the_value_waits_until_it_is_asked_for)
{
	struct recorder recorder;

	record(&recorder, build(weir_empty()), 0);
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"nothing came, and this text is long enough to be counted\"@0ms |@0ms");
	record(&recorder, build(weir_empty()), 0);
	RECORDED(&recorder, "");
}

Test(default_if_empty, demand_is_passed_on)
{
	struct recorder recorder;

	record(&recorder, build(weir_range(1, 3)), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms |@0ms");
}

Test(default_if_empty, a_value_that_is_an_error_is_the_error)
{
	struct recorder recorder;

	record(&recorder, weir_default_if_empty(weir_just(weir_int(1)), weir_fail(ERANGE, "no value")), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no value");
	RECORDED(&recorder, "#ERANGE@0ms");
}
