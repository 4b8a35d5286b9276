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
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feed_server.h"

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
