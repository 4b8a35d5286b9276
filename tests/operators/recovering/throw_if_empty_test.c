/* throw_if_empty: an error in place of nothing. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/recovering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_throw_if_empty(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "throw_if_empty", .build = build };

Test(throw_if_empty, a_source_without_an_item_fails)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, weir_throw_if_empty(weir_test_cold(test, "--|"), weir_error_new(WEIR_EUSER, "error")), "--#");
	MARBLES_OK(test);
}

Test(throw_if_empty, a_source_with_an_item_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, build(weir_test_cold(test, "-1-2-|")), "-1-2-|");
	weir_test_expect(test, build(weir_test_cold(test, "--#")), "--#");
	MARBLES_OK(test);
}

static void note_origin(const weir_error *error, void *context)
{
	cr_expect_str_eq(weir_error_origin(error), "empty > throw_if_empty");
	cr_expect_str_eq(weir_error_message(error), context);
	*(char *)context = '\0';
}

Test(throw_if_empty, the_error_names_the_stage)
{
	weir_loop *loop = weir_loop_new_virtual();
	char message[] = "nothing today";
	char standard[] = "the source completed without a value";

	weir_subscribe(weir_throw_if_empty(weir_empty(), weir_error_new(ENODATA, "%s", message)), loop,
		&(weir_observer){ .error = note_origin, .context = message });
	cr_expect_eq(message[0], '\0');
	weir_subscribe(build(weir_empty()), loop, &(weir_observer){ .error = note_origin, .context = standard });
	cr_expect_eq(standard[0], '\0');
	weir_loop_free(loop);
}

Test(throw_if_empty, every_subscription_gets_the_error)
{
	weir_observable *recipe = weir_throw_if_empty(weir_empty(), weir_error_new(ENODATA, "nothing"));
	struct recorder recorder;

	record(&recorder, weir_ref(recipe), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ENODATA@0ms");
	record(&recorder, recipe, 0);
	RECORDED(&recorder, "#ENODATA@0ms");
	record(&recorder, build(weir_empty()), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_EEMPTY@0ms");
}

Test(throw_if_empty, demand_is_passed_on)
{
	struct recorder recorder;

	record(&recorder, build(weir_range(1, 3)), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms |@0ms");
}
