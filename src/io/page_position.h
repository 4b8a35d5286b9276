/* Where a run through the pages has got to: weir_pages_position. */
#ifndef WEIR_IO_PAGE_POSITION_H
#define WEIR_IO_PAGE_POSITION_H

#include <weir/pages.h>

struct weir_pages_position {
	uint32_t references;
	weir_value url; /* nil: nothing has happened */
	int64_t number;
	uint64_t emitted; /* items of the page */
	bool is_over; /* there is no page behind it */
};

weir_pages_position *weir_pages_position_ref(weir_pages_position *position);

/* The page that is being emitted; NULL is allowed. Without memory the position stays nil. */
void weir_pages_position_set(weir_pages_position *position, const char *url, int64_t number, uint64_t emitted);

/* Reads a token back. False if it is none. The members of `ret_position` are borrowed. */
bool weir_pages_position_read(weir_value token, struct weir_pages_position *ret_position);

#endif
