/* Marble strings: what each means, what is wrong with the malformed ones, and no memory. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include <weir/error.h>

#include "base/allocator.h"
#include "kit/faults.h"
#include "testing/marbles.h"

static struct weir_marble_alphabet alphabet = { .error_code = WEIR_EUSER, .error_message = "error" };

/* What was parsed, as text: `time:type value`, times in ms. */
static const char *parsed(const char *text, enum weir_marble_grammar grammar)
{
	static const char types[] = "N#|^!";
	static char result[1024];
	struct weir_marbles marbles = { 0 };
	size_t column;
	const char *problem = weir_marbles_parse(&marbles, text, grammar, &alphabet, &column);
	int length = 0;

	if (problem != NULL) {
		snprintf(result, sizeof result, "%zu: %s", column, problem);
		return result;
	}
	result[0] = '\0';
	for (size_t index = 0; index < marbles.count; index++) {
		const struct weir_marble *marble = &marbles.items[index];
		char value[64] = "";

		if (marble->type == WEIR_MARBLE_NEXT)
			weir_print(marble->value, value, sizeof value);
		length += snprintf(result + length, sizeof result - (size_t)length, "%s%g%c%s", index > 0 ? " " : "",
			(double)marble->time / WEIR_FRAME, types[marble->type], value);
	}
	weir_marbles_finish(&marbles);
	return result;
}

struct row {
	const char *text;
	enum weir_marble_grammar grammar;
	const char *result;
};

#define SOURCE WEIR_MARBLES_SOURCE
#define HOT WEIR_MARBLES_HOT
#define EXPECTED WEIR_MARBLES_EXPECTED
#define SUBSCRIPTION WEIR_MARBLES_SUBSCRIPTION

static void check(const struct row *rows, size_t count)
{
	for (size_t index = 0; index < count; index++)
		cr_expect_str_eq(parsed(rows[index].text, rows[index].grammar), rows[index].result, "\"%s\" is \"%s\"",
			rows[index].text, parsed(rows[index].text, rows[index].grammar));
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])

Test(marbles, one_character_is_a_frame)
{
	static const struct row rows[] = {
		{ "", SOURCE, "" },
		{ "-", SOURCE, "" },
		{ "--1-2|", SOURCE, "2N1 4N2 5|" },
		{ "a-Z#", SOURCE, "0N\"a\" 2N\"Z\" 3#" },
		{ "|", SOURCE, "0|" },
		{ "#", EXPECTED, "0#" },
		{ "0123456789", EXPECTED, "0N0 1N1 2N2 3N3 4N4 5N5 6N6 7N7 8N8 9N9" },
	};

	CHECK(rows);
}

Test(marbles, a_group_happens_at_its_beginning_and_takes_a_frame_per_character)
{
	static const struct row rows[] = {
		{ "(ab)-c", SOURCE, "0N\"a\" 0N\"b\" 5N\"c\"" },
		{ "--(12|)", SOURCE, "2N1 2N2 2|" },
		{ "-( 1 2 )3", SOURCE, "1N1 1N2 5N3" },
		{ "()-1", SOURCE, "3N1" },
		{ "(1)(2)", SOURCE, "0N1 3N2" },
	};

	CHECK(rows);
}

Test(marbles, a_blank_takes_no_time)
{
	static const struct row rows[] = {
		{ "- 1 -2 |", SOURCE, "1N1 3N2 4|" },
		{ "  ", SOURCE, "" },
	};

	CHECK(rows);
}

Test(marbles, a_number_with_a_unit_is_a_span_of_time_at_the_start_or_behind_a_blank)
{
	static const struct row rows[] = {
		{ "12ms 1", SOURCE, "12N1" },
		{ "- 12ms 1", SOURCE, "13N1" },
		{ "-1 9ms -2 9ms |", SOURCE, "1N1 12N2 22|" },
		{ "2s 1", SOURCE, "2000N1" },
		{ "1m 1", SOURCE, "60000N1" },
		{ "1500us 1", SOURCE, "1.5N1" },
		{ "-12ms ", SOURCE, "1N1 2N2 3N\"m\" 4N\"s\"" },
		{ "1 2 3", SOURCE, "0N1 1N2 2N3" },
		{ "12ms", SOURCE, "" },
		{ "12ms|", SOURCE, "0N1 1N2 2N\"m\" 3N\"s\" 4|" },
		{ "- 0ms 1", SOURCE, "1N1" },
		{ "999999999999999999999999s 1", SOURCE, "9.22337e+12N1" },
	};

	CHECK(rows);
}

Test(marbles, of_a_hot_source_may_say_where_frame_0_is)
{
	static const struct row rows[] = {
		{ "-1-^-2-|", HOT, "-2N1 2N2 4|" },
		{ "^1", HOT, "1N1" },
		{ "1-2", HOT, "0N1 2N2" },
		{ "1|-^-", HOT, "-3N1 -2|" },
	};

	CHECK(rows);
}

Test(marbles, of_subscriptions_are_a_beginning_and_an_end)
{
	static const struct row rows[] = {
		{ "^--!", SUBSCRIPTION, "0^ 3!" },
		{ "--^", SUBSCRIPTION, "2^" },
		{ "-(^!)", SUBSCRIPTION, "1^ 1!" },
		{ "^ 20ms !", SUBSCRIPTION, "0^ 21!" },
		{ "", SUBSCRIPTION, "" },
	};

	CHECK(rows);
}

Test(marbles, malformed_ones_say_what_and_where)
{
	static const struct row rows[] = {
		{ "--(1-", SOURCE, "4: a group holds notifications only: they all happen at its beginning" },
		{ "--(12", SOURCE, "2: the group is never closed" },
		{ "-((1))", SOURCE, "2: a group holds notifications only: they all happen at its beginning" },
		{ "-1)", SOURCE, "2: no group is open here" },
		{ "-%-", SOURCE, "1: this character means nothing; values are digits and letters" },
		{ "-\xc3\xa4", SOURCE, "1: this character means nothing; values are digits and letters" },
		{ "-^-", SOURCE, "1: ^ is for hot sources, once, outside a group" },
		{ "-^-", EXPECTED, "1: ^ is for hot sources, once, outside a group" },
		{ "^-^", HOT, "2: ^ is for hot sources, once, outside a group" },
		{ "-(^)", HOT, "2: ^ is for hot sources, once, outside a group" },
		{ "-!", SOURCE, "1: ! is for subscriptions" },
		{ "-|-1", SOURCE, "3: nothing can come after the end" },
		{ "-(|1)", SOURCE, "3: nothing can come after the end" },
		{ "#|", EXPECTED, "1: nothing can come after the end" },
		{ "!", SUBSCRIPTION,
			"0: a subscription is one ^ for its beginning and then one ! for its end, with - for frames" },
		{ "^-^", SUBSCRIPTION,
			"2: a subscription is one ^ for its beginning and then one ! for its end, with - for frames" },
		{ "^-1", SUBSCRIPTION,
			"2: a subscription is one ^ for its beginning and then one ! for its end, with - for frames" },
		{ "^!!", SUBSCRIPTION, "2: nothing can come after the end" },
		{ NULL, SOURCE, "0: there are none: NULL" },
	};

	CHECK(rows);
}

Test(marbles, a_bound_letter_means_its_value)
{
	alphabet.is_bound['a'] = true;
	alphabet.values['a'] = weir_double(0.5);
	cr_expect_str_eq(parsed("-a-b", SOURCE), "1N0.5 3N\"b\"");
}

Test(marbles, the_character_of_a_value_is_the_one_that_means_it)
{
	struct weir_marble marble = { .value = weir_int(7) };
	struct weir_marble error = { .type = WEIR_MARBLE_ERROR };

	alphabet.is_bound['q'] = true;
	alphabet.values['q'] = weir_int(70);
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '7');
	marble.value = weir_int(70);
	cr_expect_eq(weir_marble_character(&marble, &alphabet), 'q');
	marble.value = weir_int(10);
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '?');
	marble.value = weir_int(-1);
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '?');
	marble.value = weir_string_static("x");
	cr_expect_eq(weir_marble_character(&marble, &alphabet), 'x');
	/* That letter means something else. */
	marble.value = weir_string_static("q");
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '?');
	marble.value = weir_string_static("xy");
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '?');
	marble.value = weir_nil();
	cr_expect_eq(weir_marble_character(&marble, &alphabet), '?');
	cr_expect_eq(weir_marble_character(&error, &alphabet), '#');
}

Test(marbles, without_memory_nothing_is_left)
{
	struct weir_marbles marbles = { 0 };
	size_t column;

	faults_install();
	for (size_t number = 1;; number++) {
		faults_fail_once(number);

		const char *problem = weir_marbles_parse(
			&marbles, "-1-a-b-c-(defg)-h-i-j-k-l-m-n-o-p-q-r-#", SOURCE, &alphabet, &column);

		if (!faults_hit())
			break;
		cr_assert_not_null(problem, "allocation %zu failed, and nobody noticed", number);
		cr_expect_str_eq(problem, "out of memory");
		weir_marbles_finish(&marbles);
		cr_expect_eq(faults_live_blocks(), 0);
	}
	weir_marbles_finish(&marbles);
	cr_expect_eq(faults_live_blocks(), 0);
}
