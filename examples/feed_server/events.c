/* The event log, and the streams that send it. See main.c. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/bufferevent.h>

#include "feed_server.h"

uint64_t first_retained_id(const struct server *server)
{
	return server->file.count || server->last_id <= server->log_capacity
		       ? 1
		       : server->last_id - server->log_capacity + 1;
}

static void generate_event(struct server *server)
{
	char id[24];

	if (!server->file.count) {
		struct logged_event *event = &server->log[server->last_id % server->log_capacity];
		struct metric *metric;

		if (server->next_metric >= server->metric_count) {
			sample_machine(server);
			server->next_metric = 0;
		}
		metric = &server->metrics[server->next_metric++];
		free(event->data);
		event->type = metric->type;
		event->data =
			format_text("{\"key\":\"%s\",\"value\":%.10g,\"unit\":\"%s\",\"trend\":\"%s\",\"time\":%jd}",
				metric->key, metric->value, metric->unit, metric->trend, (intmax_t)epoch_ms());
	}
	server->last_id++;
	snprintf(id, sizeof id, "%ju", (uintmax_t)server->last_id);
	server->events_checksum += fnv1a(id);
	if (server->last_id == server->file.count)
		server->is_stopped = true;
}

static void generate_due_events(struct server *server, double now)
{
	if (!server->is_generating || server->is_stopped)
		return;
	server->credit += (now - server->credited_at) * server->options.rate;
	server->credited_at = now;
	server->credit = fmin(server->credit, server->options.rate + 1); /* no flood after the process was suspended */
	for (; server->credit >= 1 && !server->is_stopped; server->credit--)
		generate_event(server);
}

static void write_event(const struct server *server, struct evbuffer *out, uint64_t id, int fault)
{
	static const char *const line_ends[] = { "\n", "\r\n", "\r" };
	const struct logged_event *event = server->log ? &server->log[(id - 1) % server->log_capacity] : NULL;
	const char *type = event ? event->type : server->file.at[id - 1].type;
	const char *data = event ? event->data : server->file.at[id - 1].json;
	const char *end = line_ends[fault == EVENT_SPLIT_IN_CRLF ? 1 : fault == EVENT_CR ? 2 : 0];

	if (fault == EVENT_COMMENT)
		evbuffer_add_printf(out, ": a comment between events%s", end);
	evbuffer_add_printf(out, "id: %ju%s", (uintmax_t)id, end);
	if (fault == EVENT_COMMENT)
		evbuffer_add_printf(out, ":and one inside: an event%s", end);
	evbuffer_add_printf(out, "event: %s%s", type, end);
	if (fault == EVENT_MULTILINE)
		evbuffer_add_printf(
			out, "data: {%sdata:%.*s%sdata:}%s%s", end, (int)strlen(data) - 2, data + 1, end, end, end);
	else
		evbuffer_add_printf(out, "data: %s%s%s", data, end, end);
}

/* How many bytes of an event to send before the first pause. */
static size_t first_piece(struct evbuffer *event, int fault, uint64_t drawn)
{
	size_t length = evbuffer_get_length(event);
	const unsigned char *bytes = evbuffer_pullup(event, -1);

	if (fault == EVENT_SPLIT_IN_CRLF) {
		size_t skip = drawn >> 32 & 3; /* an event has four line ends */

		for (size_t i = 0; i < length; i++)
			if (bytes[i] == '\r' && skip-- == 0)
				return i + 1;
	}
	if (fault == EVENT_SPLIT_IN_UTF8)
		for (size_t i = 0; i < length; i++)
			if (bytes[i] >= 0xc0)
				return i + 1;
	return fault == EVENT_SPLIT ? length / 5 + 1 : length / 2;
}

static void stream_free(struct stream *stream)
{
	TAILQ_REMOVE(&stream->server->streams, stream, link);
	if (stream->is_events)
		stream->server->open--;
	evbuffer_free(stream->rest);
	free(stream);
}

/*
 * The peer hung up or we free the connection. In the first case evhttp has let go of the request, which is then ours to
 * free; in the second it frees the request itself.
 */
static void on_stream_closed(struct evhttp_connection *connection, void *context)
{
	struct stream *stream = context;

	(void)connection;
	if (!evhttp_request_get_connection(stream->request))
		evhttp_request_free(stream->request);
	stream_free(stream);
}

/* Begins a reply that stays open. The headers must have been added. */
struct stream *stream_begin(struct server *server, struct evhttp_request *request)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(request);
	struct stream *stream = must(calloc(1, sizeof *stream));

	stream->server = server;
	stream->request = request;
	stream->rest = must(evbuffer_new());
	stream->last_write = monotonic_now();
	TAILQ_INSERT_TAIL(&server->streams, stream, link);
	evhttp_connection_set_closecb(connection, on_stream_closed, stream);
	/* A reader sends nothing and may pause as long as it likes. */
	bufferevent_set_timeouts(evhttp_connection_get_bufferevent(connection), NULL, NULL);
	evhttp_send_reply_start(request, 200, "OK");
	return stream;
}

void stream_write(struct stream *stream, struct evbuffer *out, double now)
{
	if (!evbuffer_get_length(out))
		return;
	stream->last_write = now;
	evhttp_send_reply_chunk(stream->request, out);
}

/* Appends the event to `out`, or as much of it as its fault lets through for now. Returns whether to go on. */
static bool stream_take_event(struct stream *stream, struct evbuffer *out, uint64_t id, double now)
{
	struct server *server = stream->server;
	int fault = draw_fault(server, PLACE_EVENT, id, EVENT_FAULTS);
	uint64_t drawn = dice(server, PLACE_EVENT, id);

	if (fault == EVENT_DROP && !stream->has_sent)
		fault = EVENT_SPLIT;
	write_event(server, stream->rest, id, fault);
	if (fault == EVENT_CR || fault == EVENT_MULTILINE || fault == EVENT_COMMENT)
		server->reshaped++;
	if (fault < 0 || fault >= EVENT_CR) {
		evbuffer_add_buffer(out, stream->rest);
		stream->has_sent = true;
		server->sent++;
		return true;
	}
	evbuffer_remove_buffer(stream->rest, out, first_piece(stream->rest, fault, drawn));
	stream->hold_until = now + 0.010 + (double)(drawn >> 32 & 15) * 0.001;
	if (fault == EVENT_DROP) {
		server->dropped++;
		stream->is_closing = true;
	} else {
		server->split++;
		stream->piece = fault == EVENT_SPLIT ? evbuffer_get_length(stream->rest) / 4 + 1 : SIZE_MAX;
	}
	return false;
}

/* Returns whether nothing of a split event is left. */
static bool stream_take_rest(struct stream *stream, struct evbuffer *out, double now)
{
	size_t length = evbuffer_get_length(stream->rest);

	if (!length)
		return true;
	evbuffer_remove_buffer(stream->rest, out, length < stream->piece ? length : stream->piece);
	if (evbuffer_get_length(stream->rest)) {
		stream->hold_until = now + 0.010;
		return false;
	}
	stream->has_sent = true;
	stream->server->sent++;
	return true;
}

/* Ends the reply; the connection lives on without us. */
static void stream_end(struct stream *stream)
{
	evhttp_connection_set_closecb(evhttp_request_get_connection(stream->request), NULL, NULL);
	evhttp_send_reply_end(stream->request);
	stream_free(stream);
}

static size_t stream_backlog(const struct stream *stream)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(stream->request);

	return evbuffer_get_length(bufferevent_get_output(evhttp_connection_get_bufferevent(connection)));
}

/* May free the stream. */
static void stream_advance(struct stream *stream, double now)
{
	struct server *server = stream->server;
	uint64_t first = first_retained_id(server);
	struct evbuffer *out;
	bool go_on;

	if (now < stream->hold_until)
		return;
	if (stream->is_closing) {
		if (!stream_backlog(stream))
			evhttp_connection_free(evhttp_request_get_connection(stream->request));
		return;
	}
	if (stream_backlog(stream) > STREAM_BACKLOG)
		return;
	if (stream->next_id < first) {
		server->evicted_unsent += first - stream->next_id;
		stream->next_id = first;
	}
	out = must(evbuffer_new());
	go_on = stream_take_rest(stream, out, now);
	while (go_on && stream->next_id <= server->last_id && evbuffer_get_length(out) <= STREAM_BACKLOG)
		go_on = stream_take_event(stream, out, stream->next_id++, now);
	if (!evbuffer_get_length(out) && now - stream->last_write >= HEARTBEAT_S)
		evbuffer_add_printf(out, ": heartbeat\n\n");
	go_on = go_on && server->is_stopped && stream->next_id > server->last_id;
	if (go_on)
		evbuffer_add_printf(out, "event: end\ndata: {\"last_id\":%ju}\n\n", (uintmax_t)server->last_id);
	stream_write(stream, out, now);
	evbuffer_free(out);
	if (go_on) {
		server->ended++;
		stream_end(stream);
	}
}

void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct server *server = context;
	double now = monotonic_now();
	struct stream *stream, *next;

	(void)fd, (void)what;
	generate_due_events(server, now);
	for (stream = TAILQ_FIRST(&server->streams); stream; stream = next) {
		next = TAILQ_NEXT(stream, link);
		stream_advance(stream, now);
	}
}

/* Returns the id after which the client wants to go on; 0 when it names none of ours. */
static uint64_t last_event_id(const struct server *server, struct evhttp_request *request)
{
	const char *text = evhttp_find_header(evhttp_request_get_input_headers(request), "Last-Event-ID");
	uint64_t id;
	char *end;

	if (!text || !isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	id = strtoull(text, &end, 10);
	return errno || *end || id > server->last_id ? 0 : id;
}

void serve_events(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	uint64_t after = last_event_id(server, request);
	int fault = draw_fault(server, PLACE_CONNECT, server->connections + server->refused_503, 1);
	struct stream *stream;
	struct evbuffer *out;

	(void)query;
	if (server->is_stopped && after == server->last_id) {
		server->answered_204++;
		evhttp_send_reply(request, 204, "No Content", NULL);
		return;
	}
	if (bounded_fault(fault, &server->refusals_in_a_row) >= 0) {
		server->refused_503++;
		add_retry_after(request, 1, false);
		reply_problem(request, 503, "Service Unavailable", "a fault on purpose: connect again");
		return;
	}
	if (!server->is_generating) {
		server->is_generating = true;
		server->credited_at = monotonic_now();
	}
	server->connections++;
	server->open++;
	add_header(request, "Content-Type", "text/event-stream");
	add_header(request, "Cache-Control", "no-store");
	stream = stream_begin(server, request);
	stream->is_events = true;
	stream->next_id = after + 1;
	out = must(evbuffer_new());
	if (server->options.faults > 0 && server->connections % 2 == 0)
		evbuffer_add(out, "\xef\xbb\xbf", 3); /* a byte order mark may begin a stream */
	evbuffer_add_printf(out, "retry: %d\n\n", RETRY_MS);
	stream_write(stream, out, stream->last_write);
	evbuffer_free(out);
}
