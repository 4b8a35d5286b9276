/* Link, Retry-After, Content-Type, HTTP dates and quotas. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/header_values.h"
#include "io/http_date.h"
#include "io/rate_limit_headers.h"

#define SECOND ((int64_t)1000000000)
#define T(string) weir_header_text_of(string)
#define ABSENT weir_header_text_of(NULL)

/* 2024-05-17T10:00:00Z */
static const int64_t now_seconds = 1715940000;
static const int64_t now_ns = 1715940000 * SECOND;

/* Link */

static void assert_next(const char *value, const char *expected)
{
	struct weir_header_text target = { 0 };
	char message[WEIR_HEADER_MESSAGE_SIZE] = "";
	size_t length = strlen(value);
	char *copy = malloc(length ? length : 1); /* exact, so that a sanitizer sees a read behind the end */
	int result;

	memcpy(copy, value, length);
	result = weir_link_find((struct weir_header_text){ copy, length }, "next", &target, message);
	if (expected) {
		cr_assert_eq(result, 1, "%s: %d %s", value, result, message);
		cr_assert(target.length == strlen(expected) && memcmp(target.bytes, expected, target.length) == 0,
			"%s: %.*s", value, (int)target.length, target.bytes);
	} else {
		cr_assert_eq(result, 0, "%s: %d %s", value, result, message);
	}
	free(copy);
}

static void assert_bad_link(const char *value, const char *expected_message)
{
	struct weir_header_text target;
	char message[WEIR_HEADER_MESSAGE_SIZE] = "";

	cr_assert_eq(weir_link_find(T(value), "next", &target, message), -EBADMSG, "%s", value);
	cr_assert_str_eq(message, expected_message);
	cr_assert_eq(weir_link_find(T(value), "next", &target, NULL), -EBADMSG);
}

Test(link, rel_may_be_quoted_or_not)
{
	assert_next("<https://a/?p=2>; rel=\"next\"", "https://a/?p=2");
	assert_next("<https://a/?p=2>; rel=next", "https://a/?p=2");
	assert_next("<https://a/?p=2>;rel=next", "https://a/?p=2");
	assert_next("</p>\t;  rel = \"next\" ", "/p");
	assert_next("</p>; rel = next ", "/p");
}

Test(link, relation_matches_in_any_case)
{
	assert_next("</p>; REL=\"NeXt\"", "/p");
}

Test(link, one_rel_may_hold_several_types)
{
	assert_next("</p>; rel=\"last next\"", "/p");
	assert_next("</p>; rel=\"next\tlast\"", "/p");
	assert_next("</p>; rel=\"  next  \"", "/p");
	assert_next("</p>; rel=\"http://x/next nextpage xnext ne\"", NULL);
}

Test(link, parameters_come_in_any_order)
{
	assert_next("</p>; title=\"a; b, c\"; rel=next; foo; bar=1", "/p");
	assert_next("</p>; title*=UTF-8''x; rel=\"next\"", "/p");
	assert_next("</p>; ; rel=\"next\";", "/p");
}

Test(link, commas_and_semicolons_inside_the_target_or_quotes_do_not_separate)
{
	assert_next("</a,b;c>; rel=prev, </d,e;rel=next>; rel=\"next\"", "/d,e;rel=next");
	assert_next("</a>; rel=prev; title=\", </x>; rel=next\"", NULL);
}

Test(link, quoted_pairs_are_undone)
{
	assert_next("</p>; rel=\"n\\ext\"", "/p");
	assert_next("</a>; title=\"\\\"\"; rel=prev, </p>; rel=next", "/p");
	assert_next("</a>; title=\"\\\\\"; rel=next", "/a");
}

Test(link, first_link_with_the_relation_wins)
{
	assert_next("</1>; rel=first, </2>; rel=next, </3>; rel=next", "/2");
}

Test(link, only_the_first_rel_of_a_link_counts)
{
	assert_next("</1>; rel=prev; rel=next, </2>; rel=next; rel=prev", "/2");
	assert_next("</1>; rel; rel=next", NULL);
}

Test(link, link_about_another_resource_is_passed_over)
{
	assert_next("</1>; rel=next; anchor=\"/other\", </2>; rel=next", "/2");
}

Test(link, absent_empty_and_unrelated_fields_have_no_next)
{
	assert_next("", NULL);
	assert_next(" , ,", NULL);
	assert_next("</1>", NULL);
	assert_next("</1>; rel=\"\"", NULL);
	assert_next("</1>; rel=prev", NULL);
	cr_assert_eq(weir_link_find(ABSENT, "next", &(struct weir_header_text){ 0 }, NULL), 0);
}

Test(link, empty_elements_and_empty_targets_are_allowed)
{
	assert_next(",, </1>; rel=prev,, <>; rel=next", "");
	assert_next("< /p >; rel=next", "/p");
}

Test(link, what_github_sends)
{
	assert_next("<https://api.github.com/repositories/1/issues?page=2>; rel=\"prev\", "
		    "<https://api.github.com/repositories/1/issues?page=4>; rel=\"next\", "
		    "<https://api.github.com/repositories/1/issues?page=515>; rel=\"last\"",
		"https://api.github.com/repositories/1/issues?page=4");
}

Test(link, malformed_field_is_an_error_with_the_value)
{
	assert_bad_link("/p; rel=next", "Link field without \"<\" where a link begins: \"/p; rel=next\"");
	assert_bad_link("</p; rel=next", "Link target without \">\": \"</p; rel=next\"");
	assert_bad_link("</p>; rel=\"next", "Link parameter without closing quote: \"</p>; rel=\"next\"");
	assert_bad_link("</p> rel=next",
		"Link field with something other than \";\" or \",\" behind a target or parameter: \"</p> rel=next\"");
}

Test(link, message_clips_and_cleans_the_value)
{
	assert_bad_link("\x01"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"Link field without \"<\" where a link begins: "
		"\"?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"...");
}

Test(link, match_in_front_of_a_malformed_rest_is_found)
{
	assert_next("</p>; rel=next, garbage", "/p");
}

/* HTTP-date */

static void assert_date(const char *text, int64_t expected)
{
	int64_t seconds = -1;

	cr_assert(weir_http_date_parse(T(text), now_seconds, &seconds), "%s", text);
	cr_assert_eq(seconds, expected, "%s: %lld", text, (long long)seconds);
}

static void assert_no_date(const char *text)
{
	int64_t seconds = 17;

	cr_assert_not(weir_http_date_parse(T(text), now_seconds, &seconds), "%s", text);
	cr_assert_eq(seconds, 17);
}

Test(http_date, three_formats_give_the_same_moment)
{
	assert_date("Sun, 06 Nov 1994 08:49:37 GMT", 784111777);
	assert_date("Sunday, 06-Nov-94 08:49:37 GMT", 784111777);
	assert_date("Sun Nov  6 08:49:37 1994", 784111777);
	assert_date(" sun, 06 NOV 1994 08:49:37 gmt\t", 784111777);
	assert_date("Wed Nov 16 08:49:37 1994", 784975777);
}

Test(http_date, calendar_is_right_at_its_corners)
{
	assert_date("Thu, 01 Jan 1970 00:00:00 GMT", 0);
	assert_date("Wed, 31 Dec 1969 23:59:59 GMT", -1);
	assert_date("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800);
	assert_date("Tue, 29 Feb 2000 00:00:00 GMT", 951782400);
	assert_date("Tue, 19 Jan 2038 03:14:08 GMT", 2147483648);
	assert_date("Fri, 31 Dec 9999 23:59:59 GMT", 253402300799);
	assert_date("Sat, 01 Jan 0000 00:00:00 GMT", -62167219200);
	assert_date("Sat, 31 Dec 2016 23:59:60 GMT", 1483228800);
	assert_no_date("Wed, 29 Feb 2023 00:00:00 GMT");
	assert_no_date("Mon, 29 Feb 2100 00:00:00 GMT");
}

Test(http_date, two_digit_year_is_at_most_fifty_years_ahead)
{
	int64_t seconds;

	assert_date("Friday, 17-May-74 10:00:00 GMT", 3293776800 + 0);
	assert_date("Friday, 17-May-75 10:00:00 GMT", 169552800);
	assert_date("Friday, 17-May-24 10:00:00 GMT", now_seconds);
	/* Seen from 2095, "05" is ten years ahead rather than ninety behind. */
	cr_assert(weir_http_date_parse(T("Friday, 01-May-05 00:00:00 GMT"), 3944678400, &seconds));
	cr_assert_eq(seconds, 4270579200);
}

Test(http_date, anything_else_is_refused)
{
	static const char *const texts[] = { "", "tomorrow", "Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
		"Sun, 06 Nov 94 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x",
		"1994-11-06T08:49:37Z", "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
		"Sun, 06 Nov -994 08:49:37 GMT" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_no_date(texts[i]);
}

Test(http_date, every_prefix_of_a_date_is_refused_without_reading_on)
{
	static const char *const texts[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (size_t length = 0; length < strlen(texts[i]); length++) {
			char *copy = malloc(length ? length : 1);
			int64_t seconds;

			memcpy(copy, texts[i], length);
			cr_assert_not(
				weir_http_date_parse((struct weir_header_text){ copy, length }, now_seconds, &seconds));
			free(copy);
		}
}

Test(http_date, response_time_falls_back_to_the_wall_clock)
{
	cr_assert_eq(weir_http_response_time(T("Sun, 06 Nov 1994 08:49:37 GMT"), now_ns), 784111777 * SECOND);
	cr_assert_eq(weir_http_response_time(ABSENT, now_ns), now_ns);
	cr_assert_eq(weir_http_response_time(T("nonsense"), now_ns), now_ns);
	cr_assert_eq(weir_http_response_time(T("Fri, 31 Dec 9999 23:59:59 GMT"), now_ns), now_ns);
	cr_assert_eq(weir_http_response_time(T("Sat, 01 Jan 0000 00:00:00 GMT"), now_ns), now_ns);
}

/* Retry-After */

static void assert_retry_after(const char *value, int64_t at_ns, int64_t maximum_ns, int64_t expected_ns)
{
	int64_t delay_ns = -1;
	char message[WEIR_HEADER_MESSAGE_SIZE];

	cr_assert_eq(weir_retry_after_parse(T(value), at_ns, maximum_ns, &delay_ns, message), 0, "%s", value);
	cr_assert_eq(delay_ns, expected_ns, "%s: %lld", value, (long long)delay_ns);
}

Test(retry_after, seconds)
{
	assert_retry_after("120", now_ns, INT64_MAX, 120 * SECOND);
	assert_retry_after(" 0 ", now_ns, INT64_MAX, 0);
	assert_retry_after("1.25", now_ns, INT64_MAX, SECOND + SECOND / 4);
	assert_retry_after("0.0000000019", now_ns, INT64_MAX, 1);
}

Test(retry_after, date_is_measured_against_the_given_moment)
{
	assert_retry_after("Fri, 17 May 2024 10:00:30 GMT", now_ns, INT64_MAX, 30 * SECOND);
	assert_retry_after("Friday, 17-May-24 10:00:30 GMT", now_ns, INT64_MAX, 30 * SECOND);
	assert_retry_after("Fri May 17 10:00:30 2024", now_ns + 1, INT64_MAX, 30 * SECOND - 1);
	assert_retry_after("Fri, 17 May 2024 10:00:30 GMT",
		weir_http_response_time(T("Fri, 17 May 2024 10:00:20 GMT"), now_ns), INT64_MAX, 10 * SECOND);
	assert_retry_after("Thu, 01 Jan 1970 00:00:00 GMT", -SECOND / 2, INT64_MAX, SECOND / 2);
	assert_retry_after("Thu, 01 Jan 1970 00:00:01 GMT", -SECOND / 2, INT64_MAX, SECOND + SECOND / 2);
}

Test(retry_after, past_and_negative_mean_now)
{
	assert_retry_after("-5", now_ns, INT64_MAX, 0);
	assert_retry_after("Fri, 17 May 2024 10:00:00 GMT", now_ns, INT64_MAX, 0);
	assert_retry_after("Fri, 17 May 2024 10:00:00 GMT", now_ns + 1, INT64_MAX, 0);
	assert_retry_after("Sat, 01 Jan 0000 00:00:00 GMT", now_ns, INT64_MAX, 0);
}

Test(retry_after, hostile_values_are_cut_to_the_maximum)
{
	assert_retry_after("61", now_ns, 60 * SECOND, 60 * SECOND);
	assert_retry_after("60.5", now_ns, 60 * SECOND, 60 * SECOND);
	assert_retry_after("99999999999999999999999999999999", now_ns, 60 * SECOND, 60 * SECOND);
	assert_retry_after("99999999999999999999999999999999", now_ns, INT64_MAX, INT64_MAX);
	assert_retry_after("9223372036.9", now_ns, INT64_MAX, INT64_MAX);
	assert_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now_ns, 60 * SECOND, 60 * SECOND);
	assert_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", INT64_MIN, INT64_MAX, INT64_MAX);
	assert_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", INT64_MAX, INT64_MAX, INT64_MAX);
	assert_retry_after("5", now_ns, 0, 0);
}

Test(retry_after, anything_else_is_an_error_with_the_value)
{
	static const char *const values[] = { "", "-", "soon", "1s", "+1", "1,2", "1.", ".5", "0x10", "--1" };
	char message[WEIR_HEADER_MESSAGE_SIZE];
	int64_t delay_ns = 17;

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		cr_assert_eq(weir_retry_after_parse(T(values[i]), now_ns, INT64_MAX, &delay_ns, message), -EBADMSG,
			"%s", values[i]);
	cr_assert_eq(delay_ns, 17);
	weir_retry_after_parse(T("soon"), now_ns, INT64_MAX, &delay_ns, message);
	cr_assert_str_eq(message, "Retry-After is neither seconds nor an HTTP date: \"soon\"");
	cr_assert_eq(weir_retry_after_parse(ABSENT, now_ns, INT64_MAX, &delay_ns, message), -EBADMSG);
}

/* Content-Type */

Test(media_type, parameters_and_case_do_not_matter)
{
	static const char *const values[] = { "text/event-stream", "text/event-stream; charset=utf-8",
		"Text/Event-STREAM", " text/event-stream\t", "text/event-stream;",
		"text/event-stream ;charset=\"utf-8\"", "text/event-stream;charset=windows-1252",
		"text/event-stream; bogus", "text/event-stream;;;" };

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		cr_assert(weir_media_type_is(T(values[i]), "text/event-stream"), "%s", values[i]);
}

Test(media_type, others_do_not_match)
{
	static const char *const values[] = { "", ";", "text/event-streams", "text/event-strea", "x bogus",
		"text/ event-stream", "text/event-stream, text/html", "application/json; text/event-stream",
		"text/event-stream charset=utf-8" };

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		cr_assert_not(weir_media_type_is(T(values[i]), "text/event-stream"), "%s", values[i]);
	cr_assert_not(weir_media_type_is(ABSENT, "text/event-stream"));
}

/* X-RateLimit-* */

static int64_t reset_ns_of(const char *reset, int64_t at_ns, int64_t maximum_ns)
{
	struct weir_rate_limit limit;

	cr_assert_eq(
		weir_x_rate_limit_parse(ABSENT, ABSENT, T(reset), at_ns, maximum_ns, &limit, NULL), 0, "%s", reset);
	cr_assert(limit.has_reset && !limit.has_limit && !limit.has_remaining);
	return limit.reset_ns;
}

Test(x_rate_limit, limit_remaining_and_reset)
{
	struct weir_rate_limit limit;

	cr_assert_eq(
		weir_x_rate_limit_parse(T("5000"), T(" 4999 "), T("1715940060"), now_ns, INT64_MAX, &limit, NULL), 0);
	cr_assert(limit.has_limit && limit.has_remaining && limit.has_reset && !limit.has_window);
	cr_assert_eq(limit.limit, 5000);
	cr_assert_eq(limit.remaining, 4999);
	cr_assert_eq(limit.reset_ns, 60 * SECOND);
}

Test(x_rate_limit, reset_is_epoch_milliseconds_epoch_seconds_or_delta)
{
	cr_assert_eq(reset_ns_of("1715940001500", now_ns, INT64_MAX), SECOND + SECOND / 2);
	cr_assert_eq(reset_ns_of("1715940001", now_ns, INT64_MAX), SECOND);
	cr_assert_eq(reset_ns_of("1715940000.25", now_ns, INT64_MAX), SECOND / 4);
	cr_assert_eq(reset_ns_of("17", now_ns, INT64_MAX), 17 * SECOND);
	cr_assert_eq(reset_ns_of("0.5", now_ns, INT64_MAX), SECOND / 2);
	cr_assert_eq(reset_ns_of("1000000000", now_ns, INT64_MAX), 1000000000 * SECOND);
	cr_assert_eq(reset_ns_of("1000000001", now_ns, INT64_MAX), 0);
}

Test(x_rate_limit, past_reset_is_now_and_far_reset_is_cut)
{
	cr_assert_eq(reset_ns_of("1715939999", now_ns, INT64_MAX), 0);
	cr_assert_eq(reset_ns_of("1715949999", now_ns, 60 * SECOND), 60 * SECOND);
	cr_assert_eq(reset_ns_of("99999999999999999999999", now_ns, 60 * SECOND), 60 * SECOND);
	cr_assert_eq(reset_ns_of("99999999999999999999999", INT64_MIN, INT64_MAX), INT64_MAX);
	cr_assert_eq(reset_ns_of("1715940001", INT64_MIN, INT64_MAX), INT64_MAX);
}

Test(x_rate_limit, first_number_of_a_list_counts)
{
	struct weir_rate_limit limit;

	cr_assert_eq(
		weir_x_rate_limit_parse(T("10, 10;w=1, 50;w=60"), T("9"), T("1"), now_ns, INT64_MAX, &limit, NULL), 0);
	cr_assert_eq(limit.limit, 10);
}

Test(x_rate_limit, malformed_one_is_an_error_and_the_others_count)
{
	struct weir_rate_limit limit;
	char message[WEIR_HEADER_MESSAGE_SIZE];

	cr_assert_eq(weir_x_rate_limit_parse(T("lots"), T("-1"), T("5"), now_ns, INT64_MAX, &limit, message), -EBADMSG);
	cr_assert(!limit.has_limit && !limit.has_remaining && limit.has_reset);
	cr_assert_str_eq(message, "rate limit's remaining is not a number: \"-1\"");
}

/* RateLimit */

static struct weir_rate_limit rate_limit(const char *state, const char *policy)
{
	struct weir_rate_limit limit;
	char message[WEIR_HEADER_MESSAGE_SIZE] = "";

	cr_assert_eq(weir_rate_limit_parse(T(state), T(policy), INT64_MAX, &limit, message), 0, "%s", message);
	return limit;
}

Test(rate_limit, draft_fields_of_one_policy)
{
	struct weir_rate_limit limit = rate_limit("\"default\";r=42;t=17", "\"default\";q=100;w=60;pk=:cHNk=:");

	cr_assert(limit.has_limit && limit.has_remaining && limit.has_reset && limit.has_window);
	cr_assert_eq(limit.remaining, 42);
	cr_assert_eq(limit.reset_ns, 17 * SECOND);
	cr_assert_eq(limit.limit, 100);
	cr_assert_eq(limit.window_ns, 60 * SECOND);
}

Test(rate_limit, either_field_may_be_absent)
{
	struct weir_rate_limit limit = rate_limit("\"a\";r=5", NULL);

	cr_assert(limit.has_remaining && !limit.has_reset && !limit.has_limit && !limit.has_window);
	limit = rate_limit(NULL, "\"a\";q=10;w=1");
	cr_assert(!limit.has_remaining && limit.has_limit && limit.limit == 10 && limit.window_ns == SECOND);
	limit = rate_limit(NULL, NULL);
	cr_assert(!limit.has_remaining && !limit.has_reset && !limit.has_limit && !limit.has_window);
}

Test(rate_limit, tightest_of_several_counts_with_its_own_policy)
{
	struct weir_rate_limit limit =
		rate_limit("\"burst\";r=5;t=1, \"day\";r=10;t=3600", "\"burst\";q=10;w=1,\"day\";q=1000;w=86400");

	cr_assert_eq(limit.remaining, 10);
	cr_assert_eq(limit.reset_ns, 3600 * SECOND);
	cr_assert_eq(limit.limit, 1000);
	limit = rate_limit("\"burst\";r=0;t=1, \"day\";r=10;t=3600", NULL);
	cr_assert_eq(limit.remaining, 0);
	cr_assert_eq(limit.reset_ns, 1 * SECOND);
	limit = rate_limit("\"a\";r=0;t=1, \"b\";r=0;t=30, \"c\";r=0;t=2", NULL);
	cr_assert_eq(limit.reset_ns, 30 * SECOND);
	limit = rate_limit(NULL, "\"a\";q=100;w=60, \"b\";q=1000;w=3600, \"c\";q=10;w=1");
	cr_assert_eq(limit.limit, 1000);
}

Test(rate_limit, quotas_in_another_unit_are_passed_over)
{
	struct weir_rate_limit limit = rate_limit("\"bytes\";r=0;t=60, \"calls\";r=7;t=5",
		"\"bytes\";q=65535;qu=\"content-bytes\";w=10, \"calls\";q=10;qu=\"requests\";w=5");

	cr_assert_eq(limit.remaining, 7);
	cr_assert_eq(limit.limit, 10);
	cr_assert_not(rate_limit(NULL, "\"bytes\";q=1;qu=\"content-bytes\"").has_limit);
}

Test(rate_limit, names_with_separators_and_unknown_parameters)
{
	struct weir_rate_limit limit =
		rate_limit("\"a,b;\\\"c\";x;y=?1;z=tok/en;f=1.5; r=3;t=4;s=\"r=9\"", "\"a,b;\\\"c\";q=8");

	cr_assert_eq(limit.remaining, 3);
	cr_assert_eq(limit.limit, 8);
}

Test(rate_limit, durations_are_cut_to_the_maximum)
{
	struct weir_rate_limit limit;

	cr_assert_eq(weir_rate_limit_parse(T("\"a\";r=1;t=999999999999999"), T("\"a\";q=1;w=999999999999999"),
			     60 * SECOND, &limit, NULL),
		0);
	cr_assert_eq(limit.reset_ns, 60 * SECOND);
	cr_assert_eq(limit.window_ns, 60 * SECOND);
}

Test(rate_limit, malformed_field_is_ignored_as_a_whole)
{
	static const char *const values[] = { "\"a", "\"a\\n\";r=1", "\"a\";", "\"a\";r=", "\"a\";r=x", "\"a\";r=-1",
		"\"a\";r=1.5", "\"a\";r=1,", ",\"a\";r=1", "\"a\";r=1 \"b\"", "\"a\";R=1", "\"a\";r=1111111111111111",
		"\"a\";r=\"1\"", "\"a\";r", "(\"a\");r=1", "\"\x01\";r=1" };
	struct weir_rate_limit limit;
	char message[WEIR_HEADER_MESSAGE_SIZE];

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		cr_assert_eq(weir_rate_limit_parse(T(values[i]), ABSENT, INT64_MAX, &limit, message), -EBADMSG, "%s",
			values[i]);
		cr_assert_not(limit.has_remaining);
		cr_assert_eq(weir_rate_limit_parse(ABSENT, T(values[i]), INT64_MAX, &limit, message), -EBADMSG, "%s",
			values[i]);
	}
	weir_rate_limit_parse(T("\"a\";r=x"), ABSENT, INT64_MAX, &limit, message);
	cr_assert_str_eq(message, "malformed RateLimit field: \"\"a\";r=x\"");
}

Test(rate_limit, more_quotas_than_fit_are_refused)
{
	struct weir_rate_limit limit;
	char list[17 * 9 + 1] = "";

	for (int i = 0; i < 17; i++)
		strcat(list, i < 16 ? "\"a\";r=1, " : "\"a\";r=1");
	cr_assert_eq(weir_rate_limit_parse(T(list), ABSENT, INT64_MAX, &limit, NULL), -EBADMSG);
	list[16 * 9 - 2] = '\0';
	cr_assert_eq(weir_rate_limit_parse(T(list), ABSENT, INT64_MAX, &limit, NULL), 0);
}
