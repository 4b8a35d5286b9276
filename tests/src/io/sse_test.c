/* weir/sse.h against feeds that break off in every way. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/loop.h>
#include <weir/memory.h>
#include <weir/sse.h>

#include "kit/collected.h"
#include "kit/faults.h"
#include "kit/http_server.h"

#define LIMIT weir_s(20)
#define FEED_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"

struct notes {
	int opened;
	int reconnected;
	uint64_t attempts[64];
	weir_duration delays[64];
	int codes[64];
	weir_subscription **cancels;
};

static void on_open(weir_value head, void *context)
{
	struct notes *notes = context;

	cr_assert_eq(weir_as_int(weir_get(head, "status")), 200);
	notes->opened++;
}

static void on_reconnect(uint64_t attempt, weir_duration delay, const weir_error *reason, void *context)
{
	struct notes *notes = context;

	if (notes->reconnected < 64) {
		notes->attempts[notes->reconnected] = attempt;
		notes->delays[notes->reconnected] = delay;
		notes->codes[notes->reconnected] = reason != NULL ? weir_error_code(reason) : 0;
	}
	notes->reconnected++;
	if (notes->cancels != NULL)
		weir_cancel(*notes->cancels);
}

static weir_sse_options fast(struct notes *notes)
{
	return (weir_sse_options){
		.http = { .proxy = "" },
		.initial_delay = weir_ms(1),
		.max_delay = weir_ms(120),
		.on_open = on_open,
		.on_reconnect = on_reconnect,
		.context = notes,
	};
}

static weir_loop *loop;
static struct collected got;
static struct notes notes;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new();
}

static void tear_down(void)
{
	collect_finish(&got);
	collect_wait(loop, weir_ms(50));
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_loop_free(loop);
	weir_memory_trim();
	cr_expect_eq(faults_live_blocks(), 0, "%zu blocks leak", faults_live_blocks());
}

TestSuite(sse, .init = set_up, .fini = tear_down, .timeout = 60);

static void run_until_count(size_t count)
{
	weir_time end = weir_loop_now(loop) + LIMIT;

	while (got.count < count && !got.is_destroyed && weir_loop_now(loop) < end)
		collect_wait(loop, weir_ms(2));
	cr_assert_eq(got.count, count, "%zu events; %s", got.count, collect_message(&got));
}

static void assert_event(size_t index, const char *type, const char *data, const char *id)
{
	weir_value event = got.items[index];

	cr_assert(weir_is_string(weir_get(event, "event"), type), "event %zu", index);
	cr_assert(weir_is_string(weir_get(event, "data"), data), "event %zu", index);
	cr_assert(weir_is_string(weir_get(event, "id"), id), "event %zu", index);
}

/* Three events per connection, numbered on from Last-Event-ID; the context says how a connection ends. */
enum ending {
	END_CLEANLY,
	END_INSIDE_EVENT,
	END_NEVER,
};

static bool serve_numbers(struct http_exchange *exchange)
{
	const enum ending *ending = exchange->context;
	char field[64];
	int last = atoi(http_request_field(exchange, "Last-Event-ID", field, sizeof field));

	http_send(exchange, FEED_HEAD);
	for (int number = last + 1; number <= last + 3; number++)
		http_sendf(exchange, "id: %d\nevent: count\ndata: {\"n\": %d}\n\n", number, number);
	if (*ending == END_INSIDE_EVENT)
		http_sendf(exchange, "id: 999\ndata: lost");
	if (*ending == END_NEVER)
		http_wait_for_client_to_go(exchange);
	return false;
}

Test(sse, events_as_maps)
{
	enum ending ending = END_NEVER;
	struct http_server *server = http_server_start(serve_numbers, &ending);

	collect(&got, loop, weir_sse(http_server_url(server, "/"), &(weir_sse_options){ .http = { .proxy = "" } }), 0);
	run_until_count(3);
	assert_event(0, "count", "{\"n\": 1}", "1");
	assert_event(2, "count", "{\"n\": 3}", "3");
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, reconnects_from_the_last_event_on)
{
	struct http_server *server;
	enum ending ending;

	for (ending = END_CLEANLY; ending <= END_INSIDE_EVENT; ending++) {
		weir_sse_options options = fast(&notes);

		memset(&notes, 0, sizeof notes);
		memset(&got, 0, sizeof got);
		server = http_server_start(serve_numbers, &ending);
		collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
		run_until_count(9);
		for (size_t index = 0; index < 9; index++) {
			char data[48], id[24];

			snprintf(data, sizeof data, "{\"n\": %zu}", index + 1);
			snprintf(id, sizeof id, "%zu", index + 1);
			assert_event(index, "count", data, id);
		}
		cr_assert_eq(notes.opened, 3);
		cr_assert_geq(notes.reconnected, 2);
		cr_assert_eq(notes.attempts[0], 1);
		cr_assert_eq(notes.attempts[1], 2);
		cr_assert_eq(notes.codes[0], 0);
		cr_assert_geq(notes.delays[0], weir_ms(100), "a floor of 100 ms");
		collect_finish(&got);
		http_server_stop(server);
	}
}

Test(sse, starts_behind_a_given_id)
{
	enum ending ending = END_NEVER;
	struct http_server *server = http_server_start(serve_numbers, &ending);

	collect(&got, loop,
		weir_sse(http_server_url(server, "/"),
			&(weir_sse_options){ .http = { .proxy = "" }, .last_event_id = "41" }),
		0);
	run_until_count(3);
	assert_event(0, "count", "{\"n\": 42}", "42");
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, json_data)
{
	enum ending ending = END_NEVER;
	struct http_server *server = http_server_start(serve_numbers, &ending);

	collect(&got, loop, weir_sse_json(http_server_url(server, "/"), &(weir_sse_options){ .http = { .proxy = "" } }),
		0);
	run_until_count(3);
	cr_assert_eq(weir_as_int(weir_get(got.items[1], "n")), 2);
	collect_finish(&got);
	http_server_stop(server);
}

static bool serve_headers(struct http_exchange *exchange)
{
	char accept[100], cache[100], id[100];

	http_request_field(exchange, "Accept", accept, sizeof accept);
	http_request_field(exchange, "Cache-Control", cache, sizeof cache);
	http_request_field(exchange, "Last-Event-ID", id, sizeof id);
	http_sendf(exchange, FEED_HEAD "data: %s|%s|%s|%d\n\n", accept, cache, id,
		strstr(exchange->head, "Last-Event-ID") != NULL);
	/* An id without data counts, an empty one resets it. */
	http_send(exchange, exchange->number == 1 ? "id: primed\n\n" : "id\n\n");
	return false;
}

Test(sse, sends_the_latest_committed_id)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_headers, NULL);

	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	run_until_count(3);
	assert_event(0, "message", "text/event-stream|no-cache||0", "");
	assert_event(1, "message", "text/event-stream|no-cache|primed|1", "primed");
	assert_event(2, "message", "text/event-stream|no-cache||0", "");
	collect_finish(&got);
	http_server_stop(server);
}

static bool serve_status(struct http_exchange *exchange)
{
	const char *path = exchange->target;

	if (strcmp(path, "/204") == 0) {
		if (exchange->number == 1)
			return http_send(exchange, FEED_HEAD "data: one\n\n"), false;
		return http_answer(exchange, "204 No Content", "", "");
	}
	if (strcmp(path, "/404") == 0)
		return http_answer(exchange, "404 Not Found", "", "");
	if (strcmp(path, "/html") == 0)
		return http_answer(exchange, "200 OK", "Content-Type: text/html\r\n", "data: no\n\n");
	if (strcmp(path, "/503") == 0 && exchange->number < 3)
		return http_answer(
			exchange, "503 Service Unavailable", exchange->number == 1 ? "Retry-After: 1\r\n" : "", "");
	if (strcmp(path, "/308") == 0)
		return http_answer(exchange, "308 Permanent Redirect", "Location: /new\r\n", "");
	if (strcmp(path, "/302") == 0)
		return http_answer(exchange, "302 Found", "Location: /new\r\n", "");
	if (strcmp(path, "/loop") == 0)
		return http_answer(exchange, "302 Found", "Location: /loop\r\n", "");
	http_send(exchange, FEED_HEAD "data: there\n\n");
	return false;
}

Test(sse, status_204_completes)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);

	collect(&got, loop, weir_sse(http_server_url(server, "/204"), &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert(got.is_completed);
	cr_assert_eq(got.count, 1);
	cr_assert_eq(http_server_request_count(server), 2);
	http_server_stop(server);
}

static void expect_failure(const char *path, int code, const char *text)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);

	memset(&got, 0, sizeof got);
	collect(&got, loop, weir_sse(http_server_url(server, path), &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(collect_code(&got), code, "%s", collect_message(&got));
	cr_assert_not_null(strstr(collect_message(&got), text), "%s", collect_message(&got));
	cr_assert_eq(notes.reconnected, 0);
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, other_statuses_and_types_are_errors)
{
	expect_failure("/404", WEIR_EHTTP, "is 404");
	expect_failure("/html", EPROTONOSUPPORT, "\"text/html\"; it must be text/event-stream");
	expect_failure("/503", WEIR_EHTTP, "is 503");
	expect_failure("/loop", WEIR_ELIMIT, "redirects");
}

Test(sse, waits_for_an_unavailable_server_if_told_to)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);

	options.waits_when_unavailable = true;
	collect(&got, loop, weir_sse(http_server_url(server, "/503"), &options), 0);
	run_until_count(1);
	cr_assert_geq(notes.reconnected, 2);
	cr_assert_eq(notes.codes[0], WEIR_EHTTP);
	cr_assert_eq(notes.delays[0], weir_s(1), "not before Retry-After");
	cr_assert_lt(notes.delays[1], weir_ms(200));
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, permanent_redirects_are_remembered_others_are_not)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);

	collect(&got, loop, weir_sse(http_server_url(server, "/308"), &options), 0);
	run_until_count(3);
	cr_assert_eq(http_server_request_count(server), 4);
	collect_finish(&got);
	http_server_stop(server);
	memset(&got, 0, sizeof got);
	server = http_server_start(serve_status, NULL);
	collect(&got, loop, weir_sse(http_server_url(server, "/302"), &options), 0);
	run_until_count(3);
	cr_assert_eq(http_server_request_count(server), 6);
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, a_refused_connection_is_tried_again_until_the_limit)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);
	char url[100];

	snprintf(url, sizeof url, "%s", http_server_url(server, "/"));
	http_server_stop(server);
	options.max_attempts = 3;
	collect(&got, loop, weir_sse(url, &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(collect_code(&got), ECONNREFUSED, "%s", collect_message(&got));
	cr_assert_eq(notes.reconnected, 3);
	cr_assert_eq(notes.codes[2], ECONNREFUSED);
}

static bool serve_retry(struct http_exchange *exchange)
{
	http_send(exchange, FEED_HEAD);
	http_send(exchange, exchange->number == 1 ? "retry: 250\n\ndata: 1\n\n" : "retry: 0\ndata: 2\n\n");
	return false;
}

Test(sse, the_server_decides_about_the_wait_but_not_below_the_floor)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_retry, NULL);

	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	run_until_count(3);
	cr_assert_eq(notes.delays[0], weir_ms(250));
	cr_assert_geq(notes.delays[1], weir_ms(100));
	cr_assert_lt(notes.delays[1], weir_ms(250));
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, the_wait_grows_and_begins_anew_after_health)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_status, NULL);

	options.initial_delay = weir_ms(100);
	options.max_delay = weir_ms(300);
	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	run_until_count(5);
	for (int index = 0; index < 4; index++) {
		weir_duration whole = index == 0 ? weir_ms(100) : index == 1 ? weir_ms(200) : weir_ms(300);

		cr_assert_leq(notes.delays[index], whole);
		cr_assert_geq(notes.delays[index], whole / 2);
	}
	cr_assert_eq(notes.attempts[3], 4);
	collect_finish(&got);
	memset(&notes, 0, sizeof notes);
	memset(&got, 0, sizeof got);
	options.healthy_time = 1;
	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	run_until_count(4);
	cr_assert_eq(notes.attempts[2], 1);
	collect_finish(&got);
	http_server_stop(server);
}

static bool serve_comments(struct http_exchange *exchange)
{
	http_send(exchange, FEED_HEAD);
	for (int count = 0; exchange->number == 1 && count < 15; count++) {
		http_send(exchange, ":\n");
		if (!http_pause(exchange, 30))
			return false;
	}
	http_send(exchange, "data: x\n\n");
	http_wait_for_client_to_go(exchange);
	return false;
}

Test(sse, silence_reconnects_comments_are_no_silence)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_comments, NULL);

	options.http.idle_timeout = weir_ms(300);
	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	run_until_count(1);
	cr_assert_eq(notes.reconnected, 0);
	run_until_count(2);
	cr_assert_eq(notes.reconnected, 1);
	cr_assert_eq(notes.codes[0], WEIR_ETIMEOUT);
	collect_finish(&got);
	http_server_stop(server);
}

static bool serve_many(struct http_exchange *exchange)
{
	int limit = *(int *)exchange->context;

	http_send(exchange, FEED_HEAD);
	for (int number = 1; limit == 0 || number <= limit; number++)
		if (!http_sendf(exchange, "id:%d\ndata:%d %0200d\n\n", number, number, 0))
			return false;
	http_wait_for_client_to_go(exchange);
	return false;
}

Test(sse, demand_is_honoured_to_the_event)
{
	int limit = 1000;
	struct http_server *server = http_server_start(serve_many, &limit);

	collect(&got, loop, weir_sse(http_server_url(server, "/"), &(weir_sse_options){ .http = { .proxy = "" } }),
		WEIR_ON_REQUEST);
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(http_server_connection_count(server), 0);
	for (size_t step = 1, expected = 0; step < 40; step++) {
		expected += step;
		weir_request(got.subscription, step);
		run_until_count(expected);
		collect_wait(loop, weir_ms(2));
		cr_assert_eq(got.count, expected);
	}
	for (size_t index = 0; index < got.count; index++) {
		char id[24];

		snprintf(id, sizeof id, "%zu", index + 1);
		cr_assert(weir_is_string(weir_get(got.items[index], "id"), id));
	}
	weir_request(got.subscription, WEIR_UNBOUNDED);
	run_until_count(1000);
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, without_demand_the_server_waits)
{
	int limit = 0;
	struct http_server *server = http_server_start(serve_many, &limit);

	got.forgets_items = true;
	collect(&got, loop,
		weir_sse(http_server_url(server, "/"),
			&(weir_sse_options){ .http = { .proxy = "", .idle_timeout = weir_ms(150) } }),
		1);
	run_until_count(1);
	collect_wait(loop, weir_ms(300));

	size_t sent = http_server_bytes_sent(server);

	collect_wait(loop, weir_ms(400));
	cr_assert_eq(got.count, 1);
	cr_assert_eq(http_server_bytes_sent(server), sent);
	cr_assert_eq(http_server_connection_count(server), 1);
	weir_request(got.subscription, 20000);
	run_until_count(20001);
	collect_finish(&got);
	http_server_stop(server);
}

static bool serve_bad(struct http_exchange *exchange)
{
	char big[3000];

	memset(big, 'b', sizeof big);
	http_send(exchange, FEED_HEAD "data: 1\n\ndata: ");
	http_send_bytes(exchange, big, sizeof big);
	http_send(exchange, "\n\ndata: not json\n\ndata: [2]\n\n");
	http_wait_for_client_to_go(exchange);
	return false;
}

static int reports;

static void report(weir_value input, const weir_error *error, void *context)
{
	(void)context;
	reports++;
	cr_assert(reports != 1 || (weir_error_code(error) == WEIR_ELIMIT && weir_is_nil(input)));
	cr_assert(reports != 2 || (weir_error_code(error) == WEIR_ESYNTAX && weir_is_string(input, "not json")));
}

Test(sse, bad_events_by_policy)
{
	weir_sse_options options = fast(&notes);
	struct http_server *server = http_server_start(serve_bad, NULL);

	options.max_event_size = 2000;
	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(collect_code(&got), WEIR_ELIMIT, "%s", collect_message(&got));
	cr_assert_eq(got.count, 1);
	collect_finish(&got);

	memset(&got, 0, sizeof got);
	options.max_event_size = 0;
	collect(&got, loop, weir_sse_json(http_server_url(server, "/"), &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(collect_code(&got), WEIR_ESYNTAX, "%s", collect_message(&got));
	cr_assert_eq(got.count, 1);
	collect_finish(&got);

	memset(&got, 0, sizeof got);
	options.max_event_size = 2000;
	options.bad_events = (struct weir_bad_items){ .policy = WEIR_BAD_ITEM_SKIPPED, .report = report };
	collect(&got, loop, weir_sse_json(http_server_url(server, "/"), &options), 0);
	run_until_count(2);
	cr_assert_eq(reports, 2);
	cr_assert_eq(weir_as_int(weir_at(got.items[1], 0)), 2);
	collect_finish(&got);
	http_server_stop(server);
}

Test(sse, cancel_anywhere)
{
	enum ending ending = END_CLEANLY;
	struct http_server *server = http_server_start(serve_numbers, &ending);

	for (int milliseconds = 0; milliseconds < 150; milliseconds += 7) {
		weir_sse_options options = fast(&notes);

		memset(&got, 0, sizeof got);
		collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
		collect_wait(loop, weir_ms(milliseconds));
		collect_finish(&got);
		cr_assert_eq(weir_loop_subscription_count(loop), 0);
	}
	for (size_t event = 1; event < 5; event++) {
		weir_sse_options options = fast(&notes);

		memset(&got, 0, sizeof got);
		got.cancel_after = event;
		collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
		cr_assert(collect_run(&got, loop, LIMIT));
		cr_assert_eq(got.count, event);
		collect_finish(&got);
	}
	/* From inside on_reconnect. */
	memset(&got, 0, sizeof got);
	notes.cancels = &got.subscription;

	weir_sse_options options = fast(&notes);

	collect(&got, loop, weir_sse(http_server_url(server, "/"), &options), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(got.count, 3);
	collect_finish(&got);
	http_server_stop(server);
}

static void expect_rejection(const char *url, weir_sse_options options, const char *text)
{
	memset(&got, 0, sizeof got);
	collect(&got, loop, weir_sse(url, &options), 0);
	cr_assert_eq(collect_code(&got), EINVAL);
	cr_assert_not_null(strstr(collect_message(&got), text), "%s", collect_message(&got));
	collect_finish(&got);
}

Test(sse, wrong_arguments)
{
	expect_rejection(NULL, (weir_sse_options){ 0 }, "NULL");
	expect_rejection("file:///x", (weir_sse_options){ 0 }, "http://");
	expect_rejection("http://x/", (weir_sse_options){ .factor = 0.5 }, "0.5");
	expect_rejection("http://x/", (weir_sse_options){ .max_delay = -1 }, "negative");
	expect_rejection("http://x/", (weir_sse_options){ .last_event_id = "a\nb" }, "line end");
}

Test(sse, a_virtual_loop_fails_instead_of_trying_for_ever)
{
	weir_loop *still = weir_loop_new_virtual();

	collect(&got, still, weir_sse("http://127.0.0.1/", NULL), 0);
	weir_loop_run(still);
	cr_assert_eq(collect_code(&got), ENOTSUP);
	collect_finish(&got);
	weir_loop_free(still);
}

Test(sse, every_allocation_may_fail)
{
	enum ending ending = END_CLEANLY;
	struct http_server *server = http_server_start(serve_numbers, &ending);
	weir_sse_options options = fast(&notes);
	bool hit = true;

	options.max_attempts = 2;
	options.last_event_id = "7";
	for (size_t number = 1; hit; number++) {
		weir_loop *own = weir_loop_new();

		memset(&got, 0, sizeof got);
		got.forgets_items = true;
		got.cancel_after = 4;
		faults_fail_once(number);
		collect(&got, own, weir_sse_json(http_server_url(server, "/"), &options), 0);
		cr_assert(collect_run(&got, own, LIMIT), "allocation %zu: no end", number);
		hit = faults_hit();
		faults_stop();
		cr_assert(got.count == 4 || (hit && got.error != NULL), "allocation %zu: %zu events, %s", number,
			got.count, collect_message(&got));
		collect_finish(&got);
		weir_loop_free(own);
	}
	http_server_stop(server);
}
