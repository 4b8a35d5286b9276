/* Errors: what they say, what caused them, and how they are owned. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/error.h>
#include <weir/value.h>

#include "core/error_private.h"
#include "kit/faults.h"
#include "kit/teardown.h"

static void set_up(void)
{
	faults_install();
}

static void tear_down(void)
{
	leave_nothing(NULL);
}

TestSuite(error, .init = set_up, .fini = tear_down);

static const char *print(const weir_error *error)
{
	static char text[1024];

	weir_error_print(error, text, sizeof text);
	return text;
}

Test(error, has_a_code_and_a_message)
{
	weir_error *error = weir_error_new(ENOENT, "no %s in %d places", "luck", 3);

	cr_expect_eq(weir_error_code(error), ENOENT);
	cr_expect_str_eq(weir_error_message(error), "no luck in 3 places");
	cr_expect_str_eq(weir_error_origin(error), "");
	cr_expect_null(weir_error_cause(error));
	cr_expect_eq(weir_error_cause_count(error), 0);
	cr_expect_lt(weir_error_retry_after(error), 0);
	cr_expect_str_eq(print(error), "no luck in 3 places (ENOENT)");
	weir_error_unref(error);
	weir_error_unref(NULL);
}

Test(error, wraps_its_cause)
{
	weir_error *error = weir_error_wrap(
		weir_error_wrap(weir_error_new(EIO, "deep"), WEIR_ETIMEOUT, "middle"), WEIR_EUSER, "top");

	cr_expect_str_eq(print(error), "top (WEIR_EUSER), caused by middle (WEIR_ETIMEOUT), caused by deep (EIO)");
	cr_expect_eq(weir_error_code(weir_error_cause(weir_error_cause(error))), EIO);
	weir_error_unref(error);
	error = weir_error_wrap(NULL, EIO, "alone");
	cr_expect_eq(weir_error_cause_count(error), 0);
	weir_error_unref(error);
}

Test(error, a_composite_loses_none)
{
	weir_error *errors[3];

	for (int index = 0; index < 3; index++)
		errors[index] = weir_error_new(EIO + index, "number %d", index);

	weir_error *error = weir_error_composite(errors, 3, "%d failed", 3);

	cr_expect_eq(weir_error_code(error), WEIR_ECOMPOSITE);
	cr_expect_eq(weir_error_cause_count(error), 3);
	for (size_t index = 0; index < 3; index++)
		cr_expect_eq(weir_error_cause_at(error, index), errors[index]);
	cr_expect_null(weir_error_cause_at(error, 3));
	cr_expect_str_eq(print(error),
		"3 failed (WEIR_ECOMPOSITE), caused by number 0 (EIO) and number 1 (ENXIO) and number 2 (E2BIG)");
	weir_error_unref(error);
	error = weir_error_composite(NULL, 0, "none");
	cr_expect_eq(weir_error_cause_count(error), 0);
	weir_error_unref(error);
}

Test(error, prints_to_any_size_and_says_how_long_it_is)
{
	weir_error *error = weir_error_wrap(weir_error_new(EIO, "deep"), EINVAL, "top");
	char text[64];
	size_t whole = strlen(print(error));

	weir_error_set_origin(error, "a > b");
	whole = strlen(print(error));
	for (size_t size = 0; size <= whole + 2; size++) {
		memset(text, '#', sizeof text);
		cr_expect_eq(weir_error_print(error, text, size), whole, "size %zu", size);
		cr_expect_eq(text[size], '#', "size %zu was overrun", size);
		if (size > 0)
			cr_expect_eq(strlen(text), size - 1 < whole ? size - 1 : whole);
	}
	cr_expect_eq(weir_error_print(error, NULL, 0), whole);
	cr_expect_str_eq(print(error), "a > b: top (EINVAL), caused by deep (EIO)");
	weir_error_unref(error);
}

Test(error, names_and_texts_of_codes)
{
	cr_expect_str_eq(weir_error_code_name(ENOENT), "ENOENT");
	cr_expect_str_eq(weir_error_code_name(WEIR_ETIMEOUT), "WEIR_ETIMEOUT");
	cr_expect_str_eq(weir_error_code_name(WEIR_EEMPTY), "WEIR_EEMPTY");
	cr_expect_str_eq(weir_error_code_name(-1), "unknown");
	cr_expect_str_eq(weir_error_code_name(99999), "unknown");
	cr_expect_str_eq(weir_error_code_text(WEIR_ETIMEOUT), "the time limit has passed");
	cr_expect_str_eq(weir_error_code_text(ENOENT), strerror(ENOENT));
	cr_expect_not_null(weir_error_code_text(-5));
	cr_expect_eq(WEIR_EEMPTY, 10000);
}

Test(error, is_counted)
{
	weir_error *error = weir_error_new(EIO, "x");

	cr_expect_eq(weir_error_ref(error), error);
	weir_error_unref(error);
	cr_expect_str_eq(weir_error_message(error), "x");

	weir_value value = weir_error_value(error);

	cr_expect_eq(weir_as_error(value), error);
	weir_release(value);
}

Test(error, the_origin_is_set_once)
{
	weir_error *error = weir_error_at(weir_error_new(EIO, "x"), "first");

	error = weir_error_at(error, "second");
	cr_expect_str_eq(weir_error_origin(error), "first");
	weir_error_unref(error);
}

Test(error, of_a_shared_one_the_origin_is_set_on_a_wrapper)
{
	weir_error *shared = weir_error_with_retry_after(weir_error_new(EIO, "x"), weir_ms(5));
	weir_error *error = weir_error_at(weir_error_ref(shared), "here");

	cr_expect_neq(error, shared);
	cr_expect_str_eq(weir_error_origin(shared), "");
	cr_expect_str_eq(weir_error_origin(error), "here");
	cr_expect_eq(weir_error_code(error), EIO);
	cr_expect_str_eq(weir_error_message(error), "x");
	cr_expect_eq(weir_error_cause(error), shared);
	cr_expect_eq(weir_error_retry_after(error), weir_ms(5));
	weir_error_unref(error);
	weir_error_unref(shared);
}

Test(error, a_retry_hint_does_not_change_what_others_hold)
{
	weir_error *first = weir_error_wrap(weir_error_new(EIO, "cause"), EAGAIN, "wait");
	weir_error *second = weir_error_with_retry_after(weir_error_ref(first), weir_s(3));

	cr_expect_lt(weir_error_retry_after(first), 0);
	cr_expect_eq(weir_error_retry_after(second), weir_s(3));
	cr_expect_str_eq(weir_error_message(second), "wait");
	cr_expect_eq(weir_error_cause_count(second), 1);
	second = weir_error_with_retry_after(second, -1);
	cr_expect_lt(weir_error_retry_after(second), 0);
	weir_error_unref(first);
	weir_error_unref(second);
}

Test(error, without_memory_there_is_one_that_needs_none)
{
	faults_fail_from(1);

	weir_error *error = weir_error_new(EIO, "x");
	weir_error *wrapped = weir_error_wrap(weir_error_ref(error), EINVAL, "y");
	weir_error *composite = weir_error_composite(&wrapped, 1, "z");

	error = weir_error_with_retry_after(error, weir_s(1));
	error = weir_error_at(error, "somewhere");
	faults_stop();
	cr_expect_eq(weir_error_code(error), ENOMEM);
	cr_expect_eq(weir_error_code(composite), ENOMEM);
	cr_expect_str_eq(weir_error_message(error), "out of memory");
	cr_expect_str_eq(print(error), "out of memory (ENOMEM)");
	cr_expect_lt(weir_error_retry_after(error), 0);
	for (int round = 0; round < 100; round++)
		weir_error_unref(error);
	weir_error_unref(composite);
	cr_expect_str_eq(weir_error_message(error), "out of memory");
}

Test(error, every_allocation_of_every_function_may_fail)
{
	for (size_t number = 1;; number++) {
		faults_fail_once(number);

		weir_error *cause = weir_error_new(EIO, "cause");
		weir_error *pair[2] = { weir_error_wrap(weir_error_ref(cause), EINVAL, "outer"), cause };
		weir_error *both = weir_error_composite(pair, 2, "both");
		weir_error *hinted = weir_error_with_retry_after(weir_error_ref(both), 5);
		weir_error *placed = weir_error_at(weir_error_ref(hinted), "origin");

		faults_stop();
		cr_expect_gt(strlen(print(placed)), 0);
		weir_error_unref(placed);
		weir_error_unref(hinted);
		weir_error_unref(both);
		cr_assert_eq(faults_live_blocks(), 0, "allocation %zu", number);
		if (!faults_hit())
			break;
	}
}

Test(error, a_long_chain_of_causes_is_printed_and_released)
{
	weir_error *error = weir_error_new(EIO, "first");

	for (int link = 0; link < 100000; link++)
		error = weir_error_wrap(error, EIO, "again");
	cr_expect_gt(weir_error_print(error, NULL, 0), 100000);
	weir_error_unref(error);
}
