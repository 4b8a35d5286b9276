/** @file
 * HTTP requests as observables: http and https, with TLS verified, on the loop that the subscription runs on.
 *
 * Each subscription makes its own request when the first item is asked for; connections are kept and used again by all
 * requests of a loop. Cancelling a subscription ends its request at once.
 *
 * **Demand pauses the transfer.** While nobody asks for items the socket is not read and the server feels it, so a
 * consumer that stops keeps no more than a few buffers.
 *
 * Errors of everything here, with the method and URL (without user and password) in the message:
 *
 * - `EINVAL`: a wrong option, a URL that cannot be read; `EPROTONOSUPPORT`: a redirect to something else than http(s);
 * - `ECONNREFUSED`, `ENETUNREACH`, … as the system gave it, when no connection came about; `EHOSTUNREACH` when the
 *   name has no address;
 * - `EKEYREJECTED`: the server's certificate is not to be trusted; `EPROTO`: TLS failed otherwise;
 * - `WEIR_ETIMEOUT`: one of the time limits; `WEIR_ELIMIT`: one of the size limits, or too many redirects;
 * - `WEIR_ETRANSFER`: the connection broke, the answer is cut off or is not HTTP. What came before is delivered.
 * - `WEIR_EHTTP`, where said: the answer came, and says that it is no success. weir_error_status() tells it.
 * - `ENOTSUP`: weir was built without HTTP, or the loop is virtual.
 */
#ifndef WEIR_HTTP_H
#define WEIR_HTTP_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A header field to send. */
struct weir_http_header {
	const char *name;
	const char *value; /**< NULL: do not send the field that would go out by itself, such as `Accept` */
};

/** How to make a request. All zero means the defaults. Everything is copied. */
struct weir_http_options {
	/** NULL: `GET`, or `POST` with a body. */
	const char *method;
	/** Ended by one without name; NULL for none. */
	const struct weir_http_header *headers;
	/** The body to send, or NULL. Set `Content-Type` among the headers. */
	const void *body;
	/** Bytes of `body`. */
	size_t body_length;

	/** For name look-up, connection and TLS. 0: 30 s. */
	weir_duration connect_timeout;
	/** From start to end, pauses included. 0: no limit. */
	weir_duration total_timeout;
	/** Without a byte in either direction, while items are asked for. 0: 60 s; `WEIR_FOREVER`: no limit. */
	weir_duration idle_timeout;

	/** How many in a row are followed, of `GET`, `HEAD` and `POST` only, and from https to https only. 0: 10; negative:
	 * none, and the answer is what came. `Authorization` and `Cookie` are not sent to another origin; other header
	 * fields are. */
	int max_redirects;
	/** Bytes of the answer's body, after decompression. 0: no limit, or what the function says. */
	uint64_t max_body_size;
	/** Bytes of one answer's header and trailer fields. 0: 64 KiB. */
	size_t max_header_size;
	/** Number of one answer's header and trailer fields. 0: 256. */
	size_t max_header_count;

	/** NULL: `weir/` and the version; "": none. */
	const char *user_agent;
	/** A proxy's URL. NULL: what the environment says (`http_proxy` and so on); "": none. */
	const char *proxy;
	/** A file of PEM certificates to trust instead of the system's. */
	const char *ca_file;
	/** Talk to anybody, whatever certificate they show. For tests only. */
	bool insecure;
	/** Offer gzip, deflate, br and zstd, and emit what they hold. A compressed body that ends early inside a
	 * complete answer goes unnoticed by libcurl 7.88. */
	bool decompress;
	/** Use HTTP/2 where a https server offers it. While one of several transfers on such a connection is paused, up
	 * to 32 MiB of it may pile up; HTTP/1.1, one connection per transfer, stays flat. */
	bool http2;
};
/** Short for it. */
typedef struct weir_http_options weir_http_options;

/**
 * Make a request; emit the head of the answer, then its body as it comes.
 *
 *     h--b-b---b|
 *
 * The head is a map: `status` (int), `headers` (map of lowercase name to value; values of one name are joined by `, `,
 * of `set-cookie` by newline), `url` (where redirects led), `http_version` (`1.1`), `redirects` (how many),
 * `permanent` (whether all of them were, so that the URL is to be replaced). Whatever the status, it is no error.
 * The body comes as bins of up to 16 KiB.
 *
 * @param url      begins with http:// or https://; copied
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: see the file. Completion: after the body. Order: as received. Demand: pauses the transfer; the request is
 * made when the head is asked for. Since 0.1. RxJS: `fromFetch`.
 */
WEIR_API weir_observable *weir_http(const char *url, const struct weir_http_options *options);

/**
 * The body alone, as it comes: for what decodes a stream, as in `weir_lines(weir_http_body(url, NULL))`.
 *
 *     --b-b---b|
 *
 * @param url      as for weir_http()
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: also `WEIR_EHTTP` for a status of 400 and more (or 300 and more, if it is not followed), with the status, the
 * first bytes of the body, and Retry-After as weir_error_retry_after(). Completion: after the body. Order: as received.
 * Demand: pauses the transfer. Since 0.1.
 */
WEIR_API weir_observable *weir_http_body(const char *url, const struct weir_http_options *options);

/**
 * Make a request and emit the whole answer as one item: the head's map with the member `body`, a bin.
 *
 *     -----r|
 *
 * @param url      as for weir_http()
 * @param options  copied; NULL for the defaults; `max_body_size` is 16 MiB unless set
 * @return owned
 *
 * Errors: as for weir_http_body(). Completion: after the answer. Order: one item. Demand: one item; the request is made
 * when it is asked for. Since 0.1. RxJS: `ajax`.
 */
WEIR_API weir_observable *weir_http_fetch(const char *url, const struct weir_http_options *options);

/** As weir_http_fetch() with the default options. RxJS: `ajax`. */
WEIR_API weir_observable *weir_http_get(const char *url);

#ifdef __cplusplus
}
#endif
#endif
