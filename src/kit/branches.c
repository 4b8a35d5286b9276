/* One source whose items go to observables that are emitted themselves. See kit/branches.h. */
#include "kit/branches.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/error_private.h"
#include "core/loop.h"
#include "kit/failed.h"

static struct weir_branch *branch_of(struct weir_hub *hub)
{
	return WEIR_CONTAINER_OF(hub, struct weir_branch, hub);
}

static void branches_unref(struct weir_branches *branches)
{
	if (--branches->references > 0)
		return;
	if (branches->branches_class->finish != NULL)
		branches->branches_class->finish(branches);
	weir_table_finish(&branches->keyed);
	weir_unref(branches->recipe);
	weir_pool_return(branches, branches->branches_class->size);
}

/* How many items of the source may be on their way. */
static uint64_t room(const struct weir_branches *branches)
{
	uint64_t room = WEIR_BRANCHES_AHEAD - branches->ahead;

	if (branches->ahead >= WEIR_BRANCHES_AHEAD ||
		(branches->listened == 0 && (branches->node == NULL || branches->node->demand == 0)))
		return 0;
	return branches->listened > 0 || room < branches->wanted ? room : branches->wanted;
}

static void ask(struct weir_branches *branches)
{
	uint64_t wanted = room(branches);

	/* Not for every single one. */
	if (branches->connection.asked <= wanted / 4)
		weir_connection_ask(&branches->connection, wanted);
}

/* Branches */

static void count_ahead(struct weir_branch *branch)
{
	struct weir_branches *branches = branch->branches;
	size_t ahead = !branch->was_joined	     ? 0
		       : branches->connector != NULL ? weir_hub_lag(&branch->hub)
						     : branch->hub.values.count;

	branches->ahead += ahead - branch->ahead;
	branch->ahead = ahead;
}

static void hub_destroy(struct weir_hub *hub)
{
	struct weir_branch *branch = branch_of(hub);
	struct weir_branches *branches = branch->branches;

	branches->ahead -= branch->ahead;
	weir_hub_finish(hub);
	weir_release(branch->entry.key);
	weir_pool_return(branch, sizeof *branch);
	branches_unref(branches);
}

/* What has waited for the first listener is its alone: from now on values wait for demand only. */
static void hub_joined(struct weir_hub *hub)
{
	struct weir_branch *branch = branch_of(hub);

	branch->was_joined = true;
	if (branch->branches->connector == NULL)
		hub->options.keep = 0;
	if (hub->listener_count == 1)
		branch->branches->listened++;
}

static void hub_moved(struct weir_hub *hub)
{
	count_ahead(branch_of(hub));
	ask(branch_of(hub)->branches);
}

static void stop_if_unused(struct weir_branches *branches);

static void hub_left(struct weir_hub *hub, struct weir_listener *listener)
{
	struct weir_branch *branch = branch_of(hub);

	(void)listener;
	count_ahead(branch);
	if (hub->listener_count > 0)
		return;
	branch->branches->listened--;
	stop_if_unused(branch->branches);
}

static const struct weir_hub_class branch_hub = {
	.destroy = hub_destroy,
	.joined = hub_joined,
	.moved = hub_moved,
	.left = hub_left,
};

/* It is no longer among the open ones. The caller takes over the reference that held it there. */
static void take_out(struct weir_branch *branch)
{
	struct weir_branches *branches = branch->branches;

	if (branches->cursor == &branch->link)
		branches->cursor = branch->link.next;
	weir_list_remove(&branch->link);
	weir_connection_stop(&branch->closer);
	if (branch->is_keyed)
		weir_table_remove(&branches->keyed, &branch->entry);
}

void weir_branch_end(struct weir_branch *branch, weir_error *error)
{
	if (!weir_branch_is_open(branch)) {
		weir_error_unref(error);
		return;
	}
	take_out(branch);
	if (error != NULL)
		weir_hub_error(&branch->hub, error);
	else
		weir_hub_complete(&branch->hub);
	weir_hub_unref(&branch->hub);
}

static struct weir_branch *closes(struct weir_connection *closer)
{
	return WEIR_CONTAINER_OF(closer, struct weir_branch, closer);
}

static void closer_next(struct weir_connection *closer, weir_value value)
{
	weir_release(value);
	weir_branch_end(closes(closer), NULL);
}

static void closer_error(struct weir_connection *closer, weir_error *error)
{
	weir_branch_end(closes(closer), error);
}

static void closer_complete(struct weir_connection *closer)
{
	weir_branch_end(closes(closer), NULL);
}

/* The loop is being freed. */
static void closer_stopped(struct weir_connection *closer)
{
	(void)closer;
}

static const struct weir_connection_class branch_closer = {
	.next = closer_next,
	.error = closer_error,
	.complete = closer_complete,
	.stopped = closer_stopped,
};

void weir_branch_close_by(struct weir_branch *branch, weir_observable *closer)
{
	struct weir_branches *branches = branch->branches;

	weir_error *failure = weir_callback_failure(closer);

	if (failure != NULL) {
		weir_branches_fail(branches, weir_error_value(failure));
		return;
	}
	branch->closer.connection_class = &branch_closer;
	if (weir_branch_is_open(branch) &&
		weir_connection_start(&branch->closer, closer, branches->loop, branches->node, 1) < 0)
		weir_branch_end(branch, weir_as_error(weir_no_memory()));
	weir_unref(closer);
}

static struct weir_branch *oldest(const struct weir_branches *branches)
{
	return WEIR_CONTAINER_OF(branches->open.next, struct weir_branch, link);
}

static void let_go_of_recipe(struct weir_branches *branches)
{
	weir_observable *recipe = branches->recipe;

	if (branches->is_running)
		return;
	branches->recipe = NULL;
	weir_unref(recipe);
}

/* The source is no longer there. */
static void end_source(struct weir_branches *branches)
{
	branches->has_ended = true;
	weir_connection_stop(&branches->connection);
	let_go_of_recipe(branches);
}

/* End it without a word: there is nobody to tell. */
static void stop(struct weir_branches *branches)
{
	branches->references++;
	end_source(branches);
	while (!weir_list_is_empty(&branches->open)) {
		struct weir_branch *branch = oldest(branches);

		take_out(branch);
		weir_hub_close(&branch->hub);
		weir_hub_unref(&branch->hub);
	}
	branches_unref(branches);
}

static void stop_if_unused(struct weir_branches *branches)
{
	if (!branches->has_ended && branches->node == NULL && branches->listened == 0)
		stop(branches);
}

void weir_branches_drop(struct weir_branches *branches, weir_value value)
{
	weir_loop_report_dropped(branches->loop, branches->branches_class->listener_class->name, value);
	weir_release(value);
}

static void push_waiting(struct weir_branch *branch, weir_value value)
{
	struct weir_branches *branches = branch->branches;

	if (branches->connector != NULL) {
		weir_hub_next(&branch->hub, value);
	} else if (branches->waiting == 0 || branch->was_joined) {
		weir_branches_drop(branches, value);
	} else if (branch->hub.values.count < branches->waiting) {
		weir_hub_next(&branch->hub, value);
	} else {
		weir_branches_drop(branches, value);
		weir_branches_fail(branches, weir_fail(WEIR_EOVERFLOW,
						     "%zu values wait in an observable that nobody has subscribed to "
						     "yet; run more of them at once, "
						     "or let more values wait",
						     branches->waiting));
	}
}

void weir_branch_next(struct weir_branch *branch, weir_value value)
{
	if (WEIR_UNLIKELY(branch->hub.listener_count == 0)) {
		push_waiting(branch, value);
		return;
	}
	weir_hub_ref(&branch->hub);
	weir_hub_next(&branch->hub, value);
	if (WEIR_UNLIKELY(branch->hub.values.count != branch->ahead))
		count_ahead(branch);
	weir_hub_unref(&branch->hub);
}

void weir_branches_next(struct weir_branches *branches, weir_value value)
{
	branches->cursor = branches->open.next;
	while (branches->cursor != &branches->open) {
		struct weir_branch *branch = WEIR_CONTAINER_OF(branches->cursor, struct weir_branch, link);

		branches->cursor = branches->cursor->next;
		weir_branch_next(branch, weir_retain(value));
	}
	weir_release(value);
}

struct weir_branch *weir_branches_open(struct weir_branches *branches)
{
	struct weir_branch *branch = branches->node != NULL ? weir_pool_take(sizeof *branch) : NULL;
	struct weir_hub_options options = {
		.keep = branches->waiting,
		.slack = branches->waiting > WEIR_BRANCHES_AHEAD ? branches->waiting : WEIR_BRANCHES_AHEAD,
		.loop = branches->loop,
	};

	if (branch == NULL) {
		if (branches->node != NULL)
			weir_branches_fail(branches, weir_no_memory());
		return NULL;
	}
	*branch = (struct weir_branch){ .entry.key = weir_nil() };
	if (branches->connector != NULL)
		options = weir_connector_hub(branches->connector, branches->loop, options.slack);
	weir_hub_init(&branch->hub, &branch_hub, &options);
	branch->branches = branches;
	branches->references++;
	weir_link_init(&branch->pending);
	weir_hub_ref(&branch->hub);
	weir_list_append(&branches->open, &branch->link);
	if (branches->connector != NULL && weir_connector_begin(branches->connector, &branch->hub) < 0) {
		weir_branches_fail(branches, weir_no_memory());
		weir_hub_unref(&branch->hub);
		return NULL;
	}
	return branch;
}

struct weir_branch *weir_branches_open_for(struct weir_branches *branches, weir_value key, uint64_t hash)
{
	struct weir_branch *branch = weir_branches_open(branches);

	if (branch == NULL) {
		weir_release(key);
		return NULL;
	}
	branch->entry = (struct weir_table_entry){ hash, key };
	if (weir_table_add(&branches->keyed, &branch->entry) < 0) {
		weir_branches_fail(branches, weir_no_memory());
		weir_hub_unref(&branch->hub);
		return NULL;
	}
	branch->is_keyed = true;
	return branch;
}

weir_value weir_branch_key(const weir_observable *observable, const struct weir_node_class *listener_class)
{
	struct weir_hub *hub = weir_hub_of(observable, listener_class);

	return hub != NULL ? branch_of(hub)->entry.key : weir_nil();
}

/* The outer pipeline */

weir_observable *weir_branch_observable(struct weir_branch *branch)
{
	return weir_hub_observable(&branch->hub, branch->branches->branches_class->listener_class);
}

static struct weir_branch *first_pending(const struct weir_branches *branches)
{
	return WEIR_CONTAINER_OF(branches->pending.next, struct weir_branch, pending);
}

/* Emit what is asked for, then the end if that is all. Whoever calls has entered the outer subscription. */
static void emit_pending(struct weir_branches *branches)
{
	if (branches->is_emitting)
		return;
	branches->references++;
	branches->is_emitting = true;
	while (branches->node != NULL && branches->node->demand > 0 && !weir_list_is_empty(&branches->pending)) {
		struct weir_branch *branch = first_pending(branches);

		weir_list_remove(&branch->pending);
		branches->pending_count--;
		weir_emit_result(branches->node, branches->branches_class->item != NULL
							 ? branches->branches_class->item(branch)
							 : weir_observable_value(weir_branch_observable(branch)));
		weir_hub_unref(&branch->hub);
	}
	branches->is_emitting = false;
	if (branches->node != NULL && branches->has_ended && weir_list_is_empty(&branches->pending))
		weir_emit_complete(branches->node);
	branches_unref(branches);
}

static void drop_pending(struct weir_branches *branches)
{
	while (!weir_list_is_empty(&branches->pending)) {
		struct weir_branch *branch = first_pending(branches);

		weir_list_remove(&branch->pending);
		branches->pending_count--;
		weir_hub_unref(&branch->hub);
	}
}

void weir_branches_emit(struct weir_branches *branches, struct weir_branch *branch)
{
	struct weir_subscription *subscription;

	if (branches->node == NULL)
		return;
	subscription = branches->node->subscription;
	weir_hub_ref(&branch->hub);
	weir_list_append(&branches->pending, &branch->pending);
	branches->pending_count++;
	branches->references++;
	weir_enter(subscription);
	emit_pending(branches);
	weir_leave(subscription);
	if (branches->pending_count > WEIR_BRANCHES_PENDING_MAX && branches->waiting != SIZE_MAX)
		weir_branches_fail(branches, weir_fail(WEIR_EOVERFLOW,
						     "%d observables wait that nobody has asked for; run more of them "
						     "at once, or take them faster",
						     WEIR_BRANCHES_PENDING_MAX));
	branches_unref(branches);
}

/* All branches, oldest first, then the outer pipeline. Consumes `error`; NULL: complete. */
static void end_all(struct weir_branches *branches, weir_error *error)
{
	struct weir_subscription *subscription;

	branches->references++;
	end_source(branches);
	while (!weir_list_is_empty(&branches->open))
		weir_branch_end(oldest(branches), error != NULL ? weir_error_ref(error) : NULL);
	if (branches->node != NULL) {
		subscription = branches->node->subscription;
		weir_enter(subscription);
		if (error == NULL) {
			emit_pending(branches);
		} else {
			drop_pending(branches);
			weir_emit_error(branches->node, weir_error_ref(error));
		}
		weir_leave(subscription);
	}
	weir_error_unref(error);
	branches_unref(branches);
}

void weir_branches_fail(struct weir_branches *branches, weir_value failure)
{
	char *path = branches->node != NULL ? weir_node_path(branches->node) : NULL;
	weir_error *error = weir_as_error(failure);

	if (path != NULL)
		error = weir_error_at(error, path);
	weir_deallocate(path);
	if (branches->has_ended)
		weir_error_unref(error);
	else
		end_all(branches, error);
}

/* The source */

static struct weir_branches *branches_of(struct weir_connection *connection)
{
	return WEIR_CONTAINER_OF(connection, struct weir_branches, connection);
}

static void source_next(struct weir_connection *connection, weir_value value)
{
	struct weir_branches *branches = branches_of(connection);

	branches->references++;
	branches->is_running = true;
	branches->branches_class->next(branches, value);
	branches->is_running = false;
	if (WEIR_UNLIKELY(branches->has_ended))
		let_go_of_recipe(branches);
	ask(branches);
	branches_unref(branches);
}

/* All that ends with the source. Consumes `error`; NULL: complete. */
static void end_with_source(struct weir_branches *branches, weir_error *error)
{
	branches->references++;
	if (error == NULL && branches->branches_class->complete != NULL)
		branches->branches_class->complete(branches);
	end_all(branches, error);
	branches->connection.ending = NULL;
	branches_unref(branches);
}

static void source_error(struct weir_connection *connection, weir_error *error)
{
	end_with_source(branches_of(connection), error);
}

static void source_complete(struct weir_connection *connection)
{
	end_with_source(branches_of(connection), NULL);
}

/* The loop is being freed: everything will be cancelled. */
static void source_stopped(struct weir_connection *connection)
{
	stop(branches_of(connection));
}

static const struct weir_connection_class branches_connection = {
	.next = source_next,
	.error = source_error,
	.complete = source_complete,
	.stopped = source_stopped,
};

struct weir_branches *weir_branches_new(
	struct weir_node *node, const struct weir_branches_class *branches_class, size_t waiting)
{
	struct weir_branches *branches = weir_pool_take(branches_class->size);

	if (branches == NULL) {
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return NULL;
	}
	memset(branches, 0, branches_class->size);
	branches->branches_class = branches_class;
	branches->references = 2; /* one is for `start` */
	branches->node = node;
	branches->config = node->config;
	branches->recipe = weir_ref(node->subscription->observable);
	branches->loop = weir_node_loop(node);
	branches->connection.connection_class = &branches_connection;
	branches->waiting = waiting;
	branches->wanted = WEIR_UNBOUNDED;
	weir_link_init(&branches->open);
	weir_link_init(&branches->pending);
	WEIR_CONTAINER_OF(node, struct weir_branches_node, node)->branches = branches;
	return branches;
}

void weir_branches_connect(struct weir_branches *branches, weir_observable *source)
{
	if (!branches->has_ended && weir_connection_start(&branches->connection, source, branches->loop, branches->node,
					    room(branches)) < 0)
		weir_branches_fail(branches, weir_no_memory());
	branches_unref(branches);
}

void weir_branches_request(struct weir_node *node, uint64_t count)
{
	struct weir_branches *branches = WEIR_CONTAINER_OF(node, struct weir_branches_node, node)->branches;

	(void)count;
	branches->references++;
	emit_pending(branches);
	ask(branches);
	branches_unref(branches);
}

void weir_branches_finish(struct weir_node *node)
{
	struct weir_branches *branches = WEIR_CONTAINER_OF(node, struct weir_branches_node, node)->branches;

	if (branches == NULL)
		return;
	branches->node = NULL;
	weir_connection_release(&branches->connection);
	weir_connection_set_behind(&branches->connection, node, NULL);
	drop_pending(branches);
	stop_if_unused(branches);
	branches_unref(branches);
}
