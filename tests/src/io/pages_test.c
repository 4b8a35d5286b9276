/* weir/pages.h against a fake API with each shape of pagination. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>
#include <weir/limiter.h>
#include <weir/loop.h>
#include <weir/memory.h>
#include <weir/pages.h>

#include "kit/collected.h"
#include "kit/faults.h"
#include "kit/http_server.h"

#define LIMIT weir_s(20)

enum {
	ITEMS = 23,
	PAGE = 5,
};

static int parameter(struct http_exchange *exchange, const char *name, int fallback)
{
	char pattern[40];
	const char *at;

	snprintf(pattern, sizeof pattern, "?%s=", name);
	at = strstr(exchange->target, pattern);
	if (at == NULL) {
		pattern[0] = '&';
		at = strstr(exchange->target, pattern);
	}
	return at != NULL ? atoi(at + strlen(pattern)) : fallback;
}

/* {"id": first} … as a JSON array. */
static void items(char *text, int first, int last)
{
	text += sprintf(text, "[");
	for (int id = first; id <= last && id <= ITEMS; id++)
		text += sprintf(text, "%s{\"id\": %d}", id > first ? ", " : "", id);
	sprintf(text, "]");
}

/* A failure to inject: the request of this number gets this answer. */
static int fail_at;
static const char *fail_with;

static bool serve(struct http_exchange *exchange)
{
	char list[1000], body[2000], fields[500] = "Content-Type: application/json\r\n";
	const char *path = exchange->target;
	char secret[100];

	if (exchange->number == fail_at)
		return http_send(exchange, fail_with), false;
	http_request_field(exchange, "Authorization", secret, sizeof secret);
	if (strncmp(path, "/link", 5) == 0) {
		int page = parameter(exchange, "p", 1);

		items(list, (page - 1) * PAGE + 1, page * PAGE);
		if (page * PAGE < ITEMS)
			sprintf(fields + strlen(fields), "Link: <?p=%d>; rel=\"prev\", <link?p=%d>; rel=next\r\n",
				page - 1, page + 1);
		return http_answer(exchange, "200 OK", fields, list);
	}
	if (strncmp(path, "/cursor", 7) == 0) {
		int at = parameter(exchange, "cursor", 0);

		items(list, at + 1, at + PAGE);
		snprintf(body, sizeof body,
			at + PAGE < ITEMS		? "{\"d\": {\"list\": %s}, \"next_cursor\": \"%d\"}"
			: strstr(path, "null") != NULL	? "{\"d\": {\"list\": %s}, \"next_cursor\": null}"
			: strstr(path, "empty") != NULL ? "{\"d\": {\"list\": %s}, \"next_cursor\": \"\"}"
			: strstr(path, "more") != NULL
				? "{\"d\": {\"list\": %s}, \"next_cursor\": \"7\", \"has_more\": false}"
				: "{\"d\": {\"list\": %s}}",
			list, at + PAGE);
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strncmp(path, "/url", 4) == 0) {
		int at = parameter(exchange, "at", 0);

		items(list, at + 1, at + PAGE);
		if (at + PAGE < ITEMS)
			snprintf(body, sizeof body, "{\"results\": %s, \"next\": \"/url?at=%d\"}", list, at + PAGE);
		else
			snprintf(body, sizeof body, "{\"results\": %s, \"next\": null}", list);
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strncmp(path, "/page", 5) == 0) {
		int page = parameter(exchange, "page", -1) - (strstr(path, "zero") == NULL);
		int size = parameter(exchange, "per_page", PAGE);

		items(list, page * size + 1, (page + 1) * size);
		snprintf(body, sizeof body,
			strstr(path, "total") != NULL ? "{\"data\": %s, \"total_pages\": 5}" : "{\"data\": %s}", list);
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strncmp(path, "/offset", 7) == 0) {
		int offset = parameter(exchange, "offset", -1);

		/* Filtered: the second page shows nothing of what was scanned. */
		items(list, offset + 1, strstr(path, "scanned") != NULL && offset == PAGE ? offset : offset + PAGE);
		snprintf(body, sizeof body,
			strstr(path, "total") != NULL ? "{\"data\": %s, \"total\": %d}"
						      : "{\"data\": %s, \"scanned\": %d}",
			list,
			strstr(path, "total") != NULL ? ITEMS
			: offset < ITEMS	      ? PAGE
						      : 0);
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strncmp(path, "/key", 4) == 0) {
		int after = parameter(exchange, "starting_after", 0);

		items(list, after + 1, after + PAGE);
		snprintf(body, sizeof body, "{\"data\": %s, \"has_more\": %s}", list,
			after + PAGE < ITEMS ? "true" : "false");
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strncmp(path, "/circle", 7) == 0) {
		int page = parameter(exchange, "p", 0);

		snprintf(fields, sizeof fields, "Link: </circle?p=%d>; rel=next\r\n", (page + 1) % 7);
		return http_answer(exchange, "200 OK", fields, "[1]");
	}
	if (strncmp(path, "/stuck", 6) == 0)
		return http_answer(exchange, "200 OK", "Link: </stuck>; rel=next\r\n", "[1]");
	if (strcmp(path, "/elsewhere") == 0) {
		snprintf(fields, sizeof fields, "Link: <%s>; rel=next\r\n", (const char *)exchange->context);
		snprintf(body, sizeof body, "[\"%s\"]", secret);
		return http_answer(exchange, "200 OK", fields, body);
	}
	if (strcmp(path, "/secret") == 0) {
		snprintf(body, sizeof body, "[\"%s\"]", secret);
		return http_answer(exchange, "200 OK", "", body);
	}
	if (strcmp(path, "/bad-link") == 0)
		return http_answer(exchange, "200 OK", "Link: <oops\r\n", "[1, 2]");
	if (strcmp(path, "/ftp-link") == 0)
		return http_answer(exchange, "200 OK", "Link: <ftp://x/>; rel=next\r\n", "[1, 2]");
	if (strcmp(path, "/not-json") == 0)
		return http_answer(exchange, "200 OK", "", "<html>");
	if (strcmp(path, "/object") == 0)
		return http_answer(exchange, "200 OK", "", "{\"data\": {\"a\": 1}}");
	if (strcmp(path, "/no-id") == 0)
		return http_answer(exchange, "200 OK", "", "{\"data\": [1, 2], \"has_more\": true}");
	if (strcmp(path, "/more-of-nothing") == 0)
		return http_answer(exchange, "200 OK", "", "{\"data\": [], \"has_more\": true}");
	return http_answer(exchange, "404 Not Found", "", "nothing here");
}

static struct http_server *server;
static weir_loop *loop;
static struct collected got;

static void set_up(void)
{
	faults_install();
	server = http_server_start(serve, NULL);
	loop = weir_loop_new();
}

static void tear_down(void)
{
	collect_finish(&got);
	cr_expect_eq(weir_loop_run_for(loop, weir_s(1)), 0);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_loop_free(loop);
	http_server_stop(server);
	weir_memory_trim();
	cr_expect_eq(faults_live_blocks(), 0, "%zu blocks leak", faults_live_blocks());
}

TestSuite(pages, .init = set_up, .fini = tear_down, .timeout = 60);
TestSuite(poll, .init = set_up, .fini = tear_down, .timeout = 60);

static weir_observable *pages(const char *path, weir_pages_options options)
{
	options.http.proxy = "";
	return weir_pages(http_server_url(server, path), &options);
}

static void run(weir_observable *observable)
{
	collect_finish(&got);
	memset(&got, 0, sizeof got);
	collect(&got, loop, observable, 0);
	cr_assert(collect_run(&got, loop, LIMIT));
}

static void run_until_count(size_t count)
{
	weir_time end = weir_loop_now(loop) + LIMIT;

	while (got.count < count && !got.is_destroyed && weir_loop_now(loop) < end)
		collect_wait(loop, weir_ms(2));
	cr_assert_eq(got.count, count, "%zu items; %s", got.count, collect_message(&got));
}

static void assert_items_from(int first)
{
	for (size_t index = 0; index < got.count; index++)
		cr_assert_eq(weir_as_int(weir_get(got.items[index], "id")), first + (int)index, "item %zu", index);
}

static void expect_all(const char *path, weir_pages_options options, int requests)
{
	int before = http_server_request_count(server);

	for (int prefetches = 0; prefetches < 2; prefetches++) {
		options.prefetches = prefetches;
		run(pages(path, options));
		cr_assert(got.is_completed, "%s: %s", path, collect_message(&got));
		cr_assert_eq(got.count, ITEMS, "%s: %zu items", path, got.count);
		assert_items_from(1);
		cr_assert_eq(http_server_request_count(server) - before, requests, "%s: %d requests", path,
			http_server_request_count(server) - before);
		before += requests;
	}
}

Test(pages, by_link)
{
	expect_all("/link", (weir_pages_options){ 0 }, 5);
}

Test(pages, by_cursor)
{
	weir_pages_options options = { .next = WEIR_NEXT_CURSOR, .items = "d.list" };

	expect_all("/cursor", options, 5);
	expect_all("/cursor?null", options, 5);
	expect_all("/cursor?empty", options, 5);
	expect_all("/cursor?more", options, 5);
}

Test(pages, by_url_in_the_body)
{
	expect_all("/url", (weir_pages_options){ .next = WEIR_NEXT_URL, .items = "results" }, 5);
}

Test(pages, by_number)
{
	expect_all("/page", (weir_pages_options){ .next = WEIR_NEXT_PAGE_NUMBER, .items = "data" }, 6);
	expect_all("/page?total", (weir_pages_options){ .next = WEIR_NEXT_PAGE_NUMBER, .items = "data" }, 5);
	expect_all("/page?zero",
		(weir_pages_options){ .next = WEIR_NEXT_PAGE_NUMBER, .items = "data", .counts_from_zero = true }, 6);
	expect_all("/page?zero&total",
		(weir_pages_options){ .next = WEIR_NEXT_PAGE_NUMBER, .items = "data", .counts_from_zero = true }, 5);
	expect_all("/page",
		(weir_pages_options){
			.next = WEIR_NEXT_PAGE_NUMBER, .items = "data", .page_size = 10, .size_parameter = "per_page" },
		3);
}

Test(pages, by_offset)
{
	expect_all("/offset", (weir_pages_options){ .next = WEIR_NEXT_OFFSET, .items = "data" }, 6);
	expect_all("/offset", (weir_pages_options){ .next = WEIR_NEXT_OFFSET, .items = "data", .page_size = PAGE }, 5);
	expect_all("/offset?total", (weir_pages_options){ .next = WEIR_NEXT_OFFSET, .items = "data" }, 5);
	run(pages("/offset?scanned",
		(weir_pages_options){
			.next = WEIR_NEXT_OFFSET, .items = "data", .scanned = "scanned", .page_size = PAGE }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, ITEMS - PAGE, "a page may be empty: %zu", got.count);
}

Test(pages, by_last_key)
{
	expect_all("/key", (weir_pages_options){ .next = WEIR_NEXT_LAST_KEY, .items = "data" }, 5);
}

static weir_value next_url(weir_value page, void *context)
{
	int64_t number = weir_as_int(weir_get(page, "number"));

	cr_assert_eq(context, &got);
	cr_assert_eq(weir_as_int(weir_get(page, "status")), 200);
	return number < 5 ? weir_string_format("?p=%d", (int)number + 1) : weir_nil();
}

static weir_value fail_after_two(weir_value page, void *context)
{
	(void)context;
	return weir_as_int(weir_get(page, "number")) < 2 ? weir_string_static("link?p=2")
							 : weir_fail(EUCLEAN, "enough");
}

Test(pages, by_callback)
{
	expect_all(
		"/link", (weir_pages_options){ .next = WEIR_NEXT_CALLBACK, .next_url = next_url, .context = &got }, 5);
	run(pages("/link", (weir_pages_options){ .next = WEIR_NEXT_CALLBACK, .next_url = fail_after_two }));
	cr_assert_eq(collect_code(&got), EUCLEAN);
	cr_assert_eq(got.count, 2 * PAGE);
}

Test(pages, whole_pages)
{
	run(pages("/cursor", (weir_pages_options){ .next = WEIR_NEXT_CURSOR, .items = "d.list", .emits_pages = true }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 5);
	cr_assert_eq(weir_as_int(weir_get(got.items[4], "number")), 5);
	cr_assert_eq(weir_length(weir_get(got.items[0], "items")), PAGE);
	cr_assert(weir_is_string(weir_get(weir_get(got.items[0], "body"), "next_cursor"), "5"));
	cr_assert(weir_is_string(weir_get(weir_get(got.items[0], "headers"), "content-type"), "application/json"));
}

Test(pages, are_asked_for_by_demand)
{
	weir_subscription *subscription;

	collect(&got, loop, pages("/link", (weir_pages_options){ 0 }), WEIR_ON_REQUEST);
	subscription = got.subscription;
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(http_server_request_count(server), 0);
	weir_request(subscription, 1);
	run_until_count(1);
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(http_server_request_count(server), 1);
	weir_request(subscription, PAGE - 1);
	run_until_count(PAGE);
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(http_server_request_count(server), 1);
	weir_request(subscription, 1);
	run_until_count(PAGE + 1);
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(http_server_request_count(server), 2);
}

Test(pages, one_page_ahead_if_told_to)
{
	collect(&got, loop, pages("/link", (weir_pages_options){ .prefetches = true }), 1);
	run_until_count(1);
	collect_wait(loop, weir_ms(200));
	cr_assert_eq(got.count, 1);
	cr_assert_eq(http_server_request_count(server), 2);
	weir_request(got.subscription, PAGE);
	run_until_count(PAGE + 1);
	cr_assert_leq(http_server_request_count(server), 3);
}

Test(pages, an_error_comes_behind_the_items_before_it)
{
	for (int prefetches = 0; prefetches < 2; prefetches++) {
		fail_at = http_server_request_count(server) + 3;
		fail_with = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[";
		run(pages("/link", (weir_pages_options){ .prefetches = prefetches }));
		cr_assert_eq(collect_code(&got), WEIR_ETRANSFER, "%s", collect_message(&got));
		cr_assert_eq(got.count, 2 * PAGE);
		fail_at += 3;
		fail_with = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
		run(pages("/link", (weir_pages_options){ .prefetches = prefetches }));
		cr_assert_eq(weir_error_status(got.error), 500);
		cr_assert_eq(got.count, 2 * PAGE);
	}
}

static int retries;
static weir_duration longest_wait;

static void on_retry(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	(void)error;
	(void)attempt;
	cr_assert_eq(context, &got);
	retries++;
	if (delay > longest_wait)
		longest_wait = delay;
}

Test(pages, failed_requests_are_repeated)
{
	weir_retry_options retry = {
		.max_attempts = 3, .initial_delay = weir_ms(1), .on_retry = on_retry, .context = &got
	};
	static const char *const transient[] = {
		"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 429 Slow down\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
		"",
	};
	static const char *const final[] = {
		"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n[",
	};

	for (size_t index = 0; index < sizeof transient / sizeof *transient; index++) {
		retries = 0;
		longest_wait = 0;
		fail_at = http_server_request_count(server) + 3;
		fail_with = transient[index];
		run(pages("/link", (weir_pages_options){ .retry = &retry }));
		cr_assert(got.is_completed, "%zu: %s", index, collect_message(&got));
		cr_assert_eq(got.count, ITEMS);
		assert_items_from(1);
		/* An empty answer on a connection that was used before is asked for again by libcurl itself. */
		cr_assert(retries == 1 || fail_with[0] == '\0', "%zu: %d", index, retries);
		cr_assert(index != 1 || longest_wait == weir_s(1));
	}
	for (size_t index = 0; index < sizeof final / sizeof *final; index++) {
		retries = 0;
		fail_at = http_server_request_count(server) + 3;
		fail_with = final[index];
		run(pages("/link", (weir_pages_options){ .retry = &retry }));
		cr_assert_not_null(got.error);
		cr_assert_eq(got.count, 2 * PAGE);
		cr_assert_eq(retries, 0, "%zu: %d", index, retries);
	}
	fail_at = 0;
	run(pages("/missing", (weir_pages_options){ .retry = &(weir_retry_options){ .factor = 0.5 } }));
	cr_assert_eq(collect_code(&got), EINVAL, "%s", collect_message(&got));
}

static void expect_failure(const char *path, weir_pages_options options, size_t count, int code, const char *text)
{
	run(pages(path, options));
	cr_expect_eq(collect_code(&got), code, "%s: %d %s", path, collect_code(&got), collect_message(&got));
	cr_expect_not_null(strstr(collect_message(&got), text), "%s: %s", path, collect_message(&got));
	cr_expect_eq(got.count, count, "%s: %zu items", path, got.count);
}

Test(pages, what_is_not_a_page_is_an_error)
{
	weir_pages_options data = { .items = "data" };
	weir_pages_options key = { .items = "data", .next = WEIR_NEXT_LAST_KEY };

	expect_failure("/missing", data, 0, WEIR_EHTTP, "is 404: nothing here");
	expect_failure("/not-json", data, 0, WEIR_ESYNTAX, "/not-json");
	expect_failure("/object", data, 0, WEIR_ESYNTAX, "no array where its items should be, but: {\"a\": 1}");
	expect_failure("/object", (weir_pages_options){ 0 }, 0, WEIR_ESYNTAX, "`items` must name");
	expect_failure("/bad-link", (weir_pages_options){ 0 }, 2, WEIR_ESYNTAX, "Link");
	expect_failure("/ftp-link", (weir_pages_options){ 0 }, 2, WEIR_ESYNTAX, "no URL of http(s): \"ftp://x/\"");
	expect_failure("/no-id", key, 2, WEIR_ESYNTAX, "without key: 2");
	expect_failure("/more-of-nothing", key, 0, WEIR_ESYNTAX, "no item to go on from");
}

Test(pages, guards)
{
	expect_failure("/link", (weir_pages_options){ .max_pages = 2 }, 2 * PAGE, WEIR_ELIMIT, "more than 2 pages");
	expect_failure("/link", (weir_pages_options){ .max_items = 12 }, 12, WEIR_ELIMIT, "more than 12 items");
	expect_failure("/link", (weir_pages_options){ .http.max_body_size = 10 }, 0, WEIR_ELIMIT, "exceeds 10 bytes");
	expect_failure("/stuck", (weir_pages_options){ 0 }, 1, WEIR_ELIMIT, "circle, back to http");
	run(pages("/stuck", (weir_pages_options){ .repeat = WEIR_REPEAT_ENDS }));
	cr_assert(got.is_completed);
	expect_failure("/stuck", (weir_pages_options){ .repeat = WEIR_REPEAT_ALLOWED, .allowed_repeats = 3 }, 4,
		WEIR_ELIMIT, "circle");
	run(pages("/circle", (weir_pages_options){ 0 }));
	cr_assert_eq(collect_code(&got), WEIR_ELIMIT);
	cr_assert_leq(got.count, 40);
	expect_all("/link", (weir_pages_options){ .max_pages = 5, .max_items = ITEMS }, 5);
}

Test(pages, a_status_can_stand_for_the_end)
{
	run(pages("/missing", (weir_pages_options){ .end_status = 404 }));
	cr_assert(got.is_completed);
	cr_assert_eq(got.count, 0);
}

Test(pages, credentials_stay_at_their_origin)
{
	char target[200];
	struct http_server *other;

	snprintf(target, sizeof target, "%s", http_server_url(server, "/secret"));
	other = http_server_start(serve, target);
	run(weir_pages(http_server_url(other, "/elsewhere"),
		&(weir_pages_options){
			.http = { .proxy = "",
				.headers = (struct weir_http_header[]){ { "Authorization", "s" }, { 0 } } } }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 2);
	cr_assert(weir_is_string(got.items[0], "s"));
	cr_assert(weir_is_string(got.items[1], ""));
	http_server_stop(other);
}

/* Stops after every number of items, goes on from the token (which went through JSON): nothing lost, nothing twice. */
static void expect_resumable(const char *path, weir_pages_options options)
{
	for (size_t stop = 0; stop <= ITEMS; stop++) {
		weir_pages_position *position = weir_pages_position_new();
		weir_value token, text;
		size_t length;
		const char *bytes;

		options.position = position;
		options.resume = weir_nil();
		collect_finish(&got);
		memset(&got, 0, sizeof got);
		got.cancel_after = stop;
		collect(&got, loop, pages(path, options), stop == 0 ? WEIR_ON_REQUEST : 0);
		if (stop > 0)
			cr_assert(collect_run(&got, loop, LIMIT));
		cr_assert_eq(got.count, stop);
		token = weir_pages_position_token(position);
		collect_finish(&got);
		weir_pages_position_unref(position);

		text = weir_format_json(token, NULL);
		weir_release(token);
		cr_assert_not(weir_is_error(text));
		bytes = weir_as_str(text, &length);
		options.resume = weir_parse_json(bytes, length, NULL);
		options.position = NULL;
		run(pages(path, options));
		weir_release(options.resume);
		weir_release(text);
		cr_assert(got.is_completed, "%s", collect_message(&got));
		cr_assert_eq(got.count, ITEMS - stop, "%s after %zu: %zu", path, stop, got.count);
		assert_items_from((int)stop + 1);
	}
}

Test(pages, go_on_from_a_token)
{
	expect_resumable("/link", (weir_pages_options){ 0 });
	expect_resumable("/cursor", (weir_pages_options){ .next = WEIR_NEXT_CURSOR, .items = "d.list" });
	expect_resumable("/page?total",
		(weir_pages_options){ .next = WEIR_NEXT_PAGE_NUMBER, .items = "data", .prefetches = true });
	expect_resumable("/offset", (weir_pages_options){ .next = WEIR_NEXT_OFFSET, .items = "data" });
	expect_resumable("/key", (weir_pages_options){ .next = WEIR_NEXT_LAST_KEY, .items = "data" });
}

Test(pages, the_token_of_the_end_completes_at_once)
{
	weir_pages_position *position = weir_pages_position_new();
	weir_value token;
	int requests;

	run(pages("/link", (weir_pages_options){ .position = position }));
	token = weir_pages_position_token(position);
	weir_pages_position_unref(position);
	requests = http_server_request_count(server);
	run(pages("/link", (weir_pages_options){ .resume = token }));
	weir_release(token);
	cr_assert(got.is_completed);
	cr_assert_eq(got.count, 0);
	cr_assert_eq(http_server_request_count(server), requests);
}

Test(pages, cancel_anywhere)
{
	for (int milliseconds = 0; milliseconds < 12; milliseconds++) {
		collect_finish(&got);
		memset(&got, 0, sizeof got);
		collect(&got, loop, pages("/link", (weir_pages_options){ .prefetches = milliseconds % 2 }), 0);
		collect_wait(loop, weir_ms(milliseconds));
		collect_finish(&got);
		cr_assert_eq(weir_loop_subscription_count(loop), 0);
	}
}

static void expect_rejection(weir_observable *observable, const char *text)
{
	run(observable);
	cr_assert_eq(collect_code(&got), EINVAL);
	cr_assert_not_null(strstr(collect_message(&got), text), "%s", collect_message(&got));
}

Test(pages, wrong_arguments)
{
	weir_value number = weir_int(7);

	expect_rejection(weir_pages(NULL, NULL), "NULL");
	expect_rejection(weir_pages("gopher://x", NULL), "http://");
	expect_rejection(pages("/", (weir_pages_options){ .next = WEIR_NEXT_CALLBACK }), "next_url is NULL");
	expect_rejection(pages("/", (weir_pages_options){ .next = 77 }), "next is 77");
	expect_rejection(pages("/", (weir_pages_options){ .resume = number }), "7 is no token");
	expect_rejection(weir_poll("http://x/", 0, NULL), "interval is 0");
}

Test(pages, every_allocation_may_fail)
{
	bool hit = true;

	for (size_t number = 1; hit; number++) {
		weir_loop *own = weir_loop_new();

		memset(&got, 0, sizeof got);
		got.forgets_items = true;
		faults_fail_once(number);
		collect(&got, own,
			pages("/key?x",
				(weir_pages_options){
					.next = WEIR_NEXT_LAST_KEY, .items = "data", .prefetches = true }),
			0);
		cr_assert(collect_run(&got, own, LIMIT), "allocation %zu: no end", number);
		hit = faults_hit();
		faults_stop();
		cr_assert(hit ? got.error != NULL || got.count == ITEMS : got.is_completed,
			"allocation %zu: %zu items, %s", number, got.count, collect_message(&got));
		if (hit && got.error != NULL)
			cr_assert_eq(collect_code(&got), ENOMEM, "allocation %zu: %s", number, collect_message(&got));
		collect_finish(&got);
		weir_loop_free(own);
	}
}

static bool serve_quota(struct http_exchange *exchange)
{
	int page = parameter(exchange, "p", 1);
	char fields[300];

	if (exchange->number == 2)
		return http_answer(exchange, "429 Too Many Requests", "Retry-After: 1\r\n", "");
	snprintf(fields, sizeof fields,
		"X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: %d\r\nX-RateLimit-Reset: 1\r\n%s%d%s",
		exchange->number == 4 ? 0 : 50, page < 4 ? "Link: </?p=" : "X-Page: ", page + 1,
		page < 4 ? ">; rel=next\r\n" : "\r\n");
	return http_answer(exchange, "200 OK", fields, "[1]");
}

Test(pages, requests_pass_the_limiter_and_the_server_steers_it)
{
	weir_limiter *limiter = weir_limiter_new(loop, &(weir_limiter_options){ .limit = 1, .period = weir_ms(100) });
	weir_retry_options retry = { .max_attempts = 3, .on_retry = on_retry, .context = &got };
	struct http_server *quota = http_server_start(serve_quota, NULL);
	weir_time start = weir_loop_now(loop);

	run(pages("/link", (weir_pages_options){ .limiter = limiter }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, ITEMS);
	cr_assert_geq(weir_loop_now(loop) - start, weir_ms(400), "five requests, 100 ms apart");

	start = weir_loop_now(loop);
	run(weir_pages(http_server_url(quota, "/"),
		&(weir_pages_options){ .http = { .proxy = "" }, .limiter = limiter, .retry = &retry }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 4);
	cr_assert_eq(http_server_request_count(quota), 5);
	/* A second after the 429, and one until the quota that page 3 called used up is restored. */
	cr_assert_geq(weir_loop_now(loop) - start, weir_ms(2000));
	cr_assert_lt(weir_loop_now(loop) - start, weir_ms(4000));
	collect_finish(&got);
	http_server_stop(quota);
	weir_limiter_unref(limiter);
}

Test(pages, a_request_that_the_limiter_refuses_is_an_error)
{
	weir_limiter *limiter = weir_limiter_new(
		loop, &(weir_limiter_options){ .limit = 1, .period = weir_s(9), .policy = WEIR_LIMITER_DROP });

	run(pages("/link", (weir_pages_options){ .limiter = limiter }));
	cr_assert_eq(collect_code(&got), WEIR_ERATE, "%s", collect_message(&got));
	cr_assert_eq(got.count, PAGE);
	weir_limiter_unref(limiter);
}

/* Changes with every third request; knows of conditions. */
static bool serve_version(struct http_exchange *exchange)
{
	char tag[40], fields[200], body[40], known[100];
	int version = (exchange->number + 2) / 3;

	snprintf(tag, sizeof tag, "\"v%d\"", version);
	snprintf(fields, sizeof fields, "ETag: %s\r\n%s", tag,
		strcmp(exchange->target, "/patience") == 0 ? "X-Poll-Interval: 1\r\n" : "");
	if (strcmp(http_request_field(exchange, "If-None-Match", known, sizeof known), tag) == 0)
		return http_send(exchange, "HTTP/1.1 304 Not Modified\r\n"), http_sendf(exchange, "%s\r\n", fields);
	snprintf(body, sizeof body, "{\"version\": %d}", version);
	return http_answer(exchange, "200 OK", fields, body);
}

Test(poll, emits_what_has_changed)
{
	struct http_server *versions = http_server_start(serve_version, NULL);
	weir_time start = weir_loop_now(loop);

	collect(&got, loop,
		weir_poll(http_server_url(versions, "/"), weir_ms(20),
			&(weir_poll_options){ .http = { .proxy = "" }, .decodes_json = true }),
		0);
	run_until_count(4);
	for (size_t index = 0; index < 4; index++)
		cr_assert_eq(weir_as_int(weir_get(weir_get(got.items[index], "body"), "version")), (int)index + 1);
	cr_assert_eq(http_server_request_count(versions), 10);
	cr_assert_geq(weir_loop_now(loop) - start, weir_ms(9 * 20));
	collect_finish(&got);
	http_server_stop(versions);
}

Test(poll, asks_only_on_demand)
{
	struct http_server *versions = http_server_start(serve_version, NULL);

	collect(&got, loop,
		weir_poll(http_server_url(versions, "/"), weir_ms(5), &(weir_poll_options){ .http = { .proxy = "" } }),
		1);
	run_until_count(1);
	collect_wait(loop, weir_ms(100));
	cr_assert_eq(got.count, 1);
	cr_assert_eq(http_server_request_count(versions), 1);
	weir_request(got.subscription, 1);
	run_until_count(2);
	cr_assert_eq(http_server_request_count(versions), 4);
	cr_assert_eq(weir_kind(weir_get(got.items[1], "body")), WEIR_KIND_BIN);
	collect_finish(&got);
	http_server_stop(versions);
}

Test(poll, respects_the_servers_interval)
{
	struct http_server *versions = http_server_start(serve_version, NULL);

	collect(&got, loop,
		weir_poll(http_server_url(versions, "/patience"), weir_ms(5),
			&(weir_poll_options){ .http = { .proxy = "" } }),
		0);
	run_until_count(1);
	collect_wait(loop, weir_ms(300));
	cr_assert_eq(http_server_request_count(versions), 1);
	collect_wait(loop, weir_ms(1500));
	cr_assert_eq(http_server_request_count(versions), 2);
	collect_finish(&got);
	http_server_stop(versions);
}
