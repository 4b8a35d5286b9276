/* throw_error: fails at once, asked or not, with the very error given. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_throw(WEIR_EUSER, "number %d", 7);
}

const struct conformance_subject conformance_subject = {
	.name = "throw_error", .build = build, .creates = true, .emits_nothing = "it fails"
};

Test(throw_error, fails_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ENOENT, "no sensor 7");
	weir_test_expect(test, weir_throw_error(weir_error_new(ENOENT, "no sensor %d", 7)), "#");
	weir_test_expect(test, weir_throw(ENOENT, "no sensor %d", 7), "#");
	MARBLES_OK(test);
}

Test(throw_error, fails_without_demand)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ENOENT, "gone");
	weir_test_expect_with_demand(test, weir_throw(ENOENT, "gone"), 0, 0, "#");
	MARBLES_OK(test);
}

static void keep_error(const weir_error *error, void *context)
{
	*(const weir_error **)context = weir_error_ref(error);
}

Test(throw_error, every_subscription_gets_the_same_error)
{
	const weir_error *received[2] = { NULL };
	weir_error *error = weir_error_new(ENOENT, "gone");
	weir_loop *loop = weir_loop_new_virtual();
	weir_observable *observable = weir_throw_error(weir_error_ref(error));

	for (int index = 0; index < 2; index++)
		weir_subscribe_borrowed(
			observable, loop, &(struct weir_observer){ .error = keep_error, .context = &received[index] });
	weir_unref(observable);
	for (int index = 0; index < 2; index++) {
		cr_expect_eq(received[index], error);
		weir_error_unref(received[index]);
	}
	weir_error_unref(error);
	weir_loop_free(loop);
}

Test(throw_error, without_an_error_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the error is NULL");
	weir_test_expect(test, weir_throw_error(NULL), "#");
	MARBLES_OK(test);
}
