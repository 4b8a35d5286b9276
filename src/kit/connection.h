/*
 * A source that runs on behalf of many: what share, groups and windows stand on.
 *
 * It is no part of any pipeline behind it: it lives as long as its owner says, and the loop ends it when it is freed.
 */
#ifndef WEIR_KIT_CONNECTION_H
#define WEIR_KIT_CONNECTION_H

#include <weir/operator.h>

struct weir_connection;

struct weir_connection_class {
	/* An item, owned. */
	void (*next)(struct weir_connection *connection, weir_value value);
	/* The source has ended; it is inactive already. The owner may go, or connect again. */
	void (*error)(struct weir_connection *connection, weir_error *error);
	void (*complete)(struct weir_connection *connection);
	/* The loop is being freed. */
	void (*stopped)(struct weir_connection *connection);
};

struct weir_connection {
	const struct weir_connection_class *connection_class;
	struct weir_subscription *subscription; /* NULL while inactive */
	struct weir_subscription *ending; /* inside `error` and `complete`: what is still to be released */
	uint64_t asked; /* of the source, and has not come */
};

/*
 * Run `source`, borrowed, and ask it for `demand` items. Returns 0, or -ENOMEM.
 *
 * @param behind  the node that stands behind it in the paths of errors, or NULL; weir_connection_set_behind() when it goes
 */
int weir_connection_start(struct weir_connection *connection, weir_observable *source, weir_loop *loop,
	struct weir_node *behind, uint64_t demand);

/* Who stands behind it from now on: a node, or NULL. */
void weir_connection_set_behind(struct weir_connection *connection, struct weir_node *before, struct weir_node *behind);

/* Have `demand` items outstanding, if there are fewer. Nothing while inactive. */
void weir_connection_ask(struct weir_connection *connection, uint64_t demand);

/* Release the source; nothing comes any more. */
void weir_connection_stop(struct weir_connection *connection);

/*
 * Inside `error` and `complete`: release the stages of the source now, before those that end with it. The owner, if it
 * lives on, is to set `ending` to NULL at the end of either.
 */
void weir_connection_release(struct weir_connection *connection);

/* The connection that runs a node of its source. */
struct weir_connection *weir_connection_around(const struct weir_node *node);

static inline bool weir_connection_is_active(const struct weir_connection *connection)
{
	return connection->subscription != NULL;
}

#endif
