/* HTTP transfers and URLs by libcurl: the only file that includes its header. See io/transfer.h and io/url.h. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/loop.h"
#include "core/subscription.h"
#include "io/transfer.h"
#include "io/url.h"

#define USER_AGENT "weir/0.1"

enum {
	/* What one transfer puts aside at most before it is paused, although there is demand. */
	PIECES_SIZE_MAX = 256 * 1024,
	KEPT_CONNECTIONS = 64,
};

/* One per loop: libcurl's multi handle on the loop's timers and descriptors. */
struct weir_http_client {
	weir_loop *loop;
	CURLM *multi;
	struct weir_timer timer; /* libcurl's */
	struct weir_timer hand_out; /* for what was put aside outside of libcurl's turns */
	struct weir_link ready; /* transfers */
	bool handing_out;
};

struct watch {
	struct weir_io io;
	struct weir_http_client *client;
	curl_socket_t socket;
};

static const char client_key;
static CURLcode global_result;

static void init_libcurl(void)
{
	global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/*
 * TLS may write to a closed connection. libcurl's own protection changes the whole process for a moment; this one only
 * the thread.
 */
struct pipe_guard {
	sigset_t before;
	bool was_pending;
};

static struct pipe_guard block_sigpipe(void)
{
	struct pipe_guard guard;
	sigset_t set;

	sigpending(&set);
	guard.was_pending = sigismember(&set, SIGPIPE) == 1;
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, &guard.before);
	return guard;
}

static void unblock_sigpipe(struct pipe_guard guard)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	if (!guard.was_pending)
		while (sigtimedwait(&set, NULL, &(struct timespec){ 0 }) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &guard.before, NULL);
}

/* Handing out. */

static void make_ready(struct weir_transfer *transfer)
{
	struct weir_http_client *client = transfer->client;

	if (!weir_link_is_linked(&transfer->ready))
		weir_list_append(&client->ready, &transfer->ready);
}

/* As make_ready(), where no turn of libcurl's will end soon. */
static void make_ready_later(struct weir_transfer *transfer)
{
	make_ready(transfer);
	if (!transfer->client->handing_out && !weir_timer_is_active(&transfer->client->hand_out))
		weir_timer_start(&transfer->client->hand_out, 0);
}

/* The one of the two that came first is the reason; consumes `error`. */
static void fail(struct weir_transfer *transfer, weir_error *error)
{
	if (transfer->failure == NULL)
		transfer->failure = error;
	else
		weir_error_unref(error);
}

static bool can_take(const struct weir_transfer *transfer)
{
	uint64_t put_aside = transfer->pieces.count + transfer->has_head_value;

	return transfer->owner->demand > put_aside && transfer->pieces_size < PIECES_SIZE_MAX;
}

static int code_of(CURL *easy, CURLcode result, const char *text)
{
	long system_error = 0;

	switch (result) {
	case CURLE_OUT_OF_MEMORY:
		return ENOMEM;
	case CURLE_URL_MALFORMAT:
		return EINVAL;
	case CURLE_UNSUPPORTED_PROTOCOL:
		/* Also what an answer without a head gets. */
		return strstr(text, "HTTP/0.9") != NULL ? WEIR_ETRANSFER : EPROTONOSUPPORT;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return EHOSTUNREACH;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
		return system_error > 0 ? (int)system_error : WEIR_ETRANSFER;
	case CURLE_OPERATION_TIMEDOUT:
		return WEIR_ETIMEOUT;
	case CURLE_TOO_MANY_REDIRECTS:
		return WEIR_ELIMIT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return EKEYREJECTED;
	case CURLE_SSL_CONNECT_ERROR:
		return EPROTO;
	default:
		return WEIR_ETRANSFER;
	}
}

static const char *method_of(const struct weir_http_request *request)
{
	if (request->options.method != NULL)
		return request->options.method;
	return request->options.body != NULL ? "POST" : "GET";
}

static weir_error *transfer_error(const struct weir_transfer *transfer, int code, const char *text)
{
	char url[512];

	weir_http_print_url(transfer->request->url, url, sizeof url);
	return weir_node_error(transfer->owner, code, "%s %s: %s", method_of(transfer->request), url, text);
}

/* NULL, or why it ended, owned. */
static weir_error *end_of(struct weir_transfer *transfer)
{
	char text[sizeof transfer->error_text + 64];
	weir_error *error = transfer->failure;

	transfer->failure = NULL;
	if (error != NULL)
		return error;
	if (transfer->result == CURLE_OK && transfer->head.is_complete)
		return NULL;
	if (transfer->result == CURLE_OK)
		return transfer_error(transfer, WEIR_ETRANSFER, "the connection was closed inside the answer's head");
	/* So libcurl calls its own limit. */
	if (transfer->result == CURLE_OUT_OF_MEMORY && transfer->head.inside)
		return transfer_error(transfer, WEIR_ELIMIT, "a header field of the answer exceeds 100 KiB");
	snprintf(text, sizeof text, "%s (curl %d)",
		transfer->error_text[0] != '\0' ? transfer->error_text : curl_easy_strerror((CURLcode)transfer->result),
		transfer->result);
	return transfer_error(transfer, code_of(transfer->easy, (CURLcode)transfer->result, text), text);
}

void weir_transfer_stop(struct weir_transfer *transfer)
{
	if (transfer->easy != NULL) {
		struct pipe_guard guard = block_sigpipe();

		curl_multi_remove_handle(transfer->client->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
		unblock_sigpipe(guard);
		transfer->easy = NULL;
	}
	curl_slist_free_all(transfer->header_list);
	transfer->header_list = NULL;
	weir_timer_stop(&transfer->idle);
	weir_list_remove(&transfer->ready);
	while (transfer->pieces.count > 0) {
		weir_release(*(weir_value *)weir_ring_at(&transfer->pieces, 0));
		weir_ring_pop(&transfer->pieces);
	}
	weir_ring_finish(&transfer->pieces);
	transfer->pieces_size = 0;
	if (transfer->has_head_value)
		weir_release(transfer->head_value);
	transfer->has_head_value = false;
	weir_error_unref(transfer->failure);
	transfer->failure = NULL;
	weir_http_head_finish(&transfer->head);
}

static void unpause(struct weir_transfer *transfer)
{
	transfer->is_paused = false;
	transfer->last_activity = weir_loop_now(transfer->client->loop);
	if (!weir_timer_is_active(&transfer->idle) && transfer->request->options.idle_timeout != WEIR_FOREVER)
		weir_timer_start(&transfer->idle, transfer->request->options.idle_timeout);

	/* What libcurl holds back comes through on_body() before this returns. */
	struct pipe_guard guard = block_sigpipe();
	CURLcode result = curl_easy_pause(transfer->easy, CURLPAUSE_CONT);

	unblock_sigpipe(guard);
	if (result != CURLE_OK && !transfer->is_done) {
		transfer->is_done = true;
		transfer->result = result;
	}
	if (transfer->is_done || transfer->pieces.count > 0)
		make_ready_later(transfer);
}

void weir_transfer_resume(struct weir_transfer *transfer)
{
	if (transfer->easy != NULL && transfer->is_paused && !transfer->is_done && can_take(transfer))
		unpause(transfer);
}

static void hand_out_one(struct weir_transfer *transfer)
{
	struct weir_subscription *subscription = transfer->owner->subscription;

	weir_enter(subscription);
	if (transfer->has_head_value) {
		transfer->has_head_value = false;
		transfer->transfer_class->head(transfer, transfer->head_value);
	}
	while (transfer->easy != NULL && transfer->pieces.count > 0) {
		weir_value piece = *(weir_value *)weir_ring_at(&transfer->pieces, 0);

		weir_ring_pop(&transfer->pieces);
		transfer->pieces_size -= weir_length(piece);
		transfer->transfer_class->body(transfer, piece);
	}
	if (transfer->easy != NULL && transfer->is_done) {
		weir_error *error = end_of(transfer);

		weir_transfer_stop(transfer);
		transfer->transfer_class->done(transfer, error);
	} else {
		weir_transfer_resume(transfer);
	}
	weir_leave(subscription);
}

static void hand_out(struct weir_http_client *client)
{
	if (client->handing_out)
		return;
	client->handing_out = true;
	while (!weir_list_is_empty(&client->ready)) {
		struct weir_transfer *transfer = WEIR_CONTAINER_OF(client->ready.next, struct weir_transfer, ready);

		weir_list_remove(&transfer->ready);
		hand_out_one(transfer);
	}
	client->handing_out = false;
}

static void hand_out_expired(struct weir_timer *timer)
{
	hand_out(WEIR_CONTAINER_OF(timer, struct weir_http_client, hand_out));
}

/* What libcurl calls: none of it leads to anybody else's code. */

static size_t on_header(char *bytes, size_t one, size_t length, void *context)
{
	struct weir_transfer *transfer = context;
	struct weir_http_head *head = &transfer->head;
	bool was_complete = head->is_complete;
	int result = weir_http_head_line(head, bytes, length);
	char url[2048];
	char *effective_url = NULL;

	(void)one;
	transfer->last_activity = weir_loop_now(transfer->client->loop);
	if (result < 0) {
		fail(transfer, result == -ENOMEM
				       ? weir_as_error(weir_no_memory())
				       : transfer_error(transfer, result == -EMSGSIZE ? WEIR_ELIMIT : WEIR_ETRANSFER,
						 head->message));
		return 0;
	}
	if (!head->is_complete || was_complete)
		return length;
	curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &effective_url);
	weir_http_print_url(effective_url != NULL ? effective_url : transfer->request->url, url, sizeof url);
	transfer->head_value = weir_http_head_value(head, url);
	if (weir_is_error(transfer->head_value)) {
		fail(transfer, weir_as_error(transfer->head_value));
		return 0;
	}
	transfer->has_head_value = true;
	make_ready(transfer);
	return length;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context)
{
	struct weir_transfer *transfer = context;
	char text[96];

	(void)one;
	if (length == 0)
		return 0;
	if (!can_take(transfer)) {
		transfer->is_paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	transfer->last_activity = weir_loop_now(transfer->client->loop);
	if (transfer->request->options.max_body_size - transfer->body_size < length) {
		snprintf(text, sizeof text, "the answer's body exceeds %llu bytes",
			(unsigned long long)transfer->request->options.max_body_size);
		fail(transfer, transfer_error(transfer, WEIR_ELIMIT, text));
		return 0;
	}
	transfer->body_size += length;

	weir_value piece = weir_bin(bytes, length);
	weir_value *place = weir_is_error(piece) ? NULL : weir_ring_push(&transfer->pieces);

	if (place == NULL) {
		weir_release(piece);
		fail(transfer, weir_as_error(weir_no_memory()));
		return 0;
	}
	*place = piece;
	transfer->pieces_size += length;
	make_ready(transfer);
	return length;
}

static void act(struct weir_http_client *client, curl_socket_t socket, int events)
{
	struct pipe_guard guard = block_sigpipe();
	CURLMsg *message;
	int running;

	curl_multi_socket_action(client->multi, socket, events, &running);
	unblock_sigpipe(guard);
	while ((message = curl_multi_info_read(client->multi, &running)) != NULL) {
		char *private_pointer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);

		struct weir_transfer *transfer = (struct weir_transfer *)private_pointer;

		transfer->is_done = true;
		transfer->result = message->data.result;
		make_ready(transfer);
	}
	hand_out(client);
}

static void timer_expired(struct weir_timer *timer)
{
	act(WEIR_CONTAINER_OF(timer, struct weir_http_client, timer), CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long milliseconds, void *context)
{
	struct weir_http_client *client = context;

	(void)multi;
	if (milliseconds < 0)
		weir_timer_stop(&client->timer);
	else
		weir_timer_start(&client->timer, weir_ms(milliseconds));
	return 0;
}

static void socket_ready(struct weir_io *io, int events)
{
	struct watch *watch = WEIR_CONTAINER_OF(io, struct watch, io);

	act(watch->client, watch->socket,
		((events & WEIR_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
			((events & WEIR_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0));
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *assigned)
{
	struct weir_http_client *client = context;
	struct watch *watch = assigned;
	char *private_pointer = NULL;
	int events = what == CURL_POLL_REMOVE ? 0
					      : ((what & CURL_POLL_IN) != 0 ? WEIR_READABLE : 0) |
							((what & CURL_POLL_OUT) != 0 ? WEIR_WRITABLE : 0);
	int result = 0;

	if (watch != NULL && what == CURL_POLL_REMOVE) {
		weir_io_stop(&watch->io);
		weir_deallocate(watch);
		curl_multi_assign(client->multi, socket, NULL);
		return 0;
	}
	if (what == CURL_POLL_REMOVE || (watch != NULL && watch->io.event != NULL && watch->io.events == events))
		return 0;
	if (watch == NULL) {
		watch = weir_allocate(sizeof *watch);
		if (watch == NULL)
			result = -ENOMEM;
		else
			*watch = (struct watch){ .client = client, .socket = socket };
		curl_multi_assign(client->multi, socket, watch);
	} else {
		weir_io_stop(&watch->io);
	}
	if (watch != NULL && events != 0)
		result = weir_io_start(&watch->io, NULL, client->loop, (int)socket, events, socket_ready);
	if (result == 0)
		return 0;

	/* Answering with an error would end all of the loop's transfers. */
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private_pointer);

	struct weir_transfer *transfer = (struct weir_transfer *)private_pointer;

	if (transfer == NULL || transfer->is_done)
		return 0;
	fail(transfer, transfer_error(transfer, -result, "its connection cannot be watched"));
	transfer->is_done = true;
	transfer->result = CURLE_ABORTED_BY_CALLBACK;
	make_ready_later(transfer);
	return 0;
}

/* Starting. */

static void client_destroy(void *object)
{
	struct weir_http_client *client = object;
	struct pipe_guard guard = block_sigpipe();

	curl_multi_cleanup(client->multi);
	unblock_sigpipe(guard);
	weir_timer_stop(&client->timer);
	weir_timer_stop(&client->hand_out);
	weir_deallocate(client);
}

static struct weir_http_client *client_of(weir_loop *loop)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct weir_http_client *client = weir_loop_attached(loop, &client_key);

	if (client != NULL)
		return client;
	pthread_once(&once, init_libcurl);
	client = global_result == CURLE_OK ? weir_allocate(sizeof *client) : NULL;
	if (client == NULL)
		return NULL;
	*client = (struct weir_http_client){ .loop = loop, .multi = curl_multi_init() };
	weir_timer_init_on(&client->timer, loop, timer_expired);
	weir_timer_init_on(&client->hand_out, loop, hand_out_expired);
	weir_link_init(&client->ready);
	if (client->multi == NULL || curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket) != CURLM_OK ||
		curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client) != CURLM_OK ||
		curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer) != CURLM_OK ||
		curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client) != CURLM_OK ||
		curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) != CURLM_OK ||
		weir_loop_attach(loop, &client_key, client, client_destroy) < 0) {
		client_destroy(client);
		return NULL;
	}
	return client;
}

static void idle_expired(struct weir_timer *timer)
{
	struct weir_transfer *transfer = WEIR_CONTAINER_OF(timer, struct weir_transfer, idle);
	weir_duration limit = transfer->request->options.idle_timeout;
	weir_time now = weir_loop_now(transfer->client->loop);
	curl_off_t up = 0, down = 0;
	char text[96];

	/* A pause is no idleness of the server; its end starts the timer again. */
	if (transfer->is_paused || transfer->is_done)
		return;
	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	if (up + down != transfer->bytes_moved) {
		transfer->bytes_moved = up + down;
		transfer->last_activity = now;
	}
	if (now - transfer->last_activity < limit) {
		weir_timer_start_at(timer, weir_time_after(transfer->last_activity, limit));
		return;
	}
	snprintf(text, sizeof text, "not a byte for %.3g s", (double)limit / 1e9);
	fail(transfer, transfer_error(transfer, WEIR_ETIMEOUT, text));
	transfer->is_done = true;
	transfer->result = CURLE_OPERATION_TIMEDOUT;
	make_ready_later(transfer);
}

static bool add_header(struct weir_transfer *transfer, const char *name, const char *value)
{
	size_t size = strlen(name) + (value != NULL ? strlen(value) : 0) + 3;
	char *line = weir_allocate(size);
	struct curl_slist *longer = NULL;

	if (line == NULL)
		return false;
	/* libcurl's notation: "Name:" withholds the field, "Name;" sends it empty. */
	if (value == NULL)
		snprintf(line, size, "%s:", name);
	else if (value[0] == '\0')
		snprintf(line, size, "%s;", name);
	else
		snprintf(line, size, "%s: %s", name, value);
	longer = curl_slist_append(transfer->header_list, line);
	weir_deallocate(line);
	if (longer != NULL)
		transfer->header_list = longer;
	return longer != NULL;
}

static bool add_headers(struct weir_transfer *transfer)
{
	const struct weir_http_options *options = &transfer->request->options;
	bool ok = true;

	for (const struct weir_http_header *header = options->headers; ok && header->name != NULL; header++)
		ok = add_header(transfer, header->name, header->value);
	/* What libcurl would add to a body: a wait of up to a second, and a type that is a guess. */
	if (ok && !weir_http_headers_have(options->headers, "Expect"))
		ok = add_header(transfer, "Expect", NULL);
	if (ok && !weir_http_headers_have(options->headers, "Content-Type"))
		ok = add_header(transfer, "Content-Type", NULL);
	return ok;
}

/* 0 stands for no limit; of connecting, it stands for five minutes. */
static long milliseconds_of(weir_duration duration)
{
	return duration / 1000000 >= INT32_MAX ? 0 : (long)((duration + 999999) / 1000000);
}

#define SET(option, value) (result = result == CURLE_OK ? curl_easy_setopt(easy, option, value) : result)

static CURLcode set_request(struct weir_transfer *transfer, CURL *easy)
{
	const struct weir_http_options *options = &transfer->request->options;
	const char *method = method_of(transfer->request);
	bool is_https = strncasecmp(transfer->request->url, "https:", 6) == 0;
	CURLcode result = CURLE_OK;

	SET(CURLOPT_URL, transfer->request->url);
	if (options->body != NULL || strcmp(method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)options->body_length);
		SET(CURLOPT_POSTFIELDS, options->body != NULL ? options->body : "");
		if (strcmp(method, "POST") != 0)
			SET(CURLOPT_CUSTOMREQUEST, method);
	} else if (strcmp(method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	} else if (strcmp(method, "GET") != 0) {
		SET(CURLOPT_CUSTOMREQUEST, method);
	}
	SET(CURLOPT_HTTPHEADER, transfer->header_list);
	if (options->user_agent == NULL || options->user_agent[0] != '\0')
		SET(CURLOPT_USERAGENT, options->user_agent != NULL ? options->user_agent : USER_AGENT);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
	SET(CURLOPT_FOLLOWLOCATION, transfer->head.follows_redirects ? 1L : 0L);
	SET(CURLOPT_MAXREDIRS, (long)options->max_redirects);
	SET(CURLOPT_HTTP_VERSION, options->http2 ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
	if (options->decompress)
		SET(CURLOPT_ACCEPT_ENCODING, "");
	if (options->proxy != NULL)
		SET(CURLOPT_PROXY, options->proxy);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (options->ca_file != NULL)
		SET(CURLOPT_CAINFO, options->ca_file);
	if (options->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	}
	SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_of(options->connect_timeout));
	SET(CURLOPT_TIMEOUT_MS, milliseconds_of(options->total_timeout));
	return result;
}

static CURLcode set_callbacks(struct weir_transfer *transfer, CURL *easy)
{
	CURLcode result = CURLE_OK;

	SET(CURLOPT_PRIVATE, transfer);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, transfer);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, transfer);
	SET(CURLOPT_ERRORBUFFER, transfer->error_text);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* Do not wait for the name look-up's thread when the transfer is stopped. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	return result;
}

_Static_assert(sizeof((struct weir_transfer *)0)->error_text == CURL_ERROR_SIZE, "what CURLOPT_ERRORBUFFER asks for");

static void transfer_resource_stop(struct weir_resource *resource)
{
	weir_transfer_stop(WEIR_CONTAINER_OF(resource, struct weir_transfer, resource));
}

void weir_transfer_init(
	struct weir_transfer *transfer, struct weir_node *owner, const struct weir_transfer_class *transfer_class)
{
	*transfer = (struct weir_transfer){ .owner = owner, .transfer_class = transfer_class };
	weir_link_init(&transfer->ready);
	weir_ring_init(&transfer->pieces, sizeof(weir_value));
	weir_timer_init(&transfer->idle, owner, idle_expired);
	weir_attach(owner, &transfer->resource, transfer_resource_stop);
}

/* Only what means the same elsewhere is sent elsewhere. */
static bool may_follow(const struct weir_http_request *request)
{
	const char *method = method_of(request);

	return request->options.max_redirects >= 0 &&
	       (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "POST") == 0);
}

weir_error *weir_transfer_start(struct weir_transfer *transfer, const struct weir_http_request *request)
{
	struct weir_node *owner = transfer->owner;
	weir_loop *loop = weir_node_loop(owner);
	const struct weir_http_options *options = &request->options;
	CURL *easy;

	if (weir_loop_is_virtual(loop))
		return weir_node_error(owner, ENOTSUP, "a loop with a virtual clock cannot talk to servers");
	transfer->request = request;
	transfer->client = client_of(loop);
	transfer->head = (struct weir_http_head){
		.max_size = options->max_header_size,
		.max_count = options->max_header_count,
		.follows_redirects = may_follow(request),
	};
	easy = transfer->client != NULL ? curl_easy_init() : NULL;
	if (easy == NULL)
		return weir_as_error(weir_no_memory());

	CURLcode result = add_headers(transfer) ? CURLE_OK : CURLE_OUT_OF_MEMORY;

	if (result == CURLE_OK)
		result = set_request(transfer, easy);
	if (result == CURLE_OK)
		result = set_callbacks(transfer, easy);
	transfer->easy = easy;
	if (result == CURLE_OK && curl_multi_add_handle(transfer->client->multi, easy) != CURLM_OK)
		result = CURLE_OUT_OF_MEMORY;
	if (result != CURLE_OK) {
		weir_error *error = transfer_error(transfer, code_of(easy, result, ""), curl_easy_strerror(result));

		curl_easy_cleanup(easy);
		transfer->easy = NULL;
		weir_transfer_stop(transfer);
		return error;
	}
	transfer->last_activity = weir_loop_now(loop);
	if (options->idle_timeout != WEIR_FOREVER)
		weir_timer_start(&transfer->idle, options->idle_timeout);
	return NULL;
}

/* URLs. */

/* Consumes libcurl's memory. */
static char *take_text(CURLUcode result, char *text)
{
	char *copy = NULL;

	errno = result == CURLUE_OUT_OF_MEMORY ? ENOMEM : EINVAL;
	if (result == CURLUE_OK) {
		copy = weir_allocate(strlen(text) + 1);
		if (copy != NULL)
			strcpy(copy, text);
		else
			errno = ENOMEM;
		curl_free(text);
	}
	return copy;
}

static char *terminated(const char *text, size_t length)
{
	char *copy = weir_allocate(length + 1);

	if (copy != NULL) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

char *weir_url_resolve(const char *base, const char *reference, size_t length)
{
	CURLU *url = curl_url();
	char *copy = terminated(reference, length);
	char *text = NULL;
	CURLUcode result =
		url == NULL || copy == NULL ? CURLUE_OUT_OF_MEMORY : curl_url_set(url, CURLUPART_URL, base, 0);

	/* An empty reference means the base itself. */
	if (result == CURLUE_OK && copy[0] != '\0')
		result = curl_url_set(url, CURLUPART_URL, copy, CURLU_URLENCODE);
	if (result == CURLUE_OK)
		result = curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	if (result == CURLUE_OK)
		result = curl_url_get(url, CURLUPART_URL, &text, 0);
	weir_deallocate(copy);
	curl_url_cleanup(url);
	return take_text(result, text);
}

/* Removes the parameters of this name, in place. `query` is as in the URL; `name` is percent-encoded. */
static void remove_parameter(char *query, const char *name)
{
	size_t name_length = strlen(name);
	char *to = query;

	for (char *from = query; *from != '\0';) {
		size_t length = strcspn(from, "&");
		bool matches =
			strncmp(from, name, name_length) == 0 && (length == name_length || from[name_length] == '=');
		bool has_more = from[length] == '&';

		if (!matches && length > 0) {
			if (to != query)
				*to++ = '&';
			memmove(to, from, length);
			to += length;
		}
		from += length + has_more;
		if (!has_more)
			break;
	}
	*to = '\0';
}

char *weir_url_with_parameter(const char *url_text, const char *name, const char *value, size_t length)
{
	CURLU *url = curl_url();
	char *encoded_name = curl_easy_escape(NULL, name, 0);
	char *encoded_value = length > 0 ? curl_easy_escape(NULL, value, (int)length) : NULL;
	char *text = NULL, *query = NULL, *longer = NULL;
	CURLUcode result = url == NULL || encoded_name == NULL || (length > 0 && encoded_value == NULL)
				   ? CURLUE_OUT_OF_MEMORY
				   : curl_url_set(url, CURLUPART_URL, url_text, 0);

	if (result == CURLUE_OK) {
		const char *value_text = encoded_value != NULL ? encoded_value : "";

		if (curl_url_get(url, CURLUPART_QUERY, &query, 0) == CURLUE_OK)
			remove_parameter(query, encoded_name);

		const char *kept = query != NULL ? query : "";
		size_t size = strlen(kept) + strlen(encoded_name) + strlen(value_text) + 3;

		longer = weir_allocate(size);
		if (longer != NULL)
			snprintf(longer, size, "%s%s%s=%s", kept, kept[0] != '\0' ? "&" : "", encoded_name, value_text);
		result = longer == NULL ? CURLUE_OUT_OF_MEMORY : curl_url_set(url, CURLUPART_QUERY, longer, 0);
	}
	if (result == CURLUE_OK)
		result = curl_url_get(url, CURLUPART_URL, &text, 0);
	weir_deallocate(longer);
	curl_free(query);
	curl_free(encoded_name);
	curl_free(encoded_value);
	curl_url_cleanup(url);
	return take_text(result, text);
}

static bool same_part(CURLU *left, CURLU *right, CURLUPart part)
{
	char *of_left = NULL, *of_right = NULL;
	bool same = curl_url_get(left, part, &of_left, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    curl_url_get(right, part, &of_right, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    strcasecmp(of_left, of_right) == 0;

	curl_free(of_left);
	curl_free(of_right);
	return same;
}

bool weir_url_same_origin(const char *left_text, const char *right_text)
{
	CURLU *left = curl_url(), *right = curl_url();
	bool same = left != NULL && right != NULL && curl_url_set(left, CURLUPART_URL, left_text, 0) == CURLUE_OK &&
		    curl_url_set(right, CURLUPART_URL, right_text, 0) == CURLUE_OK &&
		    same_part(left, right, CURLUPART_SCHEME) && same_part(left, right, CURLUPART_HOST) &&
		    same_part(left, right, CURLUPART_PORT);

	curl_url_cleanup(left);
	curl_url_cleanup(right);
	return same;
}
