/** @file
 * Paginated APIs as one stream of items, and resources that are asked again and again. */
#ifndef WEIR_PAGES_H
#define WEIR_PAGES_H

#include <weir/http.h>
#include <weir/limiter.h>
#include <weir/observable.h>
#include <weir/recovering.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a page leads to the next one. Defaults of names stand in parentheses. */
enum weir_pages_next {
	/** The header field `Link` with `rel=next` (RFC 8288). It ends where there is none. */
	WEIR_NEXT_LINK,
	/** A URL in the body, at the path `cursor` ("next"). It ends at null, "" or none, or `has_more` false. */
	WEIR_NEXT_URL,
	/** A token in the body, at the path `cursor` ("next_cursor"), which goes into the query as `parameter`
	 * ("cursor"). It ends at null, "" or none, or `has_more` false. */
	WEIR_NEXT_CURSOR,
	/** The number of the page, in the query as `parameter` ("page"). It ends at an empty page, at one with fewer
	 * than `page_size` items, after as many pages as the body says at the path `total` ("total_pages"), or at
	 * `has_more` false. */
	WEIR_NEXT_PAGE_NUMBER,
	/** The number of items passed, in the query as `parameter` ("offset"): what the body says at the path
	 * `scanned`, or else the number of items in it. It ends when that reaches what the body says at the path
	 * `total` ("total"); without that, at a page with none or fewer than `page_size`; or at `has_more` false. */
	WEIR_NEXT_OFFSET,
	/** The member `key` ("id") of the last item, in the query as `parameter` ("starting_after"). It ends at an
	 * empty page, at one with fewer than `page_size` items when the body does not say `has_more`, or at `has_more`
	 * false. */
	WEIR_NEXT_LAST_KEY,
	/** What `next_url` answers. */
	WEIR_NEXT_CALLBACK,
};

/** What to do when a page leads back to one that was there already. */
enum weir_pages_repeat {
	WEIR_REPEAT_FAILS, /**< `WEIR_ELIMIT` */
	WEIR_REPEAT_ENDS, /**< complete */
	WEIR_REPEAT_ALLOWED, /**< go on, up to `allowed_repeats` times */
};

/** Where a run through the pages has got to. Reference-counted; of one thread. */
typedef struct weir_pages_position weir_pages_position;

/**
 * How to walk through pages. All zero means the defaults. Everything but `limiter` and `position`, which are
 * referenced, is copied. A path is the name of a member, or several separated by dots.
 */
struct weir_pages_options {
	/** The requests. `max_body_size` 0 stands for 16 MiB. A page on another origin than the first gets none of the
	 * header fields but `Accept` and its kin. */
	struct weir_http_options http;
	enum weir_pages_next next;
	/** The path of the items in the body; NULL: the body itself, which must be an array. */
	const char *items;
	/** Emit each page as one item: the map of weir_http_fetch() with `body` decoded, `items`, and `number` from 1.
	 */
	bool emits_pages;

	/** @name Names, see ::weir_pages_next
 *
 * @{ */
	const char *parameter;
	const char *cursor;
	const char *has_more; /**< ("has_more"): the path of a boolean in the body */
	const char *total;
	const char *scanned;
	const char *key;
	/** @} */
	/** Of `WEIR_NEXT_PAGE_NUMBER`: the first page is 0, not 1. */
	bool counts_from_zero;
	/** Items of a full page, as the server has it. 0: not known. */
	uint64_t page_size;
	/** The query parameter that asks for `page_size`; NULL: none does. */
	const char *size_parameter;
	/** Of `WEIR_NEXT_CALLBACK`: the URL of the next page, a str (may be relative); nil ends; weir_fail() fails.
	 * `page` is as with `emits_pages`, borrowed. */
	weir_value (*next_url)(weir_value page, void *context);

	/** Every request, also a repeated one, is let through by it, and what the server says about quotas is shown to
	 * it. */
	weir_limiter *limiter;
	/** How a request that failed is repeated; its `wake` is consumed. NULL: it is not. Without `should_retry`: after broken
	 * connections, time limits, and the statuses 408, 425, 429, 500, 502, 503 and 504. */
	const struct weir_retry_options *retry;
	/** Ask for the next page before the items of this one are used up. */
	bool prefetches;

	/** More pages are an error. 0: no limit. */
	uint64_t max_pages;
	/** More items are an error. 0: no limit. To want only some is no error: weir_take(). */
	uint64_t max_items;
	enum weir_pages_repeat repeat;
	/** With `WEIR_REPEAT_ALLOWED`. 0: no limit. */
	uint64_t allowed_repeats;
	/** A status that stands for an empty last page, such as 404 or 409; 0: none. */
	int end_status;

	/** Go on from here: a token of weir_pages_position_token(), borrowed. nil: from the start. */
	weir_value resume;
	/** Kept up to date by the subscription; NULL: by none. For one subscription at a time. */
	weir_pages_position *position;
	/** For `next_url`; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_pages_options weir_pages_options;

/**
 * Every item behind a paginated API (JSON over HTTP), page after page, one request at a time.
 *
 *     requests:  p1    p2   p3
 *     pages:     ---abc--def--g|
 *
 * A page is asked for when the items before it are used up and more are asked for.
 *
 * @param url      the first page; begins with http:// or https://; copied
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: of weir_http_fetch() and weir_parse_json(), after the items before; `WEIR_ESYNTAX` for a body without what
 * the options say is in it; `WEIR_ELIMIT` for the guards. Completion: after the items of the last page. Order: of the
 * pages. Demand: honoured; see above. Since 0.1.
 */
WEIR_API weir_observable *weir_pages(const char *url, const struct weir_pages_options *options);

/** @return owned; NULL without memory */
WEIR_API weir_pages_position *weir_pages_position_new(void);

/** One reference less; NULL is allowed. */
WEIR_API void weir_pages_position_unref(weir_pages_position *position);

/**
 * What `resume` takes: go on behind the item that was emitted last. At any moment, also after the end.
 *
 * @return owned: nil before the first page, else a map of strings and numbers, to be stored by weir_pack() or
 *         weir_format_json(). It holds the page's URL
 */
WEIR_API weir_value weir_pages_position_token(const weir_pages_position *position);

/** How to ask again and again. All zero means the defaults. Everything but `limiter`, which is referenced, is copied.
 */
struct weir_poll_options {
	struct weir_http_options http;
	/** `body` is decoded from JSON. Otherwise it is a bin. */
	bool decodes_json;
	/** As in ::weir_pages_options. */
	weir_limiter *limiter;
	/** As in ::weir_pages_options. */
	const struct weir_retry_options *retry;
};
/** Short for it. */
typedef struct weir_poll_options weir_poll_options;

/**
 * Ask for a resource again and again, and emit it whenever it has changed.
 *
 *     requests:  r---r---r---r---r--
 *     answers:   a   304 b   304 304
 *     poll:      -a-------b---------
 *
 * After the first request the server is asked only for what has changed (`If-None-Match` with the `ETag`,
 * `If-Modified-Since` with `Last-Modified`); an answer 304 emits nothing. An answer with the `ETag` of the one before
 * emits nothing either.
 *
 * @param url       begins with http:// or https://; copied
 * @param interval  > 0, from the beginning of a request to that of the next; longer if the server asks for it
 *                  (`X-Poll-Interval`) or the answer takes longer
 * @param options   copied; NULL for the defaults
 * @return owned; emits the map of weir_http_fetch()
 *
 * Errors: of weir_http_fetch(); of weir_parse_json(). Completion: never by itself. Order: of the requests. Demand:
 * honoured; nothing is requested without it. Since 0.1.
 */
WEIR_API weir_observable *weir_poll(const char *url, weir_duration interval, const struct weir_poll_options *options);

#ifdef __cplusplus
}
#endif
#endif
