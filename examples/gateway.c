/*
 * gateway: a live feed (server-sent events) and a paginated, rate-limited API in, one msgpack file out.
 *
 *	gateway --events URL --items URL [--out FILE] [--for 15s] [--every 2s] [--rate 10] [--key FIELD]
 *
 * Both are consumed at the same time on one loop, through whatever fails on the way; what comes twice is dropped; what is
 * left is written to the file, each record a map: {"feed": "events" or "items", "id": …, "data": …}. Rates per key are
 * printed now and then, and a line shows how it goes. SIGINT or the end of --for stops asking for more; what has been
 * accepted is written before the program ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/weir.h>

/* Ids that are remembered to tell what comes twice: far more than one walk through the API, or one reconnection. */
#define REMEMBERED_IDS 100000

struct settings {
	const char *events_url;
	const char *items_url;
	const char *out_path;
	const char *key;
	weir_duration run_time;
	weir_duration walk_interval;
	uint64_t requests_per_second;
};

/* What the status line and the summary tell. */
struct counters {
	uint64_t events;
	uint64_t items;
	uint64_t walks;
	uint64_t accepted; /* without what came twice */
	uint64_t written;
	uint64_t bytes;
	uint64_t connections;
	uint64_t reconnects;
	uint64_t retries;
	uint64_t refusals; /* 429 */
	uint64_t dropped;
	int64_t lag_ms; /* from an event's own time to its arrival */
	int64_t worst_lag_ms;
	uint64_t events_at_last_status;
};

struct gateway {
	struct settings settings;
	struct counters counters;
	weir_loop *loop;
	weir_limiter *limiter;
	weir_subject *stop; /* an item ends both sources */
	weir_subject *records; /* what is written, for the rates */
	int out;
	bool on_terminal;
	bool failed;
};

static void print_error(const char *what, const weir_error *error)
{
	char text[1024];

	weir_error_print(error, text, sizeof text);
	fprintf(stderr, "\ngateway: %s: %s\n", what, text);
}

static weir_value record(const char *feed, weir_value id, weir_value data)
{
	return weir_make_map(
		(struct weir_member[]){
			{ weir_string_static("feed"), weir_string_static(feed) },
			{ weir_string_static("id"), weir_retain(id) },
			{ weir_string_static("data"), weir_retain(data) },
		},
		3);
}

static void events_opened(weir_value head, void *context)
{
	struct gateway *gateway = context;

	(void)head;
	gateway->counters.connections++;
}

static void events_reconnecting(uint64_t attempt, weir_duration delay, const weir_error *reason, void *context)
{
	struct gateway *gateway = context;

	(void)attempt;
	(void)delay;
	(void)reason;
	gateway->counters.reconnects++;
}

static weir_value event_to_record(weir_value event, void *context)
{
	struct gateway *gateway = context;
	weir_value data = weir_get(event, "data");
	int64_t sent_ms = weir_as_int(weir_get(data, "time"));

	gateway->counters.events++;
	if (sent_ms > 0) {
		gateway->counters.lag_ms = weir_loop_wall_clock(gateway->loop) / 1000000 - sent_ms;
		if (gateway->counters.lag_ms > gateway->counters.worst_lag_ms)
			gateway->counters.worst_lag_ms = gateway->counters.lag_ms;
	}
	return record("events", weir_get(event, "id"), data);
}

/* A feed may announce its end by an event of that type; it is not data. */
static int is_data(weir_value event, void *context)
{
	(void)context;
	return !weir_is_string(weir_get(event, "event"), "end");
}

static weir_observable *events(struct gateway *gateway)
{
	weir_observable *feed = weir_sse(gateway->settings.events_url, &(weir_sse_options){
									       .data = WEIR_SSE_JSON,
									       .initial_delay = weir_ms(100),
									       .max_delay = weir_s(5),
									       .waits_when_unavailable = true,
									       .on_open = events_opened,
									       .on_reconnect = events_reconnecting,
									       .context = gateway,
								       });

	return weir_label(weir_map(weir_filter(feed, is_data, NULL), event_to_record, gateway), "events");
}

static void page_retried(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	struct gateway *gateway = context;

	(void)attempt;
	(void)delay;
	gateway->counters.retries++;
	gateway->counters.refusals += weir_error_status(error) == 429;
}

static weir_value item_to_record(weir_value item, void *context)
{
	struct gateway *gateway = context;

	gateway->counters.items++;
	return record("items", weir_get(item, "id"), item);
}

static void walk_ended(void *context)
{
	((struct gateway *)context)->counters.walks++;
}

/* One walk through all pages after the other. */
static weir_observable *items(struct gateway *gateway)
{
	weir_observable *walk =
		weir_pages(gateway->settings.items_url, &(weir_pages_options){
								.next = WEIR_NEXT_LINK,
								.items = "data",
								.limiter = gateway->limiter,
								.retry =
									&(weir_retry_options){
										.max_attempts = 50,
										.initial_delay = weir_ms(50),
										.max_delay = weir_s(2),
										.factor = 2,
										.jitter = WEIR_JITTER_EQUAL,
										.on_retry = page_retried,
										.context = gateway,
									},
							});

	walk = weir_tap(walk, &(weir_tap_observer){ .complete = walk_ended, .context = gateway });
	walk = weir_repeat(walk, WEIR_UNBOUNDED, gateway->settings.walk_interval);
	return weir_label(weir_map(walk, item_to_record, gateway), "items");
}

/* By feed, too: an event and an item may have the same id. */
static weir_value identity(weir_value record, void *context)
{
	(void)context;
	return weir_make_array(
		(weir_value[]){ weir_retain(weir_get(record, "feed")), weir_retain(weir_get(record, "id")) }, 2);
}

static void count_unique(weir_value record, void *context)
{
	struct gateway *gateway = context;

	gateway->counters.accepted++;
	weir_subject_next(gateway->records, weir_retain(record));
}

static void written(weir_value packed, void *context)
{
	struct gateway *gateway = context;

	gateway->counters.written++;
	gateway->counters.bytes += weir_length(packed);
}

static void failed(const weir_error *error, void *context)
{
	print_error("stopped", error);
	((struct gateway *)context)->failed = true;
}

static void finished(void *context)
{
	weir_loop_stop(((struct gateway *)context)->loop);
}

/*
 * Both sources, without what comes twice, into the file. The file sets the pace: what it has not taken is not asked for.
 * After the stop, what has been accepted goes through to the end.
 */
static void run_pipeline(struct gateway *gateway)
{
	weir_observable *records = weir_merge((weir_observable *[]){ events(gateway), items(gateway) }, 2, 0);

	records = weir_take_until(records, weir_subject_observable(gateway->stop));
	records = weir_distinct(records, &(weir_distinct_options){ .key = identity, .limit = REMEMBERED_IDS });
	records = weir_tap_next(records, count_unique, gateway);
	weir_subscribe(weir_write_fd(weir_encode_msgpack(records), gateway->out), gateway->loop,
		&(weir_observer){ .next = written, .error = failed, .destroy = finished, .context = gateway });
}

/* How often each key came in a second's records: {"cpu0": 12, …}. */
static weir_value rates(weir_value records, void *context)
{
	struct gateway *gateway = context;
	struct weir_iterator iterator = weir_iterate(records);
	struct weir_member members[16];
	size_t count = 0;
	weir_value record;

	while (weir_iterator_next(&iterator, NULL, &record)) {
		weir_value key = weir_get(weir_get(record, "data"), gateway->settings.key);
		size_t index = 0;

		if (weir_is_nil(key))
			continue;
		while (index < count && !weir_equal(members[index].key, key))
			index++;
		if (index < count)
			members[index].value = weir_int(weir_as_int(members[index].value) + 1);
		else if (count < sizeof members / sizeof *members)
			members[count++] = (struct weir_member){ weir_retain(key), weir_int(1) };
	}
	return weir_make_map(members, count);
}

static void print_rates(weir_value rates, void *context)
{
	const struct gateway *gateway = context;
	char text[256];

	weir_print(rates, text, sizeof text);
	printf("%s  per second by %s: %s\n", gateway->on_terminal ? "\r\033[K" : "", gateway->settings.key, text);
}

/* Rates of every second, printed every third one at the most. */
static void show_rates(struct gateway *gateway)
{
	weir_observable *seconds = weir_buffer_time(weir_subject_observable(gateway->records), weir_s(1), NULL);

	weir_subscribe(weir_throttle_time(weir_map(seconds, rates, gateway), weir_s(3), WEIR_EDGE_LEADING),
		gateway->loop, &(weir_observer){ .next = print_rates, .context = gateway });
}

enum {
	STATUS_MS = 500,
	STATUS_LINES_EVERY = 10, /* where the line cannot be rewritten */
};

static void print_status(weir_value tick, void *context)
{
	struct gateway *gateway = context;
	struct counters *counters = &gateway->counters;
	double rate = (double)(counters->events - counters->events_at_last_status) * 1000 / STATUS_MS;

	counters->events_at_last_status = counters->events;
	if (!gateway->on_terminal && weir_as_int(tick) % STATUS_LINES_EVERY != STATUS_LINES_EVERY - 1)
		return;
	printf("%s%.0f events/s, lag %" PRId64 " ms, %" PRIu64 " items in %" PRIu64 " walks, %" PRIu64
	       " retries, %" PRIu64 " times 429, %" PRIu64 " reconnects, %" PRIu64 " written, queue %" PRIu64 "%s",
		gateway->on_terminal ? "\r\033[K" : "", rate, counters->lag_ms, counters->items, counters->walks,
		counters->retries, counters->refusals, counters->reconnects, counters->written,
		counters->accepted - counters->written, gateway->on_terminal ? "" : "\n");
	fflush(stdout);
}

static void stop_now(weir_value reason, void *context)
{
	struct gateway *gateway = context;

	(void)reason;
	weir_subject_next(gateway->stop, weir_nil());
}

/* The end of the time given, or a signal: whichever comes first. */
static void stop_when_told(struct gateway *gateway)
{
	weir_observable *reasons[] = {
		weir_signal(SIGINT),
		weir_signal(SIGTERM),
		gateway->settings.run_time > 0 ? weir_timer(gateway->settings.run_time) : weir_never(),
	};

	weir_subscribe(weir_take(weir_merge(reasons, 3, 0), 1), gateway->loop,
		&(weir_observer){ .next = stop_now, .context = gateway });
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	struct gateway *gateway = context;

	(void)stage;
	(void)value;
	gateway->counters.dropped++;
}

static void print_summary(const struct gateway *gateway)
{
	const struct counters *counters = &gateway->counters;

	printf("%s%" PRIu64 " events and %" PRIu64 " items (%" PRIu64 " whole walks) came, %" PRIu64
	       " were there already, %" PRIu64 " written (%" PRIu64 " bytes)\n",
		gateway->on_terminal ? "\r\033[K" : "", counters->events, counters->items, counters->walks,
		counters->events + counters->items - counters->accepted, counters->written, counters->bytes);
	printf("%" PRIu64 " connections to the feed, %" PRIu64 " reconnections; %" PRIu64 " requests repeated, %" PRIu64
	       " of them after 429; worst lag %" PRId64 " ms\n",
		counters->connections, counters->reconnects, counters->retries, counters->refusals,
		counters->worst_lag_ms);
	if (counters->accepted != counters->written)
		printf("NOT written: %" PRIu64 "\n", counters->accepted - counters->written);
}

/* "15s", "500ms", "2m"; negative when it is none of these. */
static weir_duration parse_duration(const char *text)
{
	char *unit;
	long count = strtol(text, &unit, 10);

	if (unit == text || count < 0)
		return -1;
	if (strcmp(unit, "ms") == 0)
		return weir_ms(count);
	if (strcmp(unit, "s") == 0)
		return weir_s(count);
	if (strcmp(unit, "m") == 0)
		return weir_minutes(count);
	return -1;
}

static void print_usage(FILE *stream)
{
	fputs("usage: gateway --events URL --items URL [options]\n"
	      "  --out FILE    what came, as msgpack (gateway.msgpack)\n"
	      "  --for 15s     how long to run (until SIGINT)\n"
	      "  --every 2s    the wait between two walks through the items (2s)\n"
	      "  --rate N      requests a second to the items' API (10)\n"
	      "  --key FIELD   the member of an event's data that rates are told by (key)\n",
		stream);
}

/* Exits with 2 when the arguments are wrong. */
static struct settings parse_arguments(int argc, char **argv)
{
	static const struct option options[] = {
		{ "events", required_argument, NULL, 'e' },
		{ "items", required_argument, NULL, 'i' },
		{ "out", required_argument, NULL, 'o' },
		{ "for", required_argument, NULL, 'f' },
		{ "every", required_argument, NULL, 'v' },
		{ "rate", required_argument, NULL, 'r' },
		{ "key", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct settings settings = {
		.out_path = "gateway.msgpack",
		.key = "key",
		.walk_interval = weir_s(2),
		.requests_per_second = 10,
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'e':
			settings.events_url = optarg;
			break;
		case 'i':
			settings.items_url = optarg;
			break;
		case 'o':
			settings.out_path = optarg;
			break;
		case 'f':
			settings.run_time = parse_duration(optarg);
			break;
		case 'v':
			settings.walk_interval = parse_duration(optarg);
			break;
		case 'r':
			settings.requests_per_second = strtoull(optarg, NULL, 10);
			break;
		case 'k':
			settings.key = optarg;
			break;
		case 'h':
			print_usage(stdout);
			exit(0);
		default:
			print_usage(stderr);
			exit(2);
		}
	}
	if (settings.events_url == NULL || settings.items_url == NULL || settings.run_time < 0 ||
		settings.walk_interval < 0 || settings.requests_per_second == 0 || optind < argc) {
		fputs("gateway: --events and --items are needed; durations look like 15s, 500ms or 2m; a rate is > 0\n",
			stderr);
		print_usage(stderr);
		exit(2);
	}
	return settings;
}

int main(int argc, char **argv)
{
	struct gateway gateway = { .settings = parse_arguments(argc, argv), .on_terminal = isatty(STDOUT_FILENO) };

	gateway.out = open(gateway.settings.out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (gateway.out < 0) {
		fprintf(stderr, "gateway: %s: %s\n", gateway.settings.out_path, strerror(errno));
		return 1;
	}
	gateway.loop = weir_loop_new();
	gateway.stop = weir_subject_new();
	gateway.records = weir_subject_new();
	gateway.limiter = gateway.loop == NULL ? NULL
					       : weir_limiter_new(gateway.loop,
							 &(weir_limiter_options){
								 .limit = gateway.settings.requests_per_second,
								 .period = weir_s(1),
								 .burst = 2,
							 });
	if (gateway.limiter == NULL || gateway.stop == NULL || gateway.records == NULL) {
		fputs("gateway: out of memory or descriptors\n", stderr);
		return 1;
	}
	weir_loop_set_hooks(gateway.loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = &gateway });
	stop_when_told(&gateway);
	show_rates(&gateway);
	weir_subscribe(weir_interval(weir_ms(STATUS_MS)), gateway.loop,
		&(weir_observer){ .next = print_status, .context = &gateway });
	run_pipeline(&gateway);
	weir_loop_run(gateway.loop);
	weir_limiter_unref(gateway.limiter);
	weir_loop_free(gateway.loop);
	weir_subject_unref(gateway.stop);
	weir_subject_unref(gateway.records);
	if (close(gateway.out) != 0) {
		fprintf(stderr, "gateway: %s: %s\n", gateway.settings.out_path, strerror(errno));
		gateway.failed = true;
	}
	print_summary(&gateway);
	return gateway.failed || gateway.counters.accepted != gateway.counters.written ? 1 : 0;
}
