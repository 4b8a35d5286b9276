/* Pages of snapshots, by cursor, number, offset or id. See main.c. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_server.h"

enum { CURSOR_SIZE = 24 };

/* Opaque, and checked so that a cursor that was not ours is told from one that has expired. */
static void cursor_encode(uint64_t walk, size_t offset, char out[static CURSOR_SIZE])
{
	uint64_t place = (walk << 40 | offset) * 0x9e3779b97f4a7c15u;

	snprintf(out, CURSOR_SIZE, "%016jx%04x", (uintmax_t)place, (unsigned)(place % 65521));
}

static bool cursor_decode(const char *cursor, uint64_t *ret_walk, size_t *ret_offset)
{
	char again[CURSOR_SIZE];
	uintmax_t place;

	if (sscanf(cursor, "%16jx", &place) != 1)
		return false;
	place *= 0xf1de83e19937733du; /* the inverse modulo 2^64 of the factor above */
	*ret_walk = place >> 40;
	*ret_offset = place & 0xffffffffff;
	cursor_encode(*ret_walk, *ret_offset, again);
	return strcmp(again, cursor) == 0;
}

/* Takes from the query a number between minimum and maximum; replies 400 and returns false when it is none. */
static bool query_number(struct evhttp_request *request, struct evkeyvalq *query, const char *name, size_t minimum,
	size_t maximum, size_t *value)
{
	const char *text = evhttp_find_header(query, name);
	char detail[200], *end;
	unsigned long long number;

	if (!text)
		return true;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (isdigit((unsigned char)*text) && !*end && !errno && number >= minimum && number <= maximum) {
		*value = number;
		return true;
	}
	snprintf(detail, sizeof detail, "%s=%.60s: a whole number from %zu to %zu is wanted", name, text, minimum,
		maximum);
	reply_problem(request, 400, "Bad Request", detail);
	return false;
}

/* Token bucket, one second deep. Adds the X-RateLimit headers; replies 429 and returns false beyond the limit. */
static bool within_limit(struct server *server, struct api *api, struct evhttp_request *request)
{
	double limit = server->options.limit, now = monotonic_now();
	double depth = fmax(limit, 1);
	char text[32];
	bool allowed;

	if (limit == 0)
		return true;
	api->tokens = api->refilled_at == 0 ? depth : fmin(depth, api->tokens + (now - api->refilled_at) * limit);
	api->refilled_at = now;
	allowed = api->tokens >= 1;
	if (allowed)
		api->tokens--;
	snprintf(text, sizeof text, "%.0f", depth);
	add_header(request, "X-RateLimit-Limit", text);
	snprintf(text, sizeof text, "%.0f", floor(api->tokens));
	add_header(request, "X-RateLimit-Remaining", text);
	snprintf(text, sizeof text, "%jd", (intmax_t)time(NULL) + (intmax_t)ceil((depth - api->tokens) / limit));
	add_header(request, "X-RateLimit-Reset", text);
	if (!allowed) {
		add_retry_after(request, (unsigned)ceil((1 - api->tokens) / limit), ++api->refused_429 % 3 == 0);
		snprintf(text, sizeof text, "%g requests a second", limit);
		reply_problem(request, 429, "Too Many Requests", text);
	}
	return allowed;
}

/* Limit and faults of an API. Returns false when it has replied, else the fault to apply to the page or -1. */
static bool admit(struct server *server, enum api_name name, struct evhttp_request *request, int *ret_fault)
{
	struct api *api = &server->apis[name];
	int fault;

	api->requests++;
	if (!within_limit(server, api, request))
		return false;
	fault = draw_fault(server, PLACE_ITEMS + name, api->requests, 1);
	*ret_fault = bounded_fault(fault, &api->faults_in_a_row);
	if (*ret_fault >= 0)
		*ret_fault = (int)(api->faults++ % PAGE_FAULTS); /* in turn, so that a short run meets them all */
	if (*ret_fault != PAGE_503)
		return true;
	api->refused_503++;
	add_retry_after(request, 1, api->refused_503 % 3 == 0);
	reply_problem(request, 503, "Service Unavailable", "a fault on purpose: ask again");
	return false;
}

static struct walk *find_walk(struct server *server, uint64_t number)
{
	struct walk *walk;

	if (server->numbers && server->numbers->number == number)
		return server->numbers;
	for (walk = TAILQ_FIRST(&server->walks); walk; walk = TAILQ_NEXT(walk, link))
		if (walk->number == number)
			return walk;
	return NULL;
}

/* The page says in its own headers what it holds: unlike a context, they need no owner when it is never sent. */
static void on_page_sent(struct evhttp_request *request, void *context)
{
	struct server *server = context;
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	const char *number = evhttp_find_header(headers, "X-Walk");
	const char *range = evhttp_find_header(headers, "X-Items");
	struct walk *walk = number ? find_walk(server, strtoull(number, NULL, 10)) : NULL;
	size_t offset, count;

	if (!walk || !range || sscanf(range, "%zu+%zu", &offset, &count) != 2)
		return;
	server->apis[walk == server->numbers ? API_NUMBERS : API_ITEMS].pages_sent++;
	walk->pages_sent++;
	if (offset <= walk->items_sent && offset + count > walk->items_sent)
		walk->items_sent = offset + count;
}

/* Writes `"data":[…]` and leaves the object open for the members of the paging style. */
static struct evbuffer *page_body(const struct walk *walk, size_t offset, size_t count)
{
	struct evbuffer *body = must(evbuffer_new());

	evbuffer_add_printf(body, "{\"data\":[");
	for (size_t i = offset; i < offset + count; i++)
		evbuffer_add_printf(body, "%s%s", i > offset ? ",\n" : "\n", walk->items.at[i].json);
	evbuffer_add_printf(body, "\n]");
	return body;
}

/* Sends a page of a walk, or cuts the connection short of the promised length. Consumes the body. */
static void reply_page(struct server *server, enum api_name name, struct evhttp_request *request,
	const struct walk *walk, size_t offset, size_t count, struct evbuffer *body, int fault)
{
	size_t length = evbuffer_get_length(body);
	struct evbuffer *sent = body;
	struct stream *stream;
	char text[64];

	add_header(request, "Content-Type", "application/json");
	snprintf(text, sizeof text, "%ju", (uintmax_t)walk->number);
	add_header(request, "X-Walk", text);
	snprintf(text, sizeof text, "%zu+%zu/%zu", offset, count, walk->items.count);
	add_header(request, "X-Items", text);
	if (fault < 0) {
		evhttp_request_set_on_complete_cb(request, on_page_sent, server);
		evhttp_send_reply(request, 200, "OK", body);
	} else {
		if (fault == PAGE_CUT_SHORT) {
			server->apis[name].cut_short++;
			sent = must(evbuffer_new());
			evbuffer_remove_buffer(body, sent, length / 2);
		} else {
			server->apis[name].wrong_length++;
			length += 100;
		}
		snprintf(text, sizeof text, "%zu", length);
		add_header(request, "Content-Length", text);
		stream = stream_begin(server, request);
		stream_write(stream, sent, stream->last_write);
		stream->is_closing = true;
	}
	if (sent != body)
		evbuffer_free(sent);
	evbuffer_free(body);
}

static size_t page_size_at(const struct walk *walk, size_t offset, size_t limit)
{
	size_t left = offset < walk->items.count ? walk->items.count - offset : 0;

	return left < limit ? left : limit;
}

/* Keeps a new walk; the oldest lose first their records, then their place in the account. */
static struct walk *begin_walk(struct server *server)
{
	struct walk *walk = take_snapshot(server, "items", ++server->walks_begun);
	struct walk *old = walk;

	TAILQ_INSERT_TAIL(&server->walks, walk, link);
	server->walk_count++;
	for (int age = 0; old && age < WALKS_FRESH; age++)
		old = TAILQ_PREV(old, walks_head, link);
	for (size_t i = 0; old && !old->is_borrowed && i < old->items.count; i++) {
		free(old->items.at[i].json);
		old->items.at[i].json = NULL;
	}
	if (server->walk_count > WALKS_KEPT) {
		old = TAILQ_FIRST(&server->walks);
		TAILQ_REMOVE(&server->walks, old, link);
		walk_free(old);
		server->walk_count--;
		server->walks_forgotten++;
	}
	return walk;
}

static bool is_fresh(const struct walk *walk)
{
	size_t age = 0;

	while ((walk = TAILQ_NEXT(walk, link)))
		age++;
	return age < WALKS_FRESH;
}

/* All of these mean the same to a reader of RFC 8288. */
static void add_links(struct server *server, struct evhttp_request *request, const char *next, const char *prev)
{
	bool is_plain = server->options.faults == 0;
	uint64_t style = is_plain ? 0 : dice(server, PLACE_STYLE, server->apis[API_ITEMS].requests) % 5;
	const char *host = evhttp_find_header(evhttp_request_get_input_headers(request), "Host");
	char *link = NULL;

	if (style == 1 && prev)
		link = format_text("<%s>; rel=\"prev\", <%s>; rel=\"next\"", prev, next);
	else if (style == 2)
		link = format_text("<%s>; title=\"more, see <x>; rel=\\\"prev\\\"\" ; rel=next", next);
	else if (style == 3 && host)
		link = format_text("<http://%s%s>; REL = \"nofollow next\"", host, next);
	else
		link = format_text("<%s>; rel=\"next\"", next);
	if (style == 4 && prev) {
		char *other = format_text("<%s>; rel=\"prev\"", prev);

		add_header(request, "Link", other);
		free(other);
	}
	add_header(request, "Link", link);
	free(link);
}

void serve_items(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	const char *cursor = evhttp_find_header(query, "cursor");
	size_t limit = (size_t)server->options.page_size, offset = 0, count, before;
	char next[CURSOR_SIZE], next_uri[80], prev[CURSOR_SIZE], prev_uri[80];
	struct walk *walk = NULL;
	struct evbuffer *body;
	uint64_t number;
	int fault;

	if (!admit(server, API_ITEMS, request, &fault) || !query_number(request, query, "limit", 1, PAGE_MAX, &limit))
		return;
	if (!cursor) {
		walk = begin_walk(server);
	} else if (!cursor_decode(cursor, &number, &offset)) {
		reply_problem(request, 400, "Bad Request", "the cursor is none of ours");
		return;
	} else if (!(walk = find_walk(server, number)) || !is_fresh(walk) || offset > walk->items.count) {
		server->apis[API_ITEMS].expired_410++;
		reply_problem(request, 410, "Gone", "the cursor has expired: begin again without one");
		return;
	}
	count = page_size_at(walk, offset, limit);
	before = offset > limit ? offset - limit : 0;
	cursor_encode(walk->number, before, prev);
	snprintf(prev_uri, sizeof prev_uri, "/items?cursor=%s&limit=%zu", prev,
		offset - before ? offset - before : limit);
	body = page_body(walk, offset, count);
	if (offset + count < walk->items.count) {
		cursor_encode(walk->number, offset + count, next);
		snprintf(next_uri, sizeof next_uri, "/items?cursor=%s&limit=%zu", next, limit);
		add_links(server, request, next_uri, offset ? prev_uri : NULL);
		evbuffer_add_printf(
			body, ",\"next_cursor\":\"%s\",\"has_more\":true,\"total\":%zu}\n", next, walk->items.count);
	} else {
		evbuffer_add_printf(
			body, ",\"next_cursor\":null,\"has_more\":false,\"total\":%zu}\n", walk->items.count);
	}
	reply_page(server, API_ITEMS, request, walk, offset, count, body, fault);
}

void serve_latest(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	const char *known = evhttp_find_header(evhttp_request_get_input_headers(request), "If-None-Match");
	double now = monotonic_now();
	struct evbuffer *body;
	uint64_t hash = 0;
	size_t count;
	char etag[32];
	int fault;

	(void)query;
	if (!admit(server, API_ITEMS, request, &fault))
		return;
	if (!server->latest || now - server->latest_taken_at > LATEST_MAX_AGE_S) {
		walk_free(server->latest);
		server->latest = take_snapshot(server, "latest", 0);
		server->latest_taken_at = now;
	}
	count = page_size_at(server->latest, 0, (size_t)server->options.page_size);
	for (size_t i = 0; i < count; i++)
		hash = hash * 31 + fnv1a(server->latest->items.at[i].json);
	snprintf(etag, sizeof etag, "\"%016jx\"", (uintmax_t)hash);
	add_header(request, "ETag", etag);
	if (known && (strcmp(known, "*") == 0 || strstr(known, etag))) {
		server->apis[API_ITEMS].not_modified_304++;
		evhttp_send_reply(request, 304, "Not Modified", NULL);
		return;
	}
	body = page_body(server->latest, 0, count);
	evbuffer_add_printf(body, ",\"total\":%zu}\n", server->latest->items.count);
	reply_page(server, API_ITEMS, request, server->latest, 0, count, body, fault);
}

/* Finds the place behind the item. */
static bool find_item(const struct walk *walk, const char *id, size_t *ret_offset)
{
	for (size_t i = 0; i < walk->items.count; i++) {
		if (strcmp(walk->items.at[i].id, id) == 0) {
			*ret_offset = i + 1;
			return true;
		}
	}
	return false;
}

void serve_numbers(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	const char *after = evhttp_find_header(query, "after");
	bool by_offset = evhttp_find_header(query, "offset");
	size_t page = 1, limit = (size_t)server->options.page_size, offset = 0, count, total;
	struct evbuffer *body;
	struct walk *walk;
	int fault;

	if (!admit(server, API_NUMBERS, request, &fault) ||
		!query_number(request, query, "limit", 1, PAGE_MAX, &limit) ||
		!query_number(request, query, "per_page", 1, PAGE_MAX, &limit) ||
		!query_number(request, query, "page", 1, 1000000, &page) ||
		!query_number(request, query, "offset", 0, 1000000000, &offset))
		return;
	if (!!after + by_offset + !!evhttp_find_header(query, "page") > 1) {
		reply_problem(request, 400, "Bad Request", "page, offset and after exclude each other");
		return;
	}
	if (!server->numbers)
		server->numbers = take_snapshot(server, "numbers", ++server->walks_begun);
	walk = server->numbers;
	total = walk->items.count;
	if (!by_offset)
		offset = (page - 1) * limit;
	if (after && *after && !find_item(walk, after, &offset)) {
		reply_problem(request, 400, "Bad Request", "after names no item");
		return;
	}
	count = page_size_at(walk, offset, limit);
	body = page_body(walk, offset, count);
	if (by_offset)
		evbuffer_add_printf(body, ",\"offset\":%zu,\"limit\":%zu", offset, limit);
	else if (!after)
		evbuffer_add_printf(
			body, ",\"page\":%zu,\"per_page\":%zu,\"pages\":%zu", page, limit, (total + limit - 1) / limit);
	evbuffer_add_printf(
		body, ",\"has_more\":%s,\"total\":%zu}\n", offset + count < total ? "true" : "false", total);
	reply_page(server, API_NUMBERS, request, walk, offset, count, body, fault);
}
