/* weir/http.h against servers that behave and servers that do not. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weir/creating.h>
#include <weir/http.h>
#include <weir/loop.h>
#include <weir/memory.h>
#include <weir/transforming.h>

#include "base/allocator.h"
#include "io/url.h"
#include "kit/collected.h"
#include "kit/faults.h"
#include "kit/http_server.h"

#define LIMIT weir_s(20)

/* The environment of the machine must not send loopback through a proxy. */
static const weir_http_options direct = { .proxy = "" };

/* Runs one request to its end on a loop of its own. */
static void run(struct collected *collected, weir_observable *observable)
{
	weir_loop *loop = weir_loop_new();

	memset(collected, 0, sizeof *collected);
	collect(collected, loop, observable, 0);
	cr_assert(collect_run(collected, loop, LIMIT), "the request did not end");
	cr_expect_eq(weir_loop_run_for(loop, weir_s(5)), 0);
	cr_expect_eq(weir_loop_timer_count(loop), 0, "a timer is left");
	weir_subscription_unref(collected->subscription);
	collected->subscription = NULL;
	weir_loop_free(loop);
}

static void assert_item_int(weir_value item, const char *key, int64_t expected)
{
	cr_assert_eq(weir_as_int(weir_get(item, key)), expected, "%s is %lld", key,
		(long long)weir_as_int(weir_get(item, key)));
}

/* 200,000 times the letter g. */
static const unsigned char gzipped[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31,
	0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xb8, 0xeb, 0xdf, 0xc0, 0x0c, 0xfe, 0x40, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xaf, 0x01, 0x5e, 0xd5, 0x3b, 0x4d, 0x40, 0x0d, 0x03,
	0x00 };

/* What answers most tests: a function of the path. */
static bool serve(struct http_exchange *exchange)
{
	const char *path = exchange->target;
	char field[256];

	if (strcmp(path, "/hello") == 0)
		return http_answer(exchange, "200 OK",
			"Content-Type: text/plain\r\nX-A: 1\r\nX-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n",
			"hello world");
	if (strcmp(path, "/echo") == 0) {
		char text[20000];

		snprintf(text, sizeof text, "%s %s|%s|%.*s", exchange->method,
			http_request_field(exchange, "X-Test", field, sizeof field), exchange->head,
			(int)exchange->body_length, exchange->body);
		return http_answer(exchange, "200 OK", "", text);
	}
	if (strcmp(path, "/empty") == 0)
		return http_answer(exchange, "204 No Content", "", "");
	if (strcmp(path, "/chunked") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		for (int count = 0; count < 5 && http_pause(exchange, 5); count++)
			http_sendf(exchange, "3;x=y\r\nab%d\r\n", count);
		return http_send(exchange, "0\r\nX-Trailer: 1\r\n\r\n");
	}
	if (strcmp(path, "/missing") == 0)
		return http_answer(exchange, "404 Not Found", "", "no such\nthing");
	if (strcmp(path, "/busy") == 0)
		return http_answer(exchange, "503 Service Unavailable", "Retry-After: 7\r\n", "later");
	if (strcmp(path, "/short") == 0)
		http_send(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
	else if (strcmp(path, "/cut-chunk") == 0)
		http_send(exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nfg");
	else if (strcmp(path, "/cut-head") == 0)
		http_send(exchange, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
	else if (strcmp(path, "/cut-status") == 0)
		http_send(exchange, "HTTP/1.1 2");
	else if (strcmp(path, "/nothing") == 0)
		return false;
	else if (strcmp(path, "/two-lengths") == 0)
		http_send(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nabcdefg");
	else if (strcmp(path, "/bad-length") == 0)
		http_send(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\nabc");
	else if (strcmp(path, "/not-http") == 0)
		http_send(exchange, "SSH-2.0-OpenSSH_9.2\r\n");
	else if (strcmp(path, "/loop") == 0)
		return http_answer(exchange, "302 Found", "Location: /loop\r\n", "x");
	else if (strcmp(path, "/to-hello") == 0)
		return http_answer(exchange, "302 Found", "Location: /to-hello-for-ever\r\n", "ignored");
	else if (strcmp(path, "/to-hello-for-ever") == 0)
		return http_answer(exchange, "308 Permanent Redirect", "Location: hello\r\n", "");
	else if (strcmp(path, "/to-file") == 0)
		return http_answer(exchange, "302 Found", "Location: file:///etc/passwd\r\n", "");
	else if (strcmp(path, "/many-fields") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\n");
		for (int count = 0; http_sendf(exchange, "X-%d: y\r\n", count); count++)
			;
	} else if (strcmp(path, "/long-field") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\nX-Long: ");
		for (int count = 0; count < 4000 && http_send(exchange, "0123456789012345678901234567890123456789");
			count++)
			;
	} else if (strcmp(path, "/endless-trailers") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n");
		for (int count = 0; http_sendf(exchange, "X-%d: y\r\n", count); count++)
			;
	} else if (strcmp(path, "/endless") == 0) {
		static const char zeros[16384];

		http_send(exchange, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n");
		while (http_send_bytes(exchange, zeros, sizeof zeros))
			;
	} else if (strcmp(path, "/silent-head") == 0) {
		http_wait_for_client_to_go(exchange);
	} else if (strcmp(path, "/silent-body") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\n\r\nabc");
		http_wait_for_client_to_go(exchange);
	} else if (strcmp(path, "/slow") == 0) {
		http_send(exchange, "HTTP/1.1 200 OK\r\n");
		for (int count = 0; count < 20 && http_pause(exchange, 20); count++)
			http_sendf(exchange, "X-%d: y\r\n", count);
		http_send(exchange, "\r\n");
		for (int count = 0; count < 20 && http_pause(exchange, 20); count++)
			http_send(exchange, "z");
	} else if (strcmp(path, "/100") == 0) {
		http_send(exchange, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
		return http_answer(exchange, "200 OK", "Folded: a\r\n  b\r\nEmpty:\r\nLatin: caf\xe9\r\n", "ok");
	} else if (strncmp(path, "/gzip", 5) == 0) {
		http_sendf(exchange, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
			sizeof gzipped);
		return http_send_bytes(exchange, gzipped, sizeof gzipped);
	} else if (strncmp(path, "/wait/", 6) == 0) {
		http_pause(exchange, atoi(path + 6));
		return http_answer(exchange, "200 OK", "", path);
	} else if (strncmp(path, "/bytes/", 7) == 0) {
		size_t length = strtoul(path + 7, NULL, 10);
		char *bytes = malloc(length);

		for (size_t index = 0; index < length; index++)
			bytes[index] = (char)(index * 31 + index / 251);
		http_sendf(exchange, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", length);

		bool ok = http_send_bytes(exchange, bytes, length);

		free(bytes);
		return ok;
	} else {
		return http_answer(exchange, "404 Not Found", "", "");
	}
	return false;
}

static struct http_server *server;

static void set_up(void)
{
	faults_install();
	server = http_server_start(serve, NULL);
}

static void tear_down(void)
{
	http_server_stop(server);
}

TestSuite(http, .init = set_up, .fini = tear_down, .timeout = 60);

Test(http, emits_the_head_then_the_body_then_completes)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, "/hello"), &direct));
	cr_assert(got.is_completed);
	cr_assert_eq(got.count, 2);

	weir_value headers = weir_get(got.items[0], "headers");

	assert_item_int(got.items[0], "status", 200);
	cr_assert(weir_is_string(weir_get(got.items[0], "http_version"), "1.1"));
	cr_assert(weir_is_string(weir_get(got.items[0], "url"), http_server_url(server, "/hello")));
	cr_assert(weir_is_string(weir_get(headers, "content-type"), "text/plain"));
	cr_assert(weir_is_string(weir_get(headers, "x-a"), "1, 2"));
	cr_assert(weir_is_string(weir_get(headers, "set-cookie"), "a\nb"));
	cr_assert_eq(weir_kind(got.items[1]), WEIR_KIND_BIN);

	char *text = collect_text(&got);

	cr_assert_str_eq(text, "hello world");
	free(text);
	collect_finish(&got);
}

Test(http, makes_no_request_before_the_head_is_asked_for)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { 0 };

	collect(&got, loop, weir_http(http_server_url(server, "/hello"), &direct), WEIR_ON_REQUEST);
	collect_wait(loop, weir_ms(100));
	cr_assert_eq(http_server_connection_count(server), 0);
	weir_request(got.subscription, 1);
	while (got.count == 0 && got.error == NULL)
		collect_wait(loop, weir_ms(2));
	collect_wait(loop, weir_ms(50));
	cr_assert_eq(got.count, 1);
	cr_assert_not(got.is_completed);
	weir_request(got.subscription, 1);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert_eq(got.count, 2);
	cr_assert(got.is_completed);
	collect_finish(&got);
	weir_loop_free(loop);
}

Test(http, sends_method_fields_and_body)
{
	struct collected got;

	run(&got, weir_http_body(http_server_url(server, "/echo"),
			  &(weir_http_options){
				  .proxy = "",
				  .headers =
					  (struct weir_http_header[]){ { "X-Test", "yes" }, { "Accept", NULL }, { 0 } },
				  .body = "abc",
				  .body_length = 3,
			  }));
	cr_assert(got.is_completed, "%s", collect_message(&got));

	char *text = collect_text(&got);

	cr_assert_eq(strncmp(text, "POST yes|", 9), 0, "%s", text);
	cr_assert_not_null(strstr(text, "\r\n\r\n|abc"));
	cr_assert_not_null(strstr(text, "User-Agent: weir/"));
	cr_assert_null(strstr(text, "Accept:"));
	cr_assert_null(strstr(text, "Content-Type:"));
	cr_assert_null(strstr(text, "Expect:"));
	cr_assert_null(strstr(text, "Accept-Encoding:"));
	free(text);
	collect_finish(&got);

	run(&got, weir_http_body(http_server_url(server, "/echo"),
			  &(weir_http_options){ .proxy = "", .method = "DELETE", .user_agent = "me" }));
	text = collect_text(&got);
	cr_assert_eq(strncmp(text, "DELETE |", 8), 0, "%s", text);
	cr_assert_not_null(strstr(text, "User-Agent: me\r\n"));
	free(text);
	collect_finish(&got);
}

Test(http, head_requests_end_with_the_head)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, "/empty"), &(weir_http_options){ .proxy = "", .method = "HEAD" }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 1);
	collect_finish(&got);
}

Test(http, interim_answers_folded_and_foreign_fields)
{
	struct collected got;

	run(&got, weir_http_get(http_server_url(server, "/100")));
	cr_assert(got.is_completed, "%s", collect_message(&got));

	weir_value headers = weir_get(got.items[0], "headers");

	cr_assert(weir_is_nil(weir_get(headers, "link")));
	cr_assert(weir_is_string(weir_get(headers, "folded"), "a b"));
	cr_assert(weir_is_string(weir_get(headers, "empty"), ""));
	cr_assert(weir_is_string(weir_get(headers, "latin"), "caf\xef\xbf\xbd"));
	collect_finish(&got);
}

Test(http, fetch_emits_one_item)
{
	struct collected got;

	run(&got, weir_http_get(http_server_url(server, "/chunked")));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 1);
	assert_item_int(got.items[0], "status", 200);

	size_t length;
	const char *body = weir_as_bytes(weir_get(got.items[0], "body"), &length);

	cr_assert_eq(length, 15);
	cr_assert_eq(memcmp(body, "ab0ab1ab2ab3ab4", 15), 0);
	collect_finish(&got);
	run(&got, weir_http_get(http_server_url(server, "/empty")));
	cr_assert(got.is_completed);
	assert_item_int(got.items[0], "status", 204);
	cr_assert_eq(weir_kind(weir_get(got.items[0], "body")), WEIR_KIND_BIN);
	collect_finish(&got);
}

Test(http, a_status_that_is_no_success_is_an_error_with_its_body)
{
	struct collected got;
	weir_observable *(*const forms[])(
		const char *, const weir_http_options *) = { weir_http_fetch, weir_http_body };

	for (size_t form = 0; form < 2; form++) {
		run(&got, forms[form](http_server_url(server, "/missing"), &direct));
		cr_assert_eq(collect_code(&got), WEIR_EHTTP);
		cr_assert_eq(weir_error_status(got.error), 404);
		cr_assert_not_null(
			strstr(collect_message(&got), "/missing is 404: no such thing"), "%s", collect_message(&got));
		cr_assert_lt(weir_error_retry_after(got.error), 0);
		collect_finish(&got);
		run(&got, forms[form](http_server_url(server, "/busy"), &direct));
		cr_assert_eq(weir_error_status(got.error), 503);
		cr_assert_eq(weir_error_retry_after(got.error), weir_s(7));
		collect_finish(&got);
	}
}

static void expect_failure(const char *path, const weir_http_options *options, size_t items, int code, const char *text)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, path), options));
	cr_expect_eq(collect_code(&got), code, "%s: %d %s", path, collect_code(&got), collect_message(&got));
	cr_expect_not_null(strstr(collect_message(&got), text), "%s: %s", path, collect_message(&got));
	cr_expect_eq(got.count, items, "%s: %zu items", path, got.count);
	if (got.error != NULL)
		cr_expect_str_eq(weir_error_origin(got.error), "http", "%s", weir_error_origin(got.error));
	collect_finish(&got);
}

Test(http, a_body_that_is_cut_off_is_an_error_after_what_came)
{
	expect_failure("/short", &direct, 2, WEIR_ETRANSFER, "/short: ");
	expect_failure("/cut-chunk", &direct, 3, WEIR_ETRANSFER, "/cut-chunk: ");
}

Test(http, a_head_that_is_cut_off_is_an_error)
{
	expect_failure("/cut-head", &direct, 0, WEIR_ETRANSFER, "closed inside the answer's head");
	expect_failure("/cut-status", &direct, 0, WEIR_ETRANSFER, "");
	expect_failure("/nothing", &direct, 0, WEIR_ETRANSFER, "Empty reply");
}

Test(http, contradicting_lengths_are_an_error)
{
	expect_failure("/two-lengths", &direct, 0, WEIR_ETRANSFER, "second Content-Length \"7\"");
	expect_failure("/bad-length", &direct, 0, WEIR_ETRANSFER, "impossible Content-Length");
}

Test(http, what_is_not_http_is_an_error)
{
	expect_failure("/not-http", &direct, 0, WEIR_ETRANSFER, "");
}

Test(http, redirects_are_followed)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, "/to-hello"), &direct));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 2);
	assert_item_int(got.items[0], "status", 200);
	assert_item_int(got.items[0], "redirects", 2);
	cr_assert_not(weir_as_bool(weir_get(got.items[0], "permanent")));
	cr_assert(weir_is_string(weir_get(got.items[0], "url"), http_server_url(server, "/hello")));
	collect_finish(&got);
	run(&got, weir_http(http_server_url(server, "/to-hello-for-ever"), &direct));
	cr_assert(weir_as_bool(weir_get(got.items[0], "permanent")));
	collect_finish(&got);
	run(&got, weir_http(http_server_url(server, "/to-hello"),
			  &(weir_http_options){ .proxy = "", .max_redirects = -1 }));
	assert_item_int(got.items[0], "status", 302);
	cr_assert_eq(got.count, 2);
	collect_finish(&got);
}

Test(http, redirect_loops_and_other_protocols_are_errors)
{
	expect_failure("/loop", &direct, 0, WEIR_ELIMIT, "Maximum (10) redirects followed");
	expect_failure("/loop", &(weir_http_options){ .proxy = "", .max_redirects = 2 }, 0, WEIR_ELIMIT, "(2)");
	expect_failure("/to-file", &direct, 0, EPROTONOSUPPORT, "");
}

static bool redirect_to_context(struct http_exchange *exchange)
{
	char fields[600];

	snprintf(fields, sizeof fields, "Location: %s\r\n", (const char *)exchange->context);
	return http_answer(exchange, "307 Temporary Redirect", fields, "");
}

Test(http, another_origin_does_not_get_the_credentials)
{
	char target[512];
	struct collected got;

	snprintf(target, sizeof target, "%s", http_server_url(server, "/echo"));

	struct http_server *other = http_server_start(redirect_to_context, target);

	run(&got, weir_http_body(http_server_url(other, "/"),
			  &(weir_http_options){ .proxy = "",
				  .headers = (struct weir_http_header[]){ { "Authorization", "Bearer secret" },
					  { "Cookie", "a=secret" }, { "X-Test", "kept" }, { 0 } } }));

	char *text = collect_text(&got);

	cr_assert_eq(strncmp(text, "GET kept|", 9), 0, "%s", text);
	cr_assert_null(strstr(text, "secret"), "%s", text);
	free(text);
	collect_finish(&got);
	http_server_stop(other);
}

Test(http, header_fields_have_limits)
{
	expect_failure("/many-fields", &direct, 0, WEIR_ELIMIT, "exceed 256 in number");
	expect_failure("/long-field", &direct, 0, WEIR_ELIMIT, "exceeds 100 KiB");
	expect_failure("/long-field", &(weir_http_options){ .proxy = "", .max_header_size = 1000 }, 0, WEIR_ELIMIT,
		"exceeds 100 KiB");
	expect_failure("/hello", &(weir_http_options){ .proxy = "", .max_header_size = 30 }, 0, WEIR_ELIMIT,
		"exceed 30 bytes");
	expect_failure("/endless-trailers", &direct, 2, WEIR_ELIMIT, "exceed 256 in number");
}

Test(http, bodies_have_limits)
{
	struct collected got;

	expect_failure("/hello", &(weir_http_options){ .proxy = "", .max_body_size = 10 }, 1, WEIR_ELIMIT,
		"body exceeds 10 bytes");
	run(&got, weir_http_get(http_server_url(server, "/endless")));
	cr_assert_eq(collect_code(&got), WEIR_ELIMIT);
	collect_finish(&got);
	run(&got,
		weir_http(http_server_url(server, "/hello"), &(weir_http_options){ .proxy = "", .max_body_size = 11 }));
	cr_assert(got.is_completed);
	collect_finish(&got);
}

Test(http, compressed_bodies_are_unpacked_on_request)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, "/gzip"), &(weir_http_options){ .proxy = "", .decompress = true }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.bytes, 200000);
	collect_finish(&got);
	run(&got, weir_http(http_server_url(server, "/gzip"), &direct));
	cr_assert_lt(got.bytes, 4096);
	collect_finish(&got);
	expect_failure("/gzip", &(weir_http_options){ .proxy = "", .decompress = true, .max_body_size = 100 }, 1,
		WEIR_ELIMIT, "body exceeds");
}

Test(http, silence_ends_by_the_idle_limit)
{
	weir_http_options options = { .proxy = "", .idle_timeout = weir_ms(150) };

	expect_failure("/silent-head", &options, 0, WEIR_ETIMEOUT, "not a byte for 0.15 s");
	expect_failure("/silent-body", &options, 2, WEIR_ETIMEOUT, "not a byte for 0.15 s");
}

Test(http, slowness_is_not_silence)
{
	struct collected got;

	run(&got, weir_http(http_server_url(server, "/slow"),
			  &(weir_http_options){ .proxy = "", .idle_timeout = weir_ms(350) }));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.bytes, 20);
	collect_finish(&got);
}

Test(http, the_whole_can_have_a_time_limit)
{
	expect_failure("/silent-head", &(weir_http_options){ .proxy = "", .total_timeout = weir_ms(100) }, 0,
		WEIR_ETIMEOUT, "timed out");
}

Test(http, refused_and_unknown_hosts_say_so)
{
	struct collected got;
	struct http_server *gone = http_server_start(serve, NULL);
	int port = http_server_port(gone);
	char url[100], expected[50];

	http_server_stop(gone);
	snprintf(url, sizeof url, "http://user:secret@127.0.0.1:%d/x", port);
	snprintf(expected, sizeof expected, "GET http://127.0.0.1:%d/x: ", port);
	run(&got, weir_http(url, &direct));
	cr_assert_eq(collect_code(&got), ECONNREFUSED, "%s", collect_message(&got));
	cr_assert_not_null(strstr(collect_message(&got), expected), "%s", collect_message(&got));
	cr_assert_null(strstr(collect_message(&got), "secret"));
	collect_finish(&got);
	run(&got, weir_http("http://no-such-host.invalid/", &direct));
	cr_assert_eq(collect_code(&got), EHOSTUNREACH, "%s", collect_message(&got));
	cr_assert_not_null(strstr(collect_message(&got), "no-such-host.invalid"));
	collect_finish(&got);
}

static void expect_rejection(weir_observable *observable, const char *text)
{
	struct collected got;

	run(&got, observable);
	cr_expect_eq(collect_code(&got), EINVAL, "%s", collect_message(&got));
	cr_expect_not_null(strstr(collect_message(&got), text), "%s", collect_message(&got));
	collect_finish(&got);
}

Test(http, wrong_arguments)
{
	expect_rejection(weir_http(NULL, NULL), "the URL is NULL");
	expect_rejection(weir_http_get("ftp://x/"), "\"ftp://x/\"; it must begin with http:// or https://");
	expect_rejection(weir_http_body("http://a b/", NULL), "0x20");
	expect_rejection(weir_http("http://x/", &(weir_http_options){ .method = "GE T" }), "\"GE T\"");
	expect_rejection(weir_http("http://x/", &(weir_http_options){ .body_length = 3 }), "body_length is 3");
	expect_rejection(weir_http("http://x/", &(weir_http_options){ .idle_timeout = -1 }), "negative");
	expect_rejection(weir_http("http://x/", &(weir_http_options){ .user_agent = "a\nb" }), "user agent");
	expect_rejection(
		weir_http("http://x/",
			&(weir_http_options){ .headers = (struct weir_http_header[]){ { "A b", "" }, { 0 } } }),
		"\"A b\"");
	expect_rejection(
		weir_http("http://x/",
			&(weir_http_options){ .headers = (struct weir_http_header[]){ { "A", "b\r\nC: d" }, { 0 } } }),
		"control character");
	expect_rejection(weir_http("http://[::1/", &direct), "http://[::1/");
	expect_rejection(weir_http("http://x:99999/", &direct), "99999");
}

Test(http, a_virtual_loop_cannot_talk)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct collected got = { 0 };

	collect(&got, loop, weir_http_get("http://127.0.0.1/"), 0);
	weir_loop_run(loop);
	cr_assert_eq(collect_code(&got), ENOTSUP);
	collect_finish(&got);
	weir_loop_free(loop);
}

Test(http, connections_are_used_again)
{
	weir_loop *loop = weir_loop_new();

	for (int count = 0; count < 5; count++) {
		struct collected got = { 0 };

		collect(&got, loop, weir_http_fetch(http_server_url(server, "/hello"), &direct), 0);
		cr_assert(collect_run(&got, loop, LIMIT));
		cr_assert(got.is_completed);
		collect_finish(&got);
	}
	cr_assert_eq(http_server_request_count(server), 5);
	cr_assert_eq(http_server_connection_count(server), 1);
	weir_loop_free(loop);
}

static long resident_kilobytes(void)
{
	long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file != NULL && fscanf(file, "%ld %ld", &pages, &resident) != 2)
		resident = 0;
	if (file != NULL)
		fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

Test(http, an_idle_consumer_of_an_endless_feed_stays_small)
{
	const char *seconds = getenv("WEIR_IDLE_SECONDS"); /* the long version: 60 */
	weir_loop *loop = weir_loop_new();
	struct collected got = { .forgets_items = true };

	collect(&got, loop,
		weir_http(http_server_url(server, "/endless"),
			&(weir_http_options){ .proxy = "", .idle_timeout = weir_ms(100) }),
		3);
	while (got.count < 3 && got.error == NULL)
		collect_wait(loop, weir_ms(2));
	collect_wait(loop, weir_ms(300));
	cr_assert_eq(got.count, 3);

	size_t sent = http_server_bytes_sent(server);
	long resident = resident_kilobytes();

	collect_wait(loop, seconds != NULL ? weir_s(atoi(seconds)) : weir_ms(500));
	cr_assert_eq(got.count, 3);
	cr_assert_null(got.error, "a pause is not idleness: %s", collect_message(&got));
	cr_assert_eq(http_server_bytes_sent(server), sent, "the server could send on");
	cr_assert_lt(resident_kilobytes() - resident, 200);
	if (seconds != NULL)
		fprintf(stderr, "resident: %ld KiB\n", resident_kilobytes());

	weir_request(got.subscription, 1000);
	while (got.count < 1003 && got.error == NULL)
		collect_wait(loop, weir_ms(2));
	cr_assert_eq(got.count, 1003);
	cr_assert_gt(http_server_bytes_sent(server), sent);
	collect_finish(&got);
	weir_loop_free(loop);
}

Test(http, demand_in_small_steps_gives_every_byte)
{
	for (uint64_t step = 1; step <= 3; step++) {
		weir_loop *loop = weir_loop_new();
		struct collected got = { .request_after_each = step };

		collect(&got, loop, weir_http_body(http_server_url(server, "/bytes/1000000"), &direct), 1);
		cr_assert(collect_run(&got, loop, LIMIT));
		cr_assert(got.is_completed, "%s", collect_message(&got));
		cr_assert_eq(got.bytes, 1000000);

		char *text = collect_text(&got);

		for (size_t index = 0; index < 1000000; index++)
			cr_assert_eq(text[index], (char)(index * 31 + index / 251));
		free(text);
		collect_finish(&got);
		weir_loop_free(loop);
	}
}

Test(http, compressed_bodies_wait_for_demand)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { .request_after_each = 1 };

	collect(&got, loop,
		weir_http(http_server_url(server, "/gzip"), &(weir_http_options){ .proxy = "", .decompress = true }),
		1);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.bytes, 200000);
	collect_finish(&got);
	weir_loop_free(loop);
}

Test(http, cancel_in_every_phase_ends_at_once)
{
	static const char *const paths[] = { "/silent-head", "/silent-body", "/endless", "/slow", "/hello",
		"/chunked" };

	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++)
		for (int milliseconds = 0; milliseconds < 25; milliseconds += 3) {
			weir_loop *loop = weir_loop_new();
			struct collected got = { .forgets_items = true };

			collect(&got, loop, weir_http(http_server_url(server, paths[path]), &direct), 0);
			collect_wait(loop, weir_ms(milliseconds));
			weir_cancel(got.subscription);
			cr_assert(got.is_destroyed);

			size_t count = got.count;

			cr_assert_eq(weir_loop_run_for(loop, weir_ms(20)), 0);
			cr_assert_eq(got.count, count);
			cr_assert_eq(weir_loop_timer_count(loop), 0);
			collect_finish(&got);
			weir_loop_free(loop);
		}
}

Test(http, cancel_from_inside_an_item)
{
	for (size_t item = 1; item <= 3; item++) {
		weir_loop *loop = weir_loop_new();
		struct collected got = { .cancel_after = item };

		collect(&got, loop, weir_http(http_server_url(server, "/endless"), &direct), 0);
		cr_assert(collect_run(&got, loop, LIMIT));
		cr_assert_eq(got.count, item);
		cr_assert_null(got.error);
		cr_assert_eq(weir_loop_run_for(loop, weir_s(1)), 0);
		collect_finish(&got);
		weir_loop_free(loop);
	}
}

Test(http, cancel_during_a_name_lookup_does_not_wait)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { 0 };

	collect(&got, loop, weir_http("http://no-such-host.invalid/", &direct), 0);
	collect_wait(loop, weir_ms(1));
	collect_finish(&got);
	weir_loop_free(loop);
}

Test(http, a_loop_can_be_freed_while_transfers_run)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { .forgets_items = true };

	collect(&got, loop, weir_http(http_server_url(server, "/endless"), &direct), 0);
	collect_wait(loop, weir_ms(50));
	weir_subscription_unref(got.subscription);
	got.subscription = NULL;
	weir_loop_free(loop);
	cr_assert(got.is_destroyed);
}

static weir_observable *fetch_number(weir_value number, void *context)
{
	char path[40];

	(void)context;
	snprintf(path, sizeof path, "/wait/%lld", (long long)weir_as_int(number) % 40);
	return weir_http_fetch(http_server_url(server, path), &direct);
}

Test(http, a_hundred_at_once)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { 0 };

	collect(&got, loop, weir_merge_map(weir_range(1, 100), fetch_number, NULL, 0), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.count, 100);
	collect_finish(&got);
	cr_assert_eq(weir_loop_run_for(loop, weir_s(1)), 0);
	weir_loop_free(loop);
}

Test(http, requests_from_inside_items_of_others)
{
	weir_loop *loop = weir_loop_new();
	struct collected got = { 0 };

	collect(&got, loop,
		weir_switch_map(weir_merge_map(weir_range(1, 20), fetch_number, NULL, 4), fetch_number, NULL), 0);
	cr_assert(collect_run(&got, loop, LIMIT));
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_geq(got.count, 1);
	collect_finish(&got);
	weir_loop_free(loop);
}

/* All that can run out of memory: the error arrives, nothing leaks, nothing hangs. */
static void exhaust(weir_observable *(*make)(void))
{
	for (int once = 0; once < 2; once++) {
		bool hit = true;

		for (size_t number = 1; hit; number++) {
			cr_assert_lt(number, 2000);

			weir_loop *loop = weir_loop_new();
			struct collected got = { .forgets_items = true };

			(once ? faults_fail_once : faults_fail_from)(number);

			weir_observable *observable = make();

			collect(&got, loop, observable, 0);
			cr_assert(collect_run(&got, loop, LIMIT), "allocation %zu: no end", number);
			hit = faults_hit();
			faults_stop();
			if (hit)
				cr_assert(got.is_completed || collect_code(&got) == ENOMEM, "allocation %zu: %d %s",
					number, collect_code(&got), collect_message(&got));
			else
				cr_assert(got.is_completed, "%s", collect_message(&got));
			collect_finish(&got);
			weir_loop_free(loop);
		}
	}
	weir_memory_trim();
	cr_assert_eq(faults_live_blocks(), 0, "%zu blocks leak", faults_live_blocks());
}

static weir_observable *make_fetch(void)
{
	return weir_http_fetch(http_server_url(server, "/chunked"), &direct);
}

static weir_observable *make_body(void)
{
	return weir_http_body(http_server_url(server, "/hello"),
		&(weir_http_options){ .proxy = "", .headers = (struct weir_http_header[]){ { "A", "b" }, { 0 } } });
}

Test(http, every_allocation_may_fail)
{
	exhaust(make_fetch);
	exhaust(make_body);
}

static void expect_resolved(const char *base, const char *reference, const char *expected)
{
	char *url = weir_url_resolve(base, reference, strlen(reference));

	cr_expect_str_eq(url != NULL ? url : "(none)", expected);
	weir_deallocate(url);
}

static void expect_parameter(const char *base, const char *name, const char *value, const char *expected)
{
	char *url = weir_url_with_parameter(base, name, value, strlen(value));

	cr_expect_str_eq(url != NULL ? url : "(none)", expected);
	weir_deallocate(url);
}

Test(url, references_are_resolved)
{
	expect_resolved("http://a/b/c/d?q", "g", "http://a/b/c/g");
	expect_resolved("http://a/b/c/d?q", "../g?x=1&y=%20", "http://a/b/g?x=1&y=%20");
	expect_resolved("http://a/b/c/d?q", "?page=2", "http://a/b/c/d?page=2");
	expect_resolved("http://a/b/c/d?q", "/x", "http://a/x");
	expect_resolved("http://a/b", "//other:8080/x", "http://other:8080/x");
	expect_resolved("http://a/b", "https://other/x#f", "https://other/x");
	expect_resolved("http://a/b?c", "", "http://a/b?c");
}

Test(url, parameters_are_set_and_replaced)
{
	expect_parameter("http://a/b", "page", "2", "http://a/b?page=2");
	expect_parameter("http://a/b?x=1", "page", "2", "http://a/b?x=1&page=2");
	expect_parameter("http://a/b?page=1&x=1&page=7", "page", "2", "http://a/b?x=1&page=2");
	expect_parameter("http://a/b?pages=1", "page", "a b&c=d", "http://a/b?pages=1&page=a%20b%26c%3dd");
	expect_parameter("http://a/b?page", "page", "", "http://a/b?page=");
}

Test(url, origins_are_compared)
{
	cr_expect(weir_url_same_origin("http://a/b", "http://A:80/c?d"));
	cr_expect_not(weir_url_same_origin("http://a/b", "https://a/b"));
	cr_expect_not(weir_url_same_origin("http://a/b", "http://a:8080/b"));
	cr_expect_not(weir_url_same_origin("http://a/b", "http://b/b"));
}
