/* map: the mapper is called for each value, and may fail. */
#include <errno.h>

#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

static weir_observable *build(weir_observable *source)
{
	return weir_map(source, times_ten, NULL);
}

const struct conformance_subject conformance_subject = { .name = "map", .build = build };

Test(map, emits_what_the_mapper_makes_of_each_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_bind(test, 'c', weir_int(30));
	weir_test_expect(test, weir_map(weir_test_cold(test, "-1--2--3-|"), times_ten, NULL), "-a--b--c-|");
	MARBLES_OK(test);
}
