/* How pages follow each other: the copied options of weir_pages(), and what they say about one page. */
#ifndef WEIR_IO_PAGE_PLAN_H
#define WEIR_IO_PAGE_PLAN_H

#include <weir/pages.h>

#include "io/http_request.h"
#include "io/page_position.h"
#include "io/page_request.h"

struct weir_page_plan {
	struct weir_http_request request; /* of the first page; `url` NULL: there was no memory for the plan */
	struct weir_pages_options options; /* names are filled in */
	struct weir_page_policy policy;
	char *names;
};

/* A place in the walk. */
struct weir_page_place {
	char *url; /* owned */
	int64_t number; /* of the page, or the items before it, where that is what counts */
};

struct weir_page_plan weir_page_plan_copy(const char *url, const struct weir_pages_options *options);

void weir_page_plan_finish(struct weir_page_plan *plan);

/* Where the walk begins. Returns 0 or a negated errno. */
int weir_page_first(const struct weir_page_plan *plan, struct weir_page_place *ret_place);

/*
 * The page an answer stands for: its map with `body` decoded, `items`, and `number`. Owned; an error when it cannot be
 * decoded or has no items where they should be. `answer` is borrowed.
 */
weir_value weir_page_read(const struct weir_page_plan *plan, weir_value answer, uint64_t number);

/* The place behind `page`, which is at `place`. Returns 1, 0 at the end, or -1 and an owned error value. */
int weir_page_next(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	struct weir_page_place *ret_next, weir_value *ret_error);

/* The request for a page. */
struct weir_http_request weir_page_request_of(const struct weir_page_plan *plan, const char *url);

#endif
