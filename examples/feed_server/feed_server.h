/* feed_server: what its parts share. */
#ifndef FEED_SERVER_H
#define FEED_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <jansson.h>

enum {
	TICK_US = 10000,
	RETRY_MS = 100, /* the reconnection time that /events asks for */
	STREAM_BACKLOG = 256 * 1024, /* bytes a reader may leave unread before its stream pauses */
	LOG_MINUTES = 10,
	LOG_MIN = 16384,
	LOG_MAX = 1 << 19,
	METRICS_MAX = 128,
	PAGE_MAX = 1000,
	WALKS_FRESH = 32, /* the cursors of older walks have expired */
	WALKS_KEPT = 256, /* /summary has forgotten older walks */
	FAULTS_IN_A_ROW = 2,
};
#define HEARTBEAT_S 5.0
#define LATEST_MAX_AGE_S 2.0

/* One record of a walk, or of a file. */
struct item {
	char *id;
	char *json;
	char *type; /* the event type, of a file's records only */
};

struct items {
	struct item *at;
	size_t count;
	size_t capacity;
};

struct metric {
	char key[48];
	const char *type;
	const char *unit;
	double value;
	const char *trend;
	double counter; /* what /proc said last, for metrics that are rates */
	double counter_time;
};

struct logged_event {
	const char *type;
	char *data;
};

/* One snapshot and what was sent of it. */
struct walk {
	TAILQ_ENTRY(walk) link;
	uint64_t number;
	const char *api;
	struct items items;
	bool is_borrowed; /* the items belong to the file */
	uint64_t checksum;
	uint64_t pages_sent;
	size_t items_sent; /* the first so many, without a gap */
};

enum api_name { API_ITEMS, API_NUMBERS, API_COUNT };

struct api {
	double tokens;
	double refilled_at;
	int faults_in_a_row;
	unsigned faults;
	uint64_t requests, pages_sent, refused_429, refused_503, cut_short, wrong_length, not_modified_304, expired_410;
};

/* A reply still being written: an event stream, or any reply about to be cut. Ends with its connection at the latest.
 */
struct stream {
	TAILQ_ENTRY(stream) link;
	struct server *server;
	struct evhttp_request *request;
	bool is_events;
	bool is_closing; /* cut the connection as soon as what was written has left */
	bool has_sent; /* an event, completely */
	uint64_t next_id;
	struct evbuffer *rest; /* of an event that is sent in pieces */
	size_t piece;
	double hold_until;
	double last_write;
};

struct options {
	double port, rate, page_size, limit, faults, seed;
	double run_for; /* seconds; 0: until a signal comes */
	const char *port_file;
	const char *data;
};

struct server {
	struct options options;
	struct event_base *base;
	struct evhttp *http;
	double started_at;
	struct items file;

	struct logged_event *log; /* a ring; with --data the file is the log */
	size_t log_capacity;
	uint64_t last_id;
	uint64_t events_checksum;
	bool is_generating;
	bool is_stopped;
	double credit; /* events due */
	double credited_at;
	struct metric metrics[METRICS_MAX];
	size_t metric_count;
	size_t next_metric;

	TAILQ_HEAD(, stream) streams;
	int refusals_in_a_row;
	uint64_t connections, open, refused_503, dropped, split, reshaped, sent, ended, answered_204, evicted_unsent;

	struct api apis[API_COUNT];
	TAILQ_HEAD(walks_head, walk) walks; /* of /items, oldest first */
	size_t walk_count;
	uint64_t walks_begun;
	uint64_t walks_forgotten;
	struct walk *numbers;
	struct walk *latest;
	double latest_taken_at;
};

enum place { PLACE_CONNECT, PLACE_EVENT, PLACE_ITEMS, PLACE_NUMBERS, PLACE_STYLE };

enum event_fault {
	EVENT_DROP,
	EVENT_SPLIT,
	EVENT_SPLIT_IN_CRLF,
	EVENT_SPLIT_IN_UTF8,
	EVENT_CR,
	EVENT_MULTILINE,
	EVENT_COMMENT,
	EVENT_FAULTS
};

enum page_fault { PAGE_503, PAGE_CUT_SHORT, PAGE_WRONG_LENGTH, PAGE_FAULTS };

/* base.c */
void __attribute__((noreturn, format(printf, 2, 3))) die(int status, const char *format, ...);
void *must(void *memory);
char *__attribute__((format(printf, 1, 2))) format_text(const char *format, ...);
double monotonic_now(void);
int64_t epoch_ms(void);
uint64_t fnv1a(const char *text);
void items_add(struct items *items, struct item item);
void items_finish(struct items *items);

/* faults.c */
uint64_t dice(const struct server *server, enum place place, uint64_t occasion);
int draw_fault(const struct server *server, enum place place, uint64_t occasion, int kinds);
int bounded_fault(int fault, int *in_a_row);

/* files.c */
char *dump(const json_t *value);
void load_file(struct items *file, const char *path);

/* machine.c */
void sample_machine(struct server *server);
struct walk *take_snapshot(struct server *server, const char *api, uint64_t number);
void walk_free(struct walk *walk);

/* events.c */
uint64_t first_retained_id(const struct server *server);
struct stream *stream_begin(struct server *server, struct evhttp_request *request);
void stream_write(struct stream *stream, struct evbuffer *out, double now);
void on_tick(evutil_socket_t fd, short what, void *context);
void serve_events(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);

/* replies.c */
void add_header(struct evhttp_request *request, const char *name, const char *value);
void reply_json(struct evhttp_request *request, int status, const char *reason, json_t *body);
void reply_problem(struct evhttp_request *request, int status, const char *title, const char *detail);
void add_retry_after(struct evhttp_request *request, unsigned seconds, bool as_date);

/* pages.c */
void serve_items(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);
void serve_latest(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);
void serve_numbers(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);

/* account.c */
void serve_summary(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);
void serve_stop(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);

#endif
