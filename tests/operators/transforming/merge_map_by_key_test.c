/* merge_map_by_key: different keys at once, one key in order. */
#include <ctype.h>
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_merge_map_by_key(source, modulo_three, project_range, NULL, 2, 3);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_map_by_key",
	.build = build,
	.demand_changes_order = "keys run at once, each as far as it was asked",
	.errors_overtake_items = "the inner observables",
};

/* Letters: a and A have one key. */
static weir_value letter_key(weir_value value, void *context)
{
	size_t length;
	const char *text = weir_as_str(value, &length);
	char lower = (char)tolower(text[0]);

	(void)context;
	return weir_str(&lower, 1);
}

/* The letter after a frame and again after three, the end after four. */
static weir_observable *project_letter(weir_value value, void *context)
{
	weir_test *test = context;

	weir_test_bind(test, 'v', weir_retain(value));
	return weir_test_cold(test, "-v-v|");
}

#define BY_KEY(test, marbles, concurrency, waiting) \
	weir_merge_map_by_key( \
		weir_test_cold((test), (marbles)), letter_key, project_letter, (test), (concurrency), (waiting))

Test(merge_map_by_key, values_of_one_key_wait_for_each_other)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, BY_KEY(test, "aA|", 0, 0), "-a-a-A-A|");
	weir_test_expect(test, BY_KEY(test, "a-----A|", 0, 0), "-a-a---A-A|");
	MARBLES_OK(test);
}

Test(merge_map_by_key, different_keys_run_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, BY_KEY(test, "abAB|", 0, 0), "-ababABAB|");
	MARBLES_OK(test);
}

Test(merge_map_by_key, at_most_so_many_run)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, BY_KEY(test, "a-b--|", 1, 0), "-a-a-b-b|");
	weir_test_expect(test, BY_KEY(test, "ab-c-|", 2, 0), "-ababc-c|");
	MARBLES_OK(test);
}

Test(merge_map_by_key, an_error_cancels_what_runs_and_drops_what_waits)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, BY_KEY(test, "(aA)#", 0, 0), "-a-a#");
	MARBLES_OK(test);
}

static weir_value key_fails(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(ERANGE, "no key");
}

static weir_value key_cancels(weir_value value, void *context)
{
	(void)value;
	victim_cancel(context);
	return weir_string("a key in memory of its own");
}

static weir_observable *project_cancels(weir_value value, void *context)
{
	(void)value;
	victim_cancel(context);
	return weir_range(1, 2);
}

Test(merge_map_by_key, callbacks_may_fail_and_cancel)
{
	weir_test *test = weir_test_new();
	struct victim victim;

	weir_test_bind_error(test, ERANGE, "no key");
	weir_test_expect(test, weir_merge_map_by_key(weir_range(1, 2), key_fails, project_range, NULL, 0, 0), "#");
	MARBLES_OK(test);
	victim_run(&victim, weir_merge_map_by_key(weir_range(1, 9), key_cancels, project_range, &victim, 0, 0), 0);
	victim_run(&victim, weir_merge_map_by_key(weir_range(1, 9), modulo_three, project_cancels, &victim, 0, 0), 0);
}

static weir_observable *project_never(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_never();
}

Test(merge_map_by_key, so_many_values_may_wait_here)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	/* Three keys run, three values wait. */
	weir_test_expect(test,
		weir_merge_map_by_key(
			numbers((struct numbers){ .count = 99, .log = &log }), modulo_three, project_never, NULL, 0, 3),
		"-");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 6);
	weir_test_free(test);
}

struct check {
	int64_t next[7]; /* by key: the number that is to come */
	size_t count;
};

static weir_value modulo_seven(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) % 7);
}

static weir_observable *project_late(weir_value value, void *context)
{
	int64_t number = weir_as_int(value);

	(void)context;
	return weir_map_to(weir_timer(weir_ms(1 + number * 5 % 11)), weir_int(number));
}

static void check_order(weir_value value, void *context)
{
	struct check *check = context;
	int64_t number = weir_as_int(value);

	cr_expect_eq(number, check->next[number % 7], "%d came", (int)number);
	check->next[number % 7] = number + 7;
	check->count++;
}

Test(merge_map_by_key, of_each_key_the_order_is_that_of_the_values)
{
	for (uint64_t concurrency = 0; concurrency < 9; concurrency += 2) {
		weir_loop *loop = weir_loop_new_virtual();
		struct check check = { .next = { 0, 1, 2, 3, 4, 5, 6 } };

		weir_subscribe(
			weir_merge_map_by_key(weir_range(0, 700), modulo_seven, project_late, NULL, concurrency, 5),
			loop, &(weir_observer){ .next = check_order, .context = &check });
		weir_loop_run(loop);
		cr_expect_eq(check.count, 700);
		weir_loop_free(loop);
	}
}

Test(merge_map_by_key, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the key is NULL");
	weir_test_expect(test, weir_merge_map_by_key(weir_range(1, 2), NULL, project_range, NULL, 0, 0), "#");
	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_merge_map_by_key(weir_range(1, 2), modulo_three, NULL, NULL, 0, 0), "#");
	MARBLES_OK(test);
}
