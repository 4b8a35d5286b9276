/** @file
 * Server-sent events: a live feed over HTTP that is connected again whenever it breaks off. */
#ifndef WEIR_SSE_H
#define WEIR_SSE_H

#include <weir/codec.h>
#include <weir/http.h>
#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What becomes of the data of an event. */
enum weir_sse_data {
	WEIR_SSE_TEXT, /**< a str */
	WEIR_SSE_JSON, /**< what the JSON text stands for */
};

/** How to consume a feed. All zero means the defaults. Everything is copied. */
struct weir_sse_options {
	/** The requests. `Accept` and `Cache-Control` are added; `idle_timeout` 0 stands for 45 s here: servers are
	 * told to send a comment every 15 s. `total_timeout` is that of one connection. */
	struct weir_http_options http;
	enum weir_sse_data data;
	/** The id of the last event that is known already, sent as `Last-Event-ID`; NULL for none. */
	const char *last_event_id;
	/** Bytes of type, data and id of one event. 0: 1 MiB. */
	size_t max_event_size;
	/** What becomes of an event that is too large (`WEIR_ELIMIT`, input nil) or whose data is not JSON (input: the
	 * data). By default it ends the stream. */
	struct weir_bad_items bad_events;

	/** The wait before the first reconnection, until the server says otherwise with `retry`. 0: 1 s. */
	weir_duration initial_delay;
	/** By what the wait grows while connections keep failing; at least 1. 0: 2. */
	double factor;
	/** No wait of our own is longer. 0: 30 s. The server's may be: up to an hour. */
	weir_duration max_delay;
	/** A connection that was open so long has succeeded: the wait begins anew. 0: 60 s. */
	weir_duration healthy_time;
	/** Reconnections in a row before the stream fails with the reason of the last. 0: no limit. */
	uint64_t max_attempts;
	/** Reconnect also after the statuses 429, 500, 502, 503 and 504, not before Retry-After. */
	bool waits_when_unavailable;

	/** A connection is open; `head` as in weir_http(), borrowed. */
	void (*on_open)(weir_value head, void *context);
	/** It will be connected again after `delay`; `attempt` counts from 1, those in a row. `reason` is borrowed;
	 * NULL: the server ended the feed in good order. */
	void (*on_reconnect)(uint64_t attempt, weir_duration delay, const weir_error *reason, void *context);
	/** For `on_open` and `on_reconnect`; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_sse_options weir_sse_options;

/**
 * The events of a feed, without end: when the connection breaks, it is made again from the last event on.
 *
 *     connections:  e--e-#   e---e-|   e--
 *     weir_sse:     e--e-----e---e-----e--
 *
 * An event is a map: `event` (its type, `message` if the feed gave none), `data`, `id` (the last one the feed gave,
 * `""` for none). The stream is parsed by the rules of the WHATWG HTML standard. A status 204 completes it. A status
 * other than 200, a media type other than `text/event-stream`, a certificate that is not trusted, and wrong arguments
 * are errors; everything else (a refused connection, an end, silence) leads to a reconnection with `Last-Event-ID`. The
 * wait grows and varies at random between a half and the whole of it; what the server asks for (`retry`, Retry-After)
 * is never undercut, and less than 100 ms is never waited. A permanent redirect inside the same origin is remembered.
 *
 * @param url      begins with http:// or https://; copied
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: see above and weir/http.h; `WEIR_EHTTP` for a status; `EPROTONOSUPPORT` for a media type. Completion: only
 * when the server says so; the events that have come are emitted first. Order: as received. Demand: honoured to the
 * event; without demand the connection is not read, and not made. Since 0.1.
 */
WEIR_API weir_observable *weir_sse(const char *url, const struct weir_sse_options *options);

/**
 * The data of the events, decoded from JSON: what is left when types and ids do not matter.
 *
 *     weir_sse:       e----e---   data: {"t": 1}   data: {"t": 2}
 *     weir_sse_json:  a----b---   a = {"t": 1}, b = {"t": 2}
 *
 * @param url      as for weir_sse()
 * @param options  as for weir_sse(); `data` does not count
 * @return owned
 *
 * Errors: as weir_sse(); `WEIR_ESYNTAX` for data that is not JSON, unless `bad_events` says otherwise. Completion: only
 * when the server says so; the events that have come are emitted first. Order: as received. Demand: as weir_sse().
 * Since 0.1.
 */
WEIR_API weir_observable *weir_sse_json(const char *url, const struct weir_sse_options *options);

#ifdef __cplusplus
}
#endif
#endif
