/* weir_sse: the events of a feed, connected again whenever it breaks off. See weir/sse.h. */
#include <errno.h>
#include <string.h>

#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/sse.h>
#include <weir/transforming.h>

#include "base/allocator.h"
#include "io/header_values.h"
#include "io/http_failure.h"
#include "io/http_request.h"
#include "io/sse_parser.h"
#include "io/url.h"
#include "kit/backoff.h"
#include "kit/bad_item.h"
#include "kit/inner.h"

enum {
	/* Parsed events in one emission at most. */
	BATCH_SIZE = 16,
};

/* `retry: 0` must not make a tight loop. */
#define MIN_DELAY weir_ms(100)
#define MAX_SERVER_DELAY WEIR_RETRY_AFTER_MAX

struct sse_config {
	struct weir_http_request request;
	struct weir_sse_options options; /* defaults filled in; its `http` is not used */
	char *last_event_id; /* NULL: none */
};

struct sse {
	struct weir_node node;
	struct weir_inner connection;
	struct weir_timer reconnect;
	struct weir_sse_parser parser;
	bool is_running;
	bool is_asked; /* one item of the connection is under way */

	/* the connection */
	bool is_open;
	bool has_ended; /* and there may be bytes left to parse */
	weir_time opened_at;
	weir_value piece;
	size_t piece_offset;
	weir_error *reason; /* of the end */
	weir_duration hint; /* Retry-After; negative: none */

	/* across connections */
	uint64_t attempt;
	weir_duration server_delay; /* negative: none */
	char *moved_url;
	struct weir_backoff backoff;

	weir_value last_id; /* as a value, made when it changes */
	weir_value events[BATCH_SIZE];
	uint64_t event_count;
	uint64_t event_limit;
};

static void sse_run(struct sse *self);

static struct sse *sse_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct sse, node);
}

/* Connecting. */

static weir_observable *sse_connection(struct sse *self)
{
	const struct sse_config *config = self->node.config;
	const char *id = weir_sse_parser_last_id(&self->parser);
	struct weir_http_header more[] = { { id[0] != '\0' ? "Last-Event-ID" : NULL, id }, { 0 } };

	return weir_http_from_request(weir_http_request_copy(
		self->moved_url != NULL ? self->moved_url : config->request.url, &config->request.options, more));
}

static weir_duration sse_delay(struct sse *self)
{
	const struct weir_sse_options *options = &((const struct sse_config *)self->node.config)->options;
	bool server_decides = self->server_delay >= 0;
	weir_duration base = server_decides ? self->server_delay : options->initial_delay;
	struct weir_retry_options rule = {
		.initial_delay = base > MIN_DELAY ? base : MIN_DELAY,
		.max_delay = base > options->max_delay ? base : options->max_delay,
		.factor = options->factor,
		/* Our own wait is cut at random; the server's is only ever stretched. */
		.jitter = server_decides ? WEIR_JITTER_NONE : WEIR_JITTER_EQUAL,
	};
	weir_duration delay = weir_backoff_next(&self->backoff, &rule, self->attempt);

	if (server_decides && self->attempt > 1)
		delay += (weir_duration)weir_random_to(&self->backoff.random, (uint64_t)delay / 2);
	if (delay < self->hint)
		delay = self->hint;
	return delay < MIN_DELAY ? MIN_DELAY : delay;
}

static void sse_reconnect_later(struct sse *self)
{
	const struct sse_config *config = self->node.config;
	const struct weir_sse_options *options = &config->options;
	weir_time now = weir_loop_now(weir_node_loop(&self->node));
	weir_error *reason = self->reason;

	if (self->is_open && now - self->opened_at >= options->healthy_time)
		self->attempt = 0;
	self->attempt++;
	self->is_open = false;
	self->has_ended = false;
	self->reason = NULL;
	weir_sse_parser_reset_connection(&self->parser);
	if (options->max_attempts > 0 && self->attempt > options->max_attempts) {
		weir_emit_error(&self->node, reason != NULL ? reason
							    : weir_node_error(&self->node, WEIR_ETRANSFER,
								      "the server keeps ending the feed"));
		return;
	}

	weir_duration delay = sse_delay(self);

	self->hint = -1;
	/* First the timer: the callback may cancel. */
	weir_timer_start(&self->reconnect, delay);
	if (options->on_reconnect != NULL)
		options->on_reconnect(self->attempt, delay, reason, options->context);
	weir_error_unref(reason);
}

static void sse_reconnect_expired(struct weir_timer *timer)
{
	sse_run(WEIR_CONTAINER_OF(timer, struct sse, reconnect));
}

/* Consumes `reason`. */
static void sse_connection_ended(struct sse *self, weir_error *reason)
{
	self->is_asked = false;
	self->has_ended = true;
	self->reason = reason;
	sse_run(self);
}

/* What no second try would change. */
static bool is_final(const weir_error *error)
{
	static const int codes[] = { EINVAL, ENOMEM, ENOTSUP, EPROTONOSUPPORT, EKEYREJECTED, WEIR_ELIMIT };

	for (size_t index = 0; index < sizeof codes / sizeof *codes; index++)
		if (weir_error_code(error) == codes[index])
			return true;
	return false;
}

static void sse_on_error(struct weir_inner *inner, weir_error *error)
{
	struct sse *self = WEIR_CONTAINER_OF(inner, struct sse, connection);

	/* The end of what was received already comes first. */
	if (is_final(error) && !self->is_open)
		weir_emit_error(&self->node, error);
	else
		sse_connection_ended(self, error);
}

static void sse_on_complete(struct weir_inner *inner)
{
	sse_connection_ended(WEIR_CONTAINER_OF(inner, struct sse, connection), NULL);
}

static bool is_unavailable(int64_t status)
{
	return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

static void sse_refused(struct sse *self, weir_value head)
{
	const struct sse_config *config = self->node.config;
	weir_error *error = weir_http_failure(&self->node, head, NULL, 0);

	if (!config->options.waits_when_unavailable || !is_unavailable(weir_as_int(weir_get(head, "status")))) {
		weir_emit_error(&self->node, error);
		return;
	}
	self->hint = weir_error_retry_after(error);
	weir_inner_stop(&self->connection);
	sse_connection_ended(self, error);
}

/* A permanent redirect is remembered, unless that would carry the request's own header fields to another origin. */
static void sse_remember_url(struct sse *self, weir_value head)
{
	const struct sse_config *config = self->node.config;
	size_t length;
	const char *text = weir_as_str(weir_get(head, "url"), &length);
	char *url;

	if (!weir_as_bool(weir_get(head, "permanent")))
		return;
	url = weir_allocate(length + 1);
	if (url == NULL)
		return;
	memcpy(url, text, length);
	url[length] = '\0';
	if (!weir_url_same_origin(config->request.url, url)) {
		weir_deallocate(url);
		return;
	}
	weir_deallocate(self->moved_url);
	self->moved_url = url;
}

static void sse_on_head(struct sse *self, weir_value head)
{
	const struct sse_config *config = self->node.config;
	int64_t status = weir_as_int(weir_get(head, "status"));
	struct weir_header_text type = { 0 };
	char url[512], shown[100];

	if (status == 204) {
		weir_emit_complete(&self->node);
		return;
	}
	if (status != 200) {
		sse_refused(self, head);
		return;
	}
	type.bytes = weir_as_str(weir_http_field(head, "content-type"), &type.length);
	if (!weir_media_type_is(type, "text/event-stream")) {
		weir_copy_string(weir_get(head, "url"), url, sizeof url);
		weir_copy_string(weir_http_field(head, "content-type"), shown, sizeof shown);
		weir_emit_failure(&self->node, EPROTONOSUPPORT,
			"the media type of %s is \"%s\"; it must be text/event-stream", url, shown);
		return;
	}
	sse_remember_url(self, head);
	self->is_open = true;
	self->opened_at = weir_loop_now(weir_node_loop(&self->node));
	if (config->options.on_open != NULL)
		config->options.on_open(head, config->options.context);
}

static void sse_on_next(struct weir_inner *inner, weir_value value)
{
	struct sse *self = WEIR_CONTAINER_OF(inner, struct sse, connection);

	self->is_asked = false;
	if (self->is_open) {
		self->piece = value;
		self->piece_offset = 0;
	} else {
		sse_on_head(self, value);
		weir_release(value);
	}
	if (weir_is_open(&self->node))
		sse_run(self);
}

static const struct weir_inner_class sse_connection_class = {
	.demand = WEIR_INNER_ON_REQUEST,
	.next = sse_on_next,
	.error = sse_on_error,
	.completed = sse_on_complete,
};

/* Parsing. The parser only fills `events`: it must not be on the stack when somebody may cancel. */

static weir_value sse_id_value(struct sse *self, const struct weir_sse_event *event)
{
	size_t length;
	const char *last = weir_as_str(self->last_id, &length);

	if (length != event->id_length || memcmp(last, event->id, length) != 0) {
		weir_release(self->last_id);
		self->last_id = weir_str(event->id, event->id_length);
	}
	return weir_retain(self->last_id);
}

static bool sse_on_event(void *context, const struct weir_sse_event *event)
{
	static const char message[] = "message";
	struct sse *self = context;
	bool is_message =
		event->type_length == sizeof message - 1 && memcmp(event->type, message, event->type_length) == 0;
	struct weir_member members[] = {
		{ weir_string_static("event"),
			is_message ? weir_string_static(message) : weir_str(event->type, event->type_length) },
		{ weir_string_static("data"), weir_str(event->data, event->data_length) },
		{ weir_string_static("id"), sse_id_value(self, event) },
	};

	self->events[self->event_count++] = weir_make_map(members, sizeof members / sizeof *members);
	return self->event_count < self->event_limit;
}

static void sse_on_retry(void *context, uint64_t milliseconds)
{
	struct sse *self = context;
	weir_duration delay = weir_ms((int64_t)milliseconds);

	self->server_delay = delay < MAX_SERVER_DELAY ? delay : MAX_SERVER_DELAY;
}

static const struct weir_sse_callbacks sse_parser_callbacks = {
	.event = sse_on_event,
	.retry = sse_on_retry,
};

/* The event with its data decoded; an error when it is not JSON. */
static weir_value decoded(weir_value event)
{
	size_t length;
	const char *text = weir_as_str(weir_get(event, "data"), &length);
	weir_value data = weir_parse_json(text, length, NULL);

	if (weir_is_error(data))
		return data;
	return weir_make_map(
		(struct weir_member[]){
			{ weir_string_static("event"), weir_retain(weir_get(event, "event")) },
			{ weir_string_static("data"), data },
			{ weir_string_static("id"), weir_retain(weir_get(event, "id")) },
		},
		3);
}

/* An event that cannot be emitted as it is. Consumes both; false when the stream has ended. */
static bool sse_bad_event(struct sse *self, weir_value input, weir_value error)
{
	const struct sse_config *config = self->node.config;
	weir_value replacement;

	if (weir_bad_item(&self->node, &config->options.bad_events, input, error, &replacement))
		weir_emit_result(&self->node, replacement);
	return weir_is_open(&self->node);
}

static void sse_emit_decoded(struct sse *self, weir_value event)
{
	weir_value result = weir_is_error(event) ? weir_retain(event) : decoded(event);

	if (weir_is_error(result) && !weir_is_error(event))
		sse_bad_event(self, weir_retain(weir_get(event, "data")), result);
	else
		weir_emit_result(&self->node, result);
	weir_release(event);
}

static void sse_emit(struct sse *self)
{
	const struct sse_config *config = self->node.config;
	weir_value events[BATCH_SIZE];
	size_t count = self->event_count;
	bool is_plain = config->options.data == WEIR_SSE_TEXT;

	memcpy(events, self->events, count * sizeof *events);
	self->event_count = 0;
	for (size_t index = 0; index < count; index++)
		is_plain = is_plain && !weir_is_error(events[index]);
	if (is_plain) {
		weir_emit_batch(&self->node, events, count);
		return;
	}
	for (size_t index = 0; index < count; index++) {
		if (!weir_is_open(&self->node))
			weir_release(events[index]);
		else if (config->options.data == WEIR_SSE_JSON)
			sse_emit_decoded(self, events[index]);
		else
			weir_emit_result(&self->node, events[index]);
	}
}

/* Parses as much of the piece as there is demand for. */
static void sse_parse(struct sse *self)
{
	size_t length, consumed;
	const char *bytes = weir_as_bytes(self->piece, &length);
	uint64_t demand = self->node.demand;

	self->event_limit = demand < BATCH_SIZE ? demand : BATCH_SIZE;

	int result =
		weir_sse_parser_push(&self->parser, bytes + self->piece_offset, length - self->piece_offset, &consumed);
	weir_value error = weir_nil();

	self->piece_offset += consumed;
	if (self->piece_offset == length && result == 0) {
		weir_release(self->piece);
		self->piece = weir_nil();
	}
	if (result == -EMSGSIZE)
		error = weir_fail(WEIR_ELIMIT, "%s", self->parser.message);
	else if (result < 0)
		error = weir_fail(-result, "%s", self->parser.message);
	if (self->event_count > 0)
		sse_emit(self);
	if (!weir_is_open(&self->node))
		weir_release(error);
	else if (result == -EMSGSIZE)
		sse_bad_event(self, weir_nil(), error);
	else if (result < 0)
		weir_emit_failed_value(&self->node, error);
}

/* Does whatever can be done now. */
static void sse_run(struct sse *self)
{
	struct weir_node *node = &self->node;

	if (self->is_running)
		return;
	self->is_running = true;
	while (weir_is_open(node)) {
		if (!weir_is_nil(self->piece)) {
			if (node->demand == 0)
				break;
			sse_parse(self);
			continue;
		}
		if (self->has_ended) {
			sse_reconnect_later(self);
			break;
		}
		if (node->demand == 0 || self->is_asked || weir_timer_is_active(&self->reconnect))
			break;
		if (!weir_inner_is_active(&self->connection))
			weir_inner_switch_to(&self->connection, sse_connection(self));
		self->is_asked = true;
		weir_inner_request(&self->connection, 1);
	}
	self->is_running = false;
}

/* Slots. */

static void sse_start(struct weir_node *node)
{
	struct sse *self = sse_of(node);
	const struct sse_config *config = node->config;

	weir_inner_init(&self->connection, node, &sse_connection_class);
	weir_timer_init(&self->reconnect, node, sse_reconnect_expired);
	weir_sse_parser_init(&self->parser, &sse_parser_callbacks, self, config->options.max_event_size);
	self->server_delay = -1;
	self->hint = -1;
	self->last_id = weir_string_static("");
	weir_backoff_init(&self->backoff, &(struct weir_retry_options){ 0 });
	if (config->request.url == NULL || (config->options.last_event_id != NULL && config->last_event_id == NULL) ||
		(config->last_event_id != NULL && weir_sse_parser_set_last_id(&self->parser, config->last_event_id,
							  strlen(config->last_event_id)) < 0))
		weir_emit_failure(node, ENOMEM, "out of memory");
}

static void sse_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	sse_run(sse_of(node));
}

static void sse_finish(struct weir_node *node)
{
	struct sse *self = sse_of(node);

	weir_sse_parser_finish(&self->parser);
	weir_release(self->piece);
	self->piece = weir_nil();
	weir_release(self->last_id);
	self->last_id = weir_nil();
	weir_error_unref(self->reason);
	self->reason = NULL;
	weir_deallocate(self->moved_url);
}

static void sse_config_destroy(void *config)
{
	struct sse_config *self = config;

	weir_http_request_finish(&self->request);
	weir_deallocate(self->last_event_id);
}

static const struct weir_node_class sse_class = {
	.name = "sse",
	.size = sizeof(struct sse),
	.config_size = sizeof(struct sse_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = sse_start,
	.request = sse_request,
	.finish = sse_finish,
	.config_destroy = sse_config_destroy,
};

static weir_observable *sse_reject(const char *url, const struct weir_sse_options *options)
{
	weir_observable *rejected = weir_http_request_reject("sse", url, &options->http);
	struct weir_sse_parser parser;
	int result = 0;

	if (rejected != NULL)
		return rejected;
	if (options->initial_delay < 0 || options->max_delay < 0 || options->healthy_time < 0)
		return weir_reject(NULL, "sse", "a duration is negative; 0 stands for the default");
	if (options->factor != 0 && !(options->factor >= 1))
		return weir_reject(NULL, "sse", "the factor is %g; it must be at least 1", options->factor);
	if (options->last_event_id != NULL) {
		weir_sse_parser_init(&parser, &sse_parser_callbacks, NULL, 0);
		result = weir_sse_parser_set_last_id(&parser, options->last_event_id, strlen(options->last_event_id));
		weir_sse_parser_finish(&parser);
	}
	if (result == -EINVAL)
		return weir_reject(NULL, "sse", "the last event id \"%s\" holds a line end or is not UTF-8",
			options->last_event_id);
	return NULL;
}

weir_observable *weir_sse(const char *url, const struct weir_sse_options *options)
{
	static const struct weir_sse_options defaults;
	struct sse_config config = { .options = options != NULL ? *options : defaults };
	struct weir_sse_options *filled = &config.options;
	const struct weir_http_header *given = filled->http.headers;
	struct weir_http_header more[3] = { 0 };
	size_t count = 0;
	weir_observable *rejected = sse_reject(url, filled);

	if (rejected != NULL)
		return rejected;
	if (filled->http.idle_timeout == 0)
		filled->http.idle_timeout = weir_s(45);
	if (filled->initial_delay == 0)
		filled->initial_delay = weir_s(1);
	if (filled->factor == 0)
		filled->factor = 2;
	if (filled->max_delay == 0)
		filled->max_delay = weir_s(30);
	if (filled->healthy_time == 0)
		filled->healthy_time = weir_s(60);
	if (!weir_http_headers_have(given, "Accept"))
		more[count++] = (struct weir_http_header){ "Accept", "text/event-stream" };
	if (!weir_http_headers_have(given, "Cache-Control"))
		more[count++] = (struct weir_http_header){ "Cache-Control", "no-cache" };
	config.request = weir_http_request_copy(url, &filled->http, more);
	if (filled->last_event_id != NULL) {
		config.last_event_id = weir_allocate(strlen(filled->last_event_id) + 1);
		if (config.last_event_id != NULL)
			strcpy(config.last_event_id, filled->last_event_id);
	}
	return weir_create_source(&sse_class, &config);
}

weir_observable *weir_sse_json(const char *url, const struct weir_sse_options *options)
{
	struct weir_sse_options changed = options != NULL ? *options : (struct weir_sse_options){ 0 };

	changed.data = WEIR_SSE_JSON;
	return weir_pluck(weir_sse(url, &changed), "data");
}
