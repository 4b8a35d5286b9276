/*
 * feed_server: an HTTP server with real data and, on request, bad manners.
 *
 *   GET  /events         the samples of this machine as server-sent events, ids 1, 2, 3, …
 *   GET  /items          its processes in pages: ?cursor=C&limit=N, Link header, next_cursor
 *   GET  /items/latest   the first page of a fresh snapshot, with an ETag
 *   GET  /numbers        the same kind of data by ?page=&per_page=, ?offset=&limit= or ?after=ID&limit=
 *   GET  /summary        the server's own account; ?ids=1 adds the ids of every walk
 *   POST /stop           generate no more events (GET will do)
 *
 * With --data the features of a GeoJSON file or the rows of a CSV file take the place of samples and processes.
 *
 * What a client can rely on, whatever --faults is:
 * - An event is generated once and kept in a log; its id is its place. Generation starts with the first request for
 *   /events. Last-Event-ID: N is answered with N+1 and on; no, or an unknown, Last-Event-ID with the whole log.
 *   So "nothing lost, nothing twice" is: the ids seen are 1 to last_id, each once.
 * - After /stop (or the last record of a file) the rest of the log follows, then "event: end" without an id. Whoever
 *   asks again with the last id gets 204.
 * - A walk through /items sees one snapshot: the cursor names it. Every id of a walk of processes begins with the
 * number of the walk, so walks never share an id; a file's records keep their own ids. /numbers has one snapshot for
 * good.
 * - A page counts as sent when all its bytes were handed to the kernel, an event likewise.
 * - A checksum is the sum modulo 2^64 of the FNV-1a-64 hashes of the ids as text: it does not depend on order.
 * - At most two faults in a row hit connecting to /events or one API, and the first event of a connection is never cut,
 *   so patience always ends well.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
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

static void __attribute__((noreturn, format(printf, 2, 3))) die(int status, const char *format, ...)
{
	va_list arguments;

	fputs("feed_server: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_exit(status); /* no leak check: what was built so far goes with the process */
}

static void *must(void *memory)
{
	if (!memory)
		die(1, "out of memory");
	return memory;
}

static char *__attribute__((format(printf, 1, 2))) format_text(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	size_t length;
	FILE *stream = must(open_memstream(&text, &length));

	va_start(arguments, format);
	vfprintf(stream, format, arguments);
	va_end(arguments);
	fclose(stream);
	return must(text);
}

static double monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int64_t epoch_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t fnv1a(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash;
}

static void items_add(struct items *items, struct item item)
{
	if (items->count == items->capacity) {
		items->capacity = items->capacity ? items->capacity * 2 : 64;
		items->at = must(reallocarray(items->at, items->capacity, sizeof *items->at));
	}
	items->at[items->count++] = item;
}

static void items_finish(struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		free(items->at[i].id);
		free(items->at[i].json);
		free(items->at[i].type);
	}
	free(items->at);
	*items = (struct items){ 0 };
}

/* Faults: what happens to the n-th occasion of a place follows from the seed alone, not from timing. */

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

static uint64_t dice(const struct server *server, enum place place, uint64_t occasion)
{
	uint64_t z = (uint64_t)server->options.seed * 0x9e3779b97f4a7c15u + ((uint64_t)place << 56) + occasion;

	for (int round = 0; round < 2; round++) { /* splitmix64 */
		z += 0x9e3779b97f4a7c15u;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		z ^= z >> 31;
	}
	return z;
}

/* Returns which of `kinds` faults, or -1 for none. */
static int draw_fault(const struct server *server, enum place place, uint64_t occasion, int kinds)
{
	uint64_t drawn = dice(server, place, occasion);

	if ((double)(drawn >> 32) >= server->options.faults * 4294967296.0)
		return -1;
	return (int)((drawn & 0xffffffffu) % (unsigned)kinds);
}

/* Files. Both readers end the process with a message that names the file when it is not what it should be. */

static char *read_file(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	char *text;

	if (!file)
		die(2, "--data %s: %s", path, strerror(errno));
	if (fstat(fileno(file), &status) < 0 || !S_ISREG(status.st_mode))
		die(2, "--data %s: not a regular file", path);
	text = must(malloc((size_t)status.st_size + 1));
	*ret_length = fread(text, 1, (size_t)status.st_size, file);
	if (ferror(file))
		die(2, "--data %s: %s", path, strerror(errno));
	text[*ret_length] = '\0';
	fclose(file);
	return text;
}

/* Real numbers are written with 15 digits: as short as in the file, for files that have no more. */
static char *dump(const json_t *value)
{
	return must(json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)));
}

static char *id_text(const json_t *id, size_t position)
{
	if (json_is_string(id))
		return must(strdup(json_string_value(id)));
	return id ? dump(id) : format_text("%zu", position);
}

/* Event types end at a line end; anything else would be a new field. */
static char *type_text(const char *text)
{
	return must(strndup(text, strcspn(text, "\r\n")));
}

static void load_geojson(struct items *file, const char *path, const char *text, size_t length)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, 0, &error);
	json_t *features = json_object_get(root, "features");
	json_t *feature;
	size_t i;

	if (!root)
		die(2, "--data %s: line %d: %s", path, error.line, error.text);
	if (!json_is_array(features))
		die(2, "--data %s: not GeoJSON: no \"features\" array", path);
	json_array_foreach(features, i, feature)
	{
		const char *type = json_string_value(json_object_get(json_object_get(feature, "properties"), "type"));

		if (!json_is_object(feature))
			die(2, "--data %s: feature %zu is not an object", path, i + 1);
		if (!json_object_get(feature, "id"))
			json_object_set_new(feature, "id", json_integer((json_int_t)i + 1));
		items_add(file, (struct item){ .id = id_text(json_object_get(feature, "id"), i + 1),
					.json = dump(feature),
					.type = type_text(type ? type : "feature") });
	}
	json_decref(root);
}

/* A cell that reads as a JSON number becomes one, any other a string. */
static json_t *cell_value(const char *cell)
{
	json_t *value = json_loads(cell, JSON_DECODE_ANY, NULL);

	if (json_is_number(value))
		return value;
	json_decref(value);
	return json_string(cell);
}

/* Unquotes one cell in place (RFC 4180), moves *text behind it; *ret_last tells whether the line ends with it. */
static char *csv_cell(char **text, unsigned *line, bool *ret_last)
{
	char *from = *text, *to = *text, *cell = *text;
	bool quoted = *from == '"';

	from += quoted;
	while (*from && (quoted || !strchr(",\r\n", *from))) {
		if (*from == '\n')
			++*line;
		if (quoted && *from == '"' && *++from != '"')
			quoted = false; /* `from` is behind the closing quote */
		else
			*to++ = *from++;
	}
	*ret_last = *from != ',';
	if (*from == '\r')
		from++;
	if (*from == '\n')
		++*line;
	*text = *from ? from + 1 : from;
	*to = '\0';
	return cell;
}

static void load_csv(struct items *file, const char *path, char *text)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *names[256];
	size_t columns = 0;
	unsigned line = 1;
	bool last = false;

	while (!last) {
		if (columns == sizeof names / sizeof *names)
			die(2, "--data %s: more than %zu columns", path, columns);
		names[columns++] = csv_cell(&text, &line, &last);
	}
	if (columns < 2)
		die(2, "--data %s: neither GeoJSON nor CSV: the first line names fewer than two columns", path);
	while (*text) {
		unsigned row_line = line;
		json_t *row = json_object();
		size_t column = 0;

		if (*text == '\n' || (*text == '\r' && text[1] == '\n')) {
			csv_cell(&text, &line, &last);
			continue;
		}
		json_object_set_new(row, "id", json_integer((json_int_t)file->count + 1));
		for (last = false; !last; column++) {
			char *cell = csv_cell(&text, &line, &last);

			if (column < columns && json_object_set_new(row, names[column], cell_value(cell)) < 0)
				die(2, "--data %s: line %u: column %zu is not UTF-8", path, row_line, column + 1);
		}
		if (column != columns)
			die(2, "--data %s: line %u has %zu cells, the header %zu", path, row_line, column, columns);
		items_add(file, (struct item){ .id = id_text(json_object_get(row, "id"), file->count + 1),
					.json = dump(row),
					.type = must(strndup(base, strcspn(base, ".\r\n"))) });
		json_decref(row);
	}
}

static void load_file(struct items *file, const char *path)
{
	size_t length;
	char *memory = read_file(path, &length);
	char *text = memory;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	if (strlen(memory) != length)
		die(2, "--data %s: a binary file: byte %zu is zero", path, strlen(memory));
	if (text[strspn(text, " \t\r\n")] == '{')
		load_geojson(file, path, text, length - (size_t)(text - memory));
	else
		load_csv(file, path, text);
	if (!file->count)
		die(2, "--data %s: no records", path);
	free(memory);
}

/* This machine. */

static struct metric *metric_named(struct server *server, const char *type, const char *name, const char *unit)
{
	struct metric *metric;
	char key[sizeof metric->key];

	snprintf(key, sizeof key, "%s%s", type, name);
	for (size_t i = 0; i < server->metric_count; i++)
		if (strcmp(server->metrics[i].key, key) == 0)
			return &server->metrics[i];
	if (server->metric_count == METRICS_MAX)
		return NULL;
	metric = &server->metrics[server->metric_count++];
	*metric = (struct metric){ .type = type, .unit = unit, .trend = "→" };
	memcpy(metric->key, key, sizeof key);
	return metric;
}

static void metric_set(struct metric *metric, double value)
{
	if (!metric)
		return;
	value = round(value * 100) / 100;
	metric->trend = value > metric->value ? "↗" : value < metric->value ? "↘" : "→";
	metric->value = value;
}

/* A counter that stands still while no time has passed on its clock tells nothing new. */
static void metric_set_rate(struct metric *metric, double counter, double time, double scale)
{
	if (!metric || time <= metric->counter_time)
		return;
	if (metric->counter_time > 0)
		metric_set(metric, (counter - metric->counter) / (time - metric->counter_time) * scale);
	metric->counter = counter;
	metric->counter_time = time;
}

static void for_each_line(const char *path, void (*use)(struct server *, char *line), struct server *server)
{
	FILE *file = fopen(path, "r");
	char line[512];

	if (!file)
		return;
	while (fgets(line, sizeof line, file))
		use(server, line);
	fclose(file);
}

static void use_stat_line(struct server *server, char *line)
{
	double user, nice, system, idle, wait = 0, irq = 0, soft = 0, steal = 0, busy;
	char name[16];

	if (sscanf(line, "cpu%15[0-9] %lf %lf %lf %lf %lf %lf %lf %lf", name, &user, &nice, &system, &idle, &wait, &irq,
		    &soft, &steal) < 5)
		return;
	busy = user + nice + system + irq + soft + steal;
	metric_set_rate(metric_named(server, "cpu", name, "%"), busy, busy + idle + wait, 100);
}

static void use_meminfo_line(struct server *server, char *line)
{
	double kib;

	if (sscanf(line, "MemAvailable: %lf kB", &kib) == 1)
		metric_set(metric_named(server, "mem", "", "MiB free"), kib / 1024);
}

static void use_loadavg_line(struct server *server, char *line)
{
	metric_set(metric_named(server, "load", "", "runnable"), atof(line));
}

static void use_net_line(struct server *server, char *line)
{
	char name[34] = ".";
	double received, sent;

	if (sscanf(line, " %32[^: ]: %lf %*s %*s %*s %*s %*s %*s %*s %lf", name + 1, &received, &sent) == 3 &&
		received + sent > 0)
		metric_set_rate(metric_named(server, "net", name, "kB/s"), received + sent, monotonic_now(), 1e-3);
}

/* Whole disks only: partitions are not in /sys/block. */
static void use_disk_line(struct server *server, char *line)
{
	char name[34] = ".", path[64];
	double read, written;

	if (sscanf(line, "%*d %*d %32s %*s %*s %lf %*s %*s %*s %lf", name + 1, &read, &written) != 3 ||
		read + written == 0)
		return;
	snprintf(path, sizeof path, "/sys/block/%s", name + 1);
	if (access(path, F_OK) == 0)
		metric_set_rate(
			metric_named(server, "disk", name, "kB/s"), (read + written) * 512, monotonic_now(), 1e-3);
}

static void sample_machine(struct server *server)
{
	for_each_line("/proc/stat", use_stat_line, server);
	for_each_line("/proc/meminfo", use_meminfo_line, server);
	for_each_line("/proc/loadavg", use_loadavg_line, server);
	for_each_line("/proc/net/dev", use_net_line, server);
	for_each_line("/proc/diskstats", use_disk_line, server);
	if (!server->metric_count)
		die(1, "nothing to sample: is /proc mounted?");
}

static void read_process(struct items *items, const char *pid, uint64_t walk, int64_t time)
{
	char path[300], text[1024], *name, *name_end, state;
	unsigned long user_ticks, system_ticks;
	long rss_pages;
	FILE *file;
	size_t length;
	json_t *process;
	struct item item = { 0 };

	snprintf(path, sizeof path, "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return; /* it ended meanwhile */
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = '\0';
	name = strchr(text, '(');
	name_end = strrchr(text, ')'); /* a name may contain parentheses */
	if (!name || !name_end ||
		sscanf(name_end + 1,
			" %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu %*s %*s %*s %*s %*s %*s %*s %*s %ld",
			&state, &user_ticks, &system_ticks, &rss_pages) != 4)
		return;
	*name_end = '\0';
	item.id = format_text("%ju:%s", (uintmax_t)walk, pid);
	for (int attempt = 0; attempt < 2; attempt++) {
		process = json_pack("{ss si ss ss# sI sI sI sI}", "id", item.id, "pid", atoi(pid), "name", name + 1,
			"state", &state, 1, "rss_kib", (json_int_t)rss_pages * (sysconf(_SC_PAGESIZE) / 1024), "cpu_ms",
			(json_int_t)(user_ticks + system_ticks) * 1000 / sysconf(_SC_CLK_TCK), "walk", (json_int_t)walk,
			"time", (json_int_t)time);
		if (process)
			break;
		for (char *c = name + 1; *c; c++) /* the name is not UTF-8 */
			*c = isascii(*c) ? *c : '?';
	}
	item.json = dump(must(process));
	json_decref(process);
	items_add(items, item);
}

static struct walk *take_snapshot(struct server *server, const char *api, uint64_t number)
{
	struct walk *walk = must(calloc(1, sizeof *walk));
	DIR *proc;
	struct dirent *entry;
	int64_t time = epoch_ms();

	walk->api = api;
	walk->number = number;
	if (server->file.count) {
		walk->items = server->file;
		walk->is_borrowed = true;
	} else if ((proc = opendir("/proc"))) {
		while ((entry = readdir(proc)))
			if (isdigit((unsigned char)entry->d_name[0]))
				read_process(&walk->items, entry->d_name, number, time);
		closedir(proc);
	}
	for (size_t i = 0; i < walk->items.count; i++)
		walk->checksum += fnv1a(walk->items.at[i].id);
	return walk;
}

static void walk_free(struct walk *walk)
{
	if (!walk)
		return;
	if (!walk->is_borrowed)
		items_finish(&walk->items);
	free(walk);
}

/* Events. */

static uint64_t first_retained_id(const struct server *server)
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
static struct stream *stream_begin(struct server *server, struct evhttp_request *request)
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

static void stream_write(struct stream *stream, struct evbuffer *out, double now)
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

static void on_tick(evutil_socket_t fd, short what, void *context)
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

/* Replies. */

static void add_header(struct evhttp_request *request, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

/* Consumes the body. */
static void reply_json(struct evhttp_request *request, int status, const char *reason, json_t *body)
{
	struct evbuffer *out = must(evbuffer_new());
	char *text = dump(must(body));

	evbuffer_add_printf(out, "%s\n", text);
	add_header(request, "Content-Type", status < 400 ? "application/json" : "application/problem+json");
	evhttp_send_reply(request, status, reason, out);
	free(text);
	json_decref(body);
	evbuffer_free(out);
}

static void reply_problem(struct evhttp_request *request, int status, const char *title, const char *detail)
{
	char *copy = must(strdup(detail));

	for (char *c = copy; *c; c++) /* it may quote the request, which need not be UTF-8 */
		*c = isascii(*c) ? *c : '?';
	reply_json(request, status, title, json_pack("{ss si ss}", "title", title, "status", status, "detail", copy));
	free(copy);
}

static void add_retry_after(struct evhttp_request *request, unsigned seconds, bool as_date)
{
	char text[48];
	time_t when = time(NULL) + (time_t)seconds + 1; /* a date has whole seconds: rather late than early */
	struct tm utc;

	if (as_date)
		strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&when, &utc));
	else
		snprintf(text, sizeof text, "%u", seconds);
	add_header(request, "Retry-After", text);
}

/* Decides whether a fault may happen now, given how many happened just before. */
static int bounded_fault(int fault, int *in_a_row)
{
	if (fault >= 0 && *in_a_row < FAULTS_IN_A_ROW) {
		++*in_a_row;
		return fault;
	}
	*in_a_row = 0;
	return -1;
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

static void serve_events(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
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

/* Pages. */

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

static void serve_items(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
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

static void serve_latest(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
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

static void serve_numbers(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
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

/* The account. */

static json_t *hex(uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%016jx", (uintmax_t)number);
	return json_string(text);
}

static json_t *walk_account(const struct walk *walk, bool with_ids)
{
	json_t *account = json_pack("{sI ss sI so sI sI sb}", "walk", (json_int_t)walk->number, "api", walk->api,
		"total", (json_int_t)walk->items.count, "checksum", hex(walk->checksum), "pages_sent",
		(json_int_t)walk->pages_sent, "items_sent", (json_int_t)walk->items_sent, "complete",
		walk->items_sent == walk->items.count);
	json_t *ids = with_ids ? json_array() : NULL;

	for (size_t i = 0; ids && i < walk->items.count; i++)
		json_array_append_new(ids, json_string(walk->items.at[i].id));
	if (ids)
		json_object_set_new(account, "ids", ids);
	return account;
}

static json_t *api_account(const struct api *api)
{
	return json_pack("{sI sI sI sI sI sI sI sI}", "requests", (json_int_t)api->requests, "pages_sent",
		(json_int_t)api->pages_sent, "refused_429", (json_int_t)api->refused_429, "refused_503",
		(json_int_t)api->refused_503, "cut_short", (json_int_t)api->cut_short, "wrong_length",
		(json_int_t)api->wrong_length, "not_modified_304", (json_int_t)api->not_modified_304, "expired_410",
		(json_int_t)api->expired_410);
}

static json_t *events_account(const struct server *server)
{
	return json_pack("{sI sI so sI sI sI sI sI sI sI sI sI sI}", "last_id", (json_int_t)server->last_id,
		"first_retained_id", (json_int_t)first_retained_id(server), "checksum", hex(server->events_checksum),
		"sent", (json_int_t)server->sent, "connections", (json_int_t)server->connections, "open",
		(json_int_t)server->open, "refused_503", (json_int_t)server->refused_503, "dropped",
		(json_int_t)server->dropped, "split", (json_int_t)server->split, "reshaped",
		(json_int_t)server->reshaped, "ended", (json_int_t)server->ended, "answered_204",
		(json_int_t)server->answered_204, "evicted_unsent", (json_int_t)server->evicted_unsent);
}

static void serve_summary(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	bool with_ids = evhttp_find_header(query, "ids");
	json_t *walks = json_array();
	struct walk *walk;

	if (server->numbers)
		json_array_append_new(walks, walk_account(server->numbers, with_ids));
	for (walk = TAILQ_FIRST(&server->walks); walk; walk = TAILQ_NEXT(walk, link))
		json_array_append_new(walks, walk_account(walk, with_ids));
	reply_json(request, 200, "OK",
		json_pack("{ss sI sb sf sI so so so so sI}", "source", server->file.count ? "file" : "machine",
			"uptime_ms", (json_int_t)((monotonic_now() - server->started_at) * 1000), "stopped",
			server->is_stopped, "faults", server->options.faults, "seed", (json_int_t)server->options.seed,
			"events", events_account(server), "items", api_account(&server->apis[API_ITEMS]), "numbers",
			api_account(&server->apis[API_NUMBERS]), "walks", walks, "walks_forgotten",
			(json_int_t)server->walks_forgotten));
}

static void serve_stop(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	(void)query;
	server->is_stopped = true;
	reply_json(request, 200, "OK", json_pack("{sb sI}", "stopped", 1, "last_id", (json_int_t)server->last_id));
}

struct route {
	const char *path;
	void (*serve)(struct server *server, struct evhttp_request *request, struct evkeyvalq *query);
	bool takes_post;
};

static const struct route routes[] = {
	{ "/events", serve_events, false },
	{ "/items", serve_items, false },
	{ "/items/latest", serve_latest, false },
	{ "/numbers", serve_numbers, false },
	{ "/summary", serve_summary, false },
	{ "/stop", serve_stop, true },
};

static void on_request(struct evhttp_request *request, void *context)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = evhttp_uri_get_path(uri);
	const char *query_text = evhttp_uri_get_query(uri);
	struct evkeyvalq query = { 0 };
	const struct route *route = routes, *end = routes + sizeof routes / sizeof *routes;

	while (route < end && (!path || strcmp(path, route->path) != 0))
		route++;
	if (route == end) {
		reply_problem(
			request, 404, "Not Found", "there are /events /items /items/latest /numbers /summary /stop");
	} else if (evhttp_request_get_command(request) == EVHTTP_REQ_POST && !route->takes_post) {
		add_header(request, "Allow", "GET");
		reply_problem(request, 405, "Method Not Allowed", "GET only");
	} else if (query_text && *query_text && evhttp_parse_query_str(query_text, &query) < 0) {
		reply_problem(request, 400, "Bad Request", "the query is not name=value&…");
	} else {
		route->serve(context, request, &query);
		evhttp_clear_headers(&query);
	}
}

/* The command line. */

static const char usage[] =
	"usage: feed_server [options]\n"
	"Serves live samples of this machine as server-sent events and its processes in pages.\n"
	"\n"
	"  --port N         listen on 127.0.0.1:N; 0, the default, takes a free port\n"
	"  --port-file FILE write the port there too\n"
	"  --rate N         events a second, 50 unless given\n"
	"  --page-size N    items of a page when the client does not say, 10 unless given\n"
	"  --limit N        requests a second that each API answers, 10 unless given; 0: no limit\n"
	"  --faults RATE    from 0 to 1: the share of events and replies that meet with an accident\n"
	"  --seed N         choose other accidents\n"
	"  --data FILE      serve the features of a GeoJSON file or the rows of a CSV instead\n"
	"  --for TIME       end by itself, as in 500ms, 20s, 5m\n"
	"  --help           print this\n"
	"\n"
	"  GET /events /items /items/latest /numbers /summary    POST /stop\n";

static double number_argument(const char *name, const char *text, double minimum, double maximum, bool is_whole)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || *end || !(number >= minimum && number <= maximum) || (is_whole && number != floor(number)))
		die(2, "--%s %s: a%s number from %g to %.15g is wanted", name, text, is_whole ? " whole" : "", minimum,
			maximum);
	return number;
}

static double time_argument(const char *name, const char *text)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "ms", 1e-3 }, { "s", 1 }, { "", 1 }, { "m", 60 }, { "h", 3600 } };
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; end != text && i < sizeof units / sizeof *units; i++)
		if (strcmp(end, units[i].name) == 0 && number > 0 && number * units[i].seconds <= 1e6)
			return number * units[i].seconds;
	die(2, "--%s %s: a time is wanted, as in 500ms, 20s or 5m", name, text);
}

static struct options parse_options(int argc, char **argv)
{
	struct options options = { .rate = 50, .page_size = 10, .limit = 10, .seed = 1 };
	const struct {
		double *number;
		double minimum, maximum;
		bool is_whole;
	} numbers[] = {
		{ &options.port, 0, 65535, true },
		{ &options.rate, 0.001, 100000, false },
		{ &options.page_size, 1, PAGE_MAX, true },
		{ &options.limit, 0, 1000000, false },
		{ &options.faults, 0, 1, false },
		{ &options.seed, 0, 4294967295, true },
	};
	enum { FIRST_TEXT = sizeof numbers / sizeof *numbers, PORT_FILE = FIRST_TEXT, DATA, FOR, HELP };
	static const struct option known[] = {
		/* in the order of the table */
		{ "port", required_argument, NULL, 0 },
		{ "rate", required_argument, NULL, 1 },
		{ "page-size", required_argument, NULL, 2 },
		{ "limit", required_argument, NULL, 3 },
		{ "faults", required_argument, NULL, 4 },
		{ "seed", required_argument, NULL, 5 },
		{ "port-file", required_argument, NULL, PORT_FILE },
		{ "data", required_argument, NULL, DATA },
		{ "for", required_argument, NULL, FOR },
		{ "help", no_argument, NULL, HELP },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option >= 0 && option < FIRST_TEXT) {
			*numbers[option].number = number_argument(known[option].name, optarg, numbers[option].minimum,
				numbers[option].maximum, numbers[option].is_whole);
		} else if (option == PORT_FILE) {
			options.port_file = optarg;
		} else if (option == DATA) {
			options.data = optarg;
		} else if (option == FOR) {
			options.run_for = time_argument("for", optarg);
		} else if (option == HELP) {
			fputs(usage, stdout);
			exit(0);
		} else {
			fputs("try --help\n", stderr);
			exit(2);
		}
	}
	if (optind < argc)
		die(2, "%s: not an option; try --help", argv[optind]);
	return options;
}

static void on_signal(evutil_socket_t signal_number, short what, void *context)
{
	struct server *server = context;

	(void)signal_number, (void)what;
	event_base_loopbreak(server->base);
}

static void listen_on_port(struct server *server)
{
	struct evhttp_bound_socket *bound;
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	unsigned port = (unsigned)server->options.port;
	FILE *file;

	bound = evhttp_bind_socket_with_handle(server->http, "127.0.0.1", (ev_uint16_t)port);
	if (!bound)
		die(1, "cannot listen on 127.0.0.1:%u: %s", port, strerror(errno));
	getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &length);
	port = ntohs(address.sin_port);
	if (server->options.port_file) {
		file = fopen(server->options.port_file, "w");
		if (!file || fprintf(file, "%u\n", port) < 0 || fclose(file) != 0)
			die(1, "--port-file %s: %s", server->options.port_file, strerror(errno));
	}
	printf("listening on http://127.0.0.1:%u\n", port);
	fflush(stdout);
}

static void server_start(struct server *server)
{
	double log_size = server->options.rate * 60 * LOG_MINUTES;

	TAILQ_INIT(&server->streams);
	TAILQ_INIT(&server->walks);
	server->started_at = monotonic_now();
	if (server->options.data) {
		load_file(&server->file, server->options.data);
	} else {
		server->log_capacity = (size_t)fmin(fmax(log_size, LOG_MIN), LOG_MAX);
		server->log = must(calloc(server->log_capacity, sizeof *server->log));
		sample_machine(server); /* rates need a first reading */
		server->next_metric = server->metric_count;
	}
	server->base = must(event_base_new());
	server->http = must(evhttp_new(server->base));
	evhttp_set_allowed_methods(server->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
	evhttp_set_max_headers_size(server->http, 16384);
	evhttp_set_max_body_size(server->http, 16384);
	evhttp_set_gencb(server->http, on_request, server);
	listen_on_port(server);
}

static void server_run(struct server *server)
{
	struct timeval tick_time = { 0, TICK_US }, end_time = { (time_t)server->options.run_for,
		(suseconds_t)(fmod(server->options.run_for, 1) * 1e6) };
	struct event *tick = must(event_new(server->base, -1, EV_PERSIST, on_tick, server));
	struct event *interrupt = must(evsignal_new(server->base, SIGINT, on_signal, server));
	struct event *terminate = must(evsignal_new(server->base, SIGTERM, on_signal, server));

	event_add(tick, &tick_time);
	event_add(interrupt, NULL);
	event_add(terminate, NULL);
	if (server->options.run_for > 0)
		event_base_loopexit(server->base, &end_time);
	event_base_dispatch(server->base);
	event_free(tick);
	event_free(interrupt);
	event_free(terminate);
}

static void server_finish(struct server *server)
{
	struct walk *walk;

	evhttp_free(server->http); /* closes the connections, and with them the streams */
	event_base_free(server->base);
	libevent_global_shutdown();
	while ((walk = TAILQ_FIRST(&server->walks))) {
		TAILQ_REMOVE(&server->walks, walk, link);
		walk_free(walk);
	}
	walk_free(server->numbers);
	walk_free(server->latest);
	for (size_t i = 0; i < server->log_capacity; i++)
		free(server->log[i].data);
	free(server->log);
	items_finish(&server->file);
}

static void print_account(const struct server *server)
{
	uint64_t pages = 0, refused_429 = 0, refused_503 = server->refused_503, cut = server->dropped;

	for (size_t i = 0; i < API_COUNT; i++) {
		pages += server->apis[i].pages_sent;
		refused_429 += server->apis[i].refused_429;
		refused_503 += server->apis[i].refused_503;
		cut += server->apis[i].cut_short + server->apis[i].wrong_length;
	}
	printf("served %ju events over %ju connections, %ju pages of %ju walks; on purpose: %ju cut, %ju split, %ju x "
	       "503; "
	       "over the limit: %ju x 429\n",
		(uintmax_t)server->last_id, (uintmax_t)server->connections, (uintmax_t)pages,
		(uintmax_t)server->walks_begun, (uintmax_t)cut, (uintmax_t)server->split, (uintmax_t)refused_503,
		(uintmax_t)refused_429);
}

int main(int argc, char **argv)
{
	struct server server = { .options = parse_options(argc, argv) };

	signal(SIGPIPE, SIG_IGN);
	server_start(&server);
	server_run(&server);
	server_finish(&server);
	print_account(&server);
	return 0;
}
