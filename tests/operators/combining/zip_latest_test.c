/* zip_latest: the newest values together, until one source completes. */
#include <weir/combining.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* The values as decimal digits: 1, 2 → 12. */
static weir_value digits(const weir_value *values, size_t count, void *context)
{
	int64_t number = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		number = number * 10 + weir_as_int(values[index]);
	return weir_int(number);
}

static weir_observable *build(weir_observable *source)
{
	return weir_zip_latest((weir_observable *[]){ weir_concat_with(weir_just(weir_int(7)), weir_never()), source },
		2, digits, NULL);
}

const struct conformance_subject conformance_subject = { .name = "zip_latest", .build = build };

static weir_value pair(weir_value left, weir_value right)
{
	return weir_make_array((weir_value[]){ left, right }, 2);
}

static void expect(const char *a, const char *a_life, const char *b, const char *b_life, const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *left = weir_test_cold(test, a);
	weir_observable *right = weir_test_cold(test, b);

	weir_test_bind(test, 'p', pair(weir_int(1), weir_string("x")));
	weir_test_bind(test, 'q', pair(weir_int(2), weir_string("x")));
	weir_test_bind(test, 'r', pair(weir_int(2), weir_string("y")));
	weir_test_expect(test, weir_zip_latest((weir_observable *[]){ left, right }, 2, NULL, NULL), expected);
	weir_test_expect_subscriptions(test, left, a_life);
	weir_test_expect_subscriptions(test, right, b_life);
	MARBLES_OK(test);
}

Test(zip_latest, emits_the_newest_of_all_until_one_completes)
{
	expect("-1---2---|", "^--------!", "---x---y-----z-|", "^--------!", "---p-q-r-|");
	expect("-1---2---3-|", "^-------!", "---x---y|", "^-------!", "---p-q-r|");
}

Test(zip_latest, one_that_completes_without_a_value_is_the_end)
{
	expect("-1---2---3-|", "^-!", "--|", "^-!", "--|");
	expect("|", "(^!)", "--x|", "(^!)", "|");
}

Test(zip_latest, an_error_of_either_passes_at_once)
{
	expect("-1---#", "^----!", "---x---y|", "^----!", "---p-#");
	expect("-1------#", "^---!", "---x#", "^---!", "---p#");
}

Test(zip_latest, completion_waits_for_an_item_that_waits_and_releases_the_others_before)
{
	weir_observable *a = weir_concat_with(weir_just(weir_int(1)), weir_timer(weir_ms(2)));
	weir_observable *b = weir_concat_with(weir_just(weir_int(5)), weir_interval(weir_ms(3)));
	struct recorder recorder;

	record(&recorder, weir_zip_latest((weir_observable *[]){ a, b }, 2, digits, NULL), 1);
	record_run(&recorder, weir_ms(2));
	cr_expect_str_eq(recorder.text, "15@0ms");
	cr_expect_eq(weir_loop_timer_count(recorder.loop), 0, "the one that goes on was released");
	record_run(&recorder, weir_ms(5));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "15@0ms 5@7ms |@7ms");
}

Test(zip_latest, without_sources_it_completes_at_once)
{
	struct recorder recorder;

	record(&recorder, weir_zip_latest(NULL, 0, NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
}
