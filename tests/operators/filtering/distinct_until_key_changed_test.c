/* distinct_until_key_changed: maps of which one member differs from the one before. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_value as_map(int64_t k, int64_t n)
{
	return weir_make_map((const struct weir_member[]){ { weir_string_static("k"), weir_int(k) },
				     { weir_string_static("n"), weir_int(n) } },
		2);
}

static weir_value halved(weir_value value, void *context)
{
	(void)context;
	return as_map(weir_as_int(value) / 2, weir_as_int(value));
}

static weir_observable *build(weir_observable *source)
{
	return weir_distinct_until_key_changed(weir_map(source, halved, NULL), "k", NULL, NULL);
}

const struct conformance_subject conformance_subject = { .name = "distinct_until_key_changed", .build = build };

static weir_test *with_maps(void)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', as_map(1, 1));
	weir_test_bind(test, 'b', as_map(1, 2));
	weir_test_bind(test, 'c', as_map(2, 3));
	return test;
}

Test(distinct_until_key_changed, compares_one_member)
{
	weir_test *test = with_maps();

	weir_test_expect(
		test, weir_distinct_until_key_changed(weir_test_cold(test, "-a-b-c-|"), "k", NULL, NULL), "-a---c-|");
	weir_test_expect(test, weir_distinct_until_key_changed(weir_test_cold(test, "-a-b-c-a-|"), "n", NULL, NULL),
		"-a-b-c-a-|");
	weir_test_expect(
		test, weir_distinct_until_key_changed(weir_test_cold(test, "-a-b-#"), "k", NULL, NULL), "-a---#");
	MARBLES_OK(test);
}

Test(distinct_until_key_changed, a_member_that_is_not_there_counts_as_nil)
{
	weir_test *test = with_maps();

	weir_test_bind(
		test, 'n', weir_make_map((const struct weir_member[]){ { weir_string_static("k"), weir_nil() } }, 1));
	weir_test_expect(test, weir_distinct_until_key_changed(weir_test_cold(test, "-1-2-n-a-3|"), "k", NULL, NULL),
		"-1-----a-3|");
	MARBLES_OK(test);
}

static int is_near(weir_value left, weir_value right, void *context)
{
	cr_expect_str_eq(context, "context");
	return llabs(weir_as_int(left) - weir_as_int(right)) < 2;
}

static int fails(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)right;
	(void)context;
	return -EILSEQ;
}

Test(distinct_until_key_changed, compares_as_it_is_told)
{
	weir_test *test = with_maps();

	weir_test_expect(test,
		weir_distinct_until_key_changed(weir_test_cold(test, "-a-b-c-|"), "n", is_near, "context"), "-a---c-|");
	weir_test_bind_error(test, EILSEQ, "the comparison failed");
	weir_test_expect(
		test, weir_distinct_until_key_changed(weir_test_cold(test, "-a-b-c-|"), "n", fails, NULL), "-a-#");
	MARBLES_OK(test);
}

Test(distinct_until_key_changed, a_dropped_value_is_asked_for_again)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder, build(numbers((struct numbers){ .count = 100, .end = NUMBERS_COMPLETE, .log = &log })), 3);
	cr_expect_eq(log.emitted, 4, "1, 2, 3 and 4, of which 3 is dropped");
	record_end(&recorder);
}

Test(distinct_until_key_changed, the_key_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_distinct_until_key_changed(weir_never(), NULL, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the key is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
