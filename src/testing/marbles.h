/* Marble strings: reading and drawing them. The grammar stands in weir/testing.h. */
#ifndef WEIR_TESTING_MARBLES_H
#define WEIR_TESTING_MARBLES_H

#include <weir/time.h>
#include <weir/value.h>

enum weir_marble_type {
	WEIR_MARBLE_NEXT,
	WEIR_MARBLE_ERROR,
	WEIR_MARBLE_COMPLETE,
	WEIR_MARBLE_SUBSCRIBED,
	WEIR_MARBLE_RELEASED,
};

struct weir_marble {
	weir_duration time;
	enum weir_marble_type type;
	weir_value value; /* the item or the error, owned */
	bool any_message; /* of an expected error only the code counts */
	const struct weir_marbles *stream; /* the item is an observable that does this; borrowed */
};

struct weir_marbles {
	struct weir_marble *items;
	size_t count;
	size_t capacity;
	struct weir_marbles *next; /* for whoever owns several */
};

enum weir_marble_grammar {
	WEIR_MARBLES_SOURCE,
	WEIR_MARBLES_HOT,
	WEIR_MARBLES_EXPECTED,
	WEIR_MARBLES_SUBSCRIPTION,
};

/* What letters and `#` stand for. */
struct weir_marble_alphabet {
	bool is_bound[128];
	weir_value values[128];
	const struct weir_marbles *streams[128]; /* not NULL: the letter is an observable */
	int error_code;
	char *error_message; /* NULL: any */
};

#define WEIR_FRAME INT64_C(1000000)

/*
 * Parse `text` into `marbles`, which must be all zero.
 *
 * Returns NULL, or what is wrong, static; then `ret_column` is where, and `marbles` is empty.
 */
const char *weir_marbles_parse(struct weir_marbles *marbles, const char *text, enum weir_marble_grammar grammar,
	const struct weir_marble_alphabet *alphabet, size_t *ret_column);

/* Append; consumes `value`. False without memory. */
bool weir_marbles_add(struct weir_marbles *marbles, weir_duration time, enum weir_marble_type type, weir_value value);

void weir_marbles_finish(struct weir_marbles *marbles);

/* Whether `actual` is what `expected` says. */
bool weir_marble_matches(const struct weir_marble *expected, const struct weir_marble *actual);

/* One marble as its character; `?` for a value without one. */
char weir_marble_character(const struct weir_marble *marble, const struct weir_marble_alphabet *alphabet);

#endif
