/* pluck: a member of each map; what is not there is nil. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_value wrap(weir_value value, void *context)
{
	(void)context;
	return weir_make_map((const struct weir_member[]){ { weir_string("number"), weir_retain(value) } }, 1);
}

static weir_observable *build(weir_observable *source)
{
	return weir_pluck(weir_map(source, wrap, NULL), "number");
}

const struct conformance_subject conformance_subject = { .name = "pluck", .build = build };

static weir_value map_of(const char *key, weir_value value)
{
	return weir_make_map((const struct weir_member[]){ { weir_string(key), value } }, 1);
}

Test(pluck, emits_the_member)
{
	weir_test *test = weir_test_new();
	weir_observable *source;

	weir_test_bind(test, 'a', map_of("t", weir_int(1)));
	weir_test_bind(test, 'b', map_of("t", weir_string("heap text, longer than a word")));
	weir_test_bind(test, 'x', weir_string("heap text, longer than a word"));
	source = weir_test_cold(test, "-a----b-|");
	weir_test_expect(test, weir_pluck(source, "t"), "-1----x-|");
	weir_test_expect_subscriptions(test, source, "^-------!");
	MARBLES_OK(test);
}

Test(pluck, what_is_missing_or_no_map_is_nil)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'a', map_of("other", weir_int(1)));
	weir_test_bind(test, 'b', digits("12"));
	weir_test_expect(test, weir_pluck(weir_test_cold(test, "-a-b-c-7-n|"), "t"), "-n-n-n-n-n|");
	MARBLES_OK(test);
}

Test(pluck_path, goes_from_member_to_member)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'a', map_of("room", map_of("t", weir_int(1))));
	weir_test_bind(test, 'b', map_of("room", weir_int(5)));
	weir_test_bind(test, 'c', map_of("room.t", weir_int(5)));
	weir_test_expect(test,
		weir_pluck_path(weir_test_cold(test, "-a-b-c-|"), (const char *const[]){ "room", "t" }, 2), "-1-n-n-|");
	MARBLES_OK(test);
}

Test(pluck, the_key_is_copied)
{
	weir_test *test = weir_test_new();
	char key[] = "t";

	weir_test_bind(test, 'a', map_of("t", weir_int(1)));

	weir_observable *observable = weir_pluck(weir_test_cold(test, "-a|"), key);

	key[0] = 'u';
	weir_test_expect(test, observable, "-1|");
	MARBLES_OK(test);
}

Test(pluck, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', map_of("t", weir_int(1)));
	weir_test_expect(test, weir_pluck(weir_test_cold(test, "-a-#"), "t"), "-1-#");
	MARBLES_OK(test);
}

Test(pluck, bad_arguments)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "key 0 of 1 is NULL");
	weir_test_expect(test, weir_pluck(weir_ref(source), NULL), "#");
	weir_test_bind_error(test, EINVAL, "key 1 of 3 is NULL");
	weir_test_expect(test, weir_pluck_path(weir_ref(source), (const char *const[]){ "a", NULL, "c" }, 3), "#");
	weir_test_bind_error(test, EINVAL, "a path of no keys is given; at least one is needed");
	weir_test_expect(test, weir_pluck_path(source, NULL, 0), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(pluck, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect_with_demand(
		test, weir_pluck(numbers((struct numbers){ .count = 9, .log = &log }), "t"), 2, 0, "(nn)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
