/* dematerialize: items of materialize as the signals they were. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/observing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_dematerialize(weir_materialize(source));
}

const struct conformance_subject conformance_subject = { .name = "dematerialize", .build = build };

static weir_value notification(const char *kind, const char *key, weir_value value)
{
	return weir_make_map((const struct weir_member[]){ { weir_string_static("kind"), weir_string_static(kind) },
				     { weir_string_static(key), value } },
		2);
}

Test(dematerialize, undoes_materialize)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-a-|");

	weir_test_expect(test, weir_dematerialize(weir_materialize(source)), "-1-a-|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, weir_dematerialize(weir_materialize(weir_test_cold(test, "-1-#"))), "-1-#");
	MARBLES_OK(test);
}

Test(dematerialize, an_item_of_completion_completes_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source;

	weir_test_bind(test, 'a', notification("N", "value", weir_nil()));
	weir_test_bind(test, 'c', notification("C", "", weir_nil()));
	weir_test_bind(test, 'n', weir_nil());
	source = weir_test_cold(test, "-a-c-a-|");
	weir_test_expect(test, weir_dematerialize(source), "-n-|");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(dematerialize, the_end_of_the_source_is_an_end)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', notification("N", "value", weir_int(1)));
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-a-|")), "-1-|");
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-a-#")), "-1-#");
	MARBLES_OK(test);
}

static void keep_error(const weir_error *error, void *context)
{
	*(const weir_error **)context = weir_error_ref(error);
}

Test(dematerialize, the_error_is_the_same_object)
{
	weir_error *error = weir_error_new(ENOENT, "gone");
	const weir_error *received = NULL;
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_dematerialize(weir_materialize(weir_throw_error(weir_error_ref(error)))), loop,
		&(struct weir_observer){ .error = keep_error, .context = &received });
	cr_expect_eq(received, error);
	weir_error_unref(received);
	weir_error_unref(error);
	weir_loop_free(loop);
}

Test(dematerialize, a_text_becomes_the_message_of_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', notification("E", "error", weir_string("no sensor 7")));
	weir_test_bind_error(test, WEIR_EUSER, "no sensor 7");
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-a-|")), "-#");
	MARBLES_OK(test);
}

Test(dematerialize, what_is_no_notification_is_an_error_that_shows_it)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL,
		"a notification is needed, as {\"kind\": \"N\", \"value\": x}, {\"kind\": \"E\", \"error\": e} or "
		"{\"kind\": \"C\"}, not 7");
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-7-|")), "-#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_bind(test, 'a', notification("E", "error", weir_int(7)));
	weir_test_bind(test, 'b', notification("X", "value", weir_int(1)));
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-a-|")), "-#");
	weir_test_expect(test, weir_dematerialize(weir_test_cold(test, "-b-|")), "-#");
	MARBLES_OK(test);
}

Test(dematerialize, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test, build(numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
