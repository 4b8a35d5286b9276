/* materialize: the signals as items. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = {
	.name = "materialize", .build = weir_materialize, .handles_errors = true
};

static weir_value next_of(weir_value value)
{
	return weir_make_map((const struct weir_member[]){ { weir_string_static("kind"), weir_string_static("N") },
				     { weir_string_static("value"), value } },
		2);
}

static weir_value complete(void)
{
	return weir_make_map(
		(const struct weir_member[]){ { weir_string_static("kind"), weir_string_static("C") } }, 1);
}

static weir_test *test_of_notifications(void)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', next_of(weir_int(1)));
	weir_test_bind(test, 'b', next_of(weir_int(2)));
	weir_test_bind(test, 'c', complete());
	return test;
}

Test(materialize, items_and_completion_become_items)
{
	weir_test *test = test_of_notifications();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_materialize(source), "-a-b-(c|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, weir_materialize(weir_test_cold(test, "--|")), "--(c|)");
	MARBLES_OK(test);
}

/* What is inside an E is the error itself; for the marbles its code and message. */
static weir_value show(weir_value value, void *context)
{
	const weir_error *error = weir_as_error(weir_get(value, "error"));

	(void)context;
	if (!weir_is_string(weir_get(value, "kind"), "E") || error == NULL)
		return weir_retain(weir_get(value, "value"));
	return weir_string_format("%s: %s", weir_error_code_name(weir_error_code(error)), weir_error_message(error));
}

Test(materialize, a_failure_becomes_an_item_and_completion)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'e', weir_string("WEIR_EUSER: error"));
	weir_test_expect(test, weir_map(weir_materialize(weir_test_cold(test, "-1-#")), show, NULL), "-1-(e|)");
	MARBLES_OK(test);
}

Test(materialize, the_item_of_the_end_waits_until_it_is_asked_for)
{
	weir_test *test = test_of_notifications();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_materialize(numbers((struct numbers){ .count = 2, .log = &log })), 2, 0, "(ab)");
	weir_test_expect_with_demand(test, weir_materialize(weir_range(1, 2)), 3, 0, "(abc|)");
	weir_test_expect_with_demand(test, weir_materialize(weir_range(1, 2)), 1, 1, "(abc|)");
	weir_test_expect_with_demand(test, weir_materialize(weir_empty()), 0, 0, "");
	weir_test_expect_with_demand(test, weir_materialize(weir_throw(ENOENT, "gone")), 0, 0, "");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	cr_expect_eq(log.finished, 1);
	weir_test_free(test);
}

Test(materialize, cancel_reaches_the_source)
{
	weir_test *test = test_of_notifications();
	weir_observable *source = weir_test_hot(test, "-1-2-|");

	weir_test_expect_cancelled(test, weir_materialize(source), weir_ms(2), "-a");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_OK(test);
}
