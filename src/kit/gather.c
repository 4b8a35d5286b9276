/* Several inputs, each with a subscription of its own. See kit/gather.h. */
#include "kit/gather.h"

#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/subscription.h"
#include "kit/failures.h"

enum {
	/* Items lent in one go; then the loop gets its turn. */
	ITEMS_PER_TURN = 16384,
};

struct gather_sink {
	struct weir_node node;
	struct weir_gather *gather;
	struct weir_gather_input *input;
	size_t index;
};

struct pending_item {
	struct weir_gather_input *input;
	weir_value value;
};

static struct gather_sink *sink_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct gather_sink, node);
}

static size_t index_of(const struct weir_gather *gather, const struct weir_gather_input *input)
{
	return (size_t)(input - gather->inputs);
}

static uint64_t queued(const struct weir_gather *gather, const struct weir_gather_input *input)
{
	return input->received - gather->rows.taken;
}

static weir_value *row_at(const struct weir_gather *gather, uint64_t number)
{
	return gather->rows.cells + (number & (gather->rows.row_count - 1)) * gather->count;
}

static void fail_without_memory(struct weir_gather *gather)
{
	weir_emit_error(&gather->node, weir_as_error(weir_no_memory()));
}

static size_t storage_size(size_t count)
{
	return count * sizeof(struct weir_gather_input) + (count + 1) * sizeof(weir_value);
}

static bool storage_make(struct weir_gather *gather, size_t count)
{
	if (count > SIZE_MAX / 2 / WEIR_GATHER_PREFETCH / (sizeof(struct weir_gather_input) + 2 * sizeof(weir_value)))
		return false;
	gather->inputs = weir_pool_take(storage_size(count));
	if (gather->inputs == NULL)
		return false;
	memset(gather->inputs, 0, storage_size(count));
	gather->values = (weir_value *)(gather->inputs + count) + 1;
	gather->count = gather->running = gather->lacking = count;
	return true;
}

/* Not while combining or emitting: the loop that does so comes back to what is stored, and frees it then. */
static void storage_free(struct weir_gather *gather)
{
	size_t count = gather->count;

	for (size_t index = 0; index < count; index++) {
		weir_release(gather->values[index]);
		for (uint64_t number = gather->rows.taken; number < gather->inputs[index].received; number++)
			weir_release(row_at(gather, number)[index]);
	}
	weir_deallocate(gather->rows.cells);
	while (gather->pending.count > 0) {
		weir_release(((struct pending_item *)weir_ring_at(&gather->pending, 0))->value);
		weir_ring_pop(&gather->pending);
	}
	weir_ring_finish(&gather->pending);
	weir_pool_return(gather->inputs, storage_size(count));
	gather->inputs = NULL;
	gather->count = 0;
}

static void gather_stop(struct weir_resource *resource)
{
	struct weir_gather *gather = WEIR_CONTAINER_OF(resource, struct weir_gather, resource);

	for (size_t index = 0; index < gather->count; index++) {
		struct weir_subscription *subscription = gather->inputs[index].subscription;

		gather->inputs[index].subscription = NULL;
		if (subscription != NULL)
			weir_subscription_abandon(subscription);
	}
	if (!gather->emitting)
		storage_free(gather);
}

/* The loop that emits is done. False when the node has ended meanwhile: then nothing is stored any more. */
static bool stop_emitting(struct weir_gather *gather)
{
	gather->emitting = false;
	if (WEIR_LIKELY(weir_is_open(&gather->node)))
		return true;
	storage_free(gather);
	return false;
}

static weir_value combine(struct weir_gather *gather, const weir_value *values)
{
	if (WEIR_LIKELY(gather->combiner != NULL))
		return gather->combiner(values, gather->count, gather->context);
	return gather->gather_class->combine(gather, values);
}

/* What the input may be lent beyond what it has sent. */
static uint64_t loan(const struct weir_gather *gather, const struct weir_gather_input *input)
{
	uint64_t demand = gather->node.demand;

	if (gather->gather_class->takes_everything)
		return WEIR_UNBOUNDED;
	switch (gather->gather_class->mode) {
	case WEIR_GATHER_QUEUE:
		if (demand > WEIR_GATHER_PREFETCH)
			demand = WEIR_GATHER_PREFETCH;
		return demand > queued(gather, input) ? demand - queued(gather, input) : 0;
	case WEIR_GATHER_LATEST:
		return demand == WEIR_UNBOUNDED || demand < WEIR_GATHER_CREDIT ? demand : WEIR_GATHER_CREDIT;
	default:
		return demand;
	}
}

/* How much an input is lent now. Where items pass unchanged, requests do. */
static uint64_t lend_more(const struct weir_gather *gather, const struct weir_gather_input *input)
{
	if (input->subscription == NULL || (input->credit > 0 && gather->gather_class->mode != WEIR_GATHER_FIRST))
		return 0;

	uint64_t credit = loan(gather, input);

	return credit > input->credit ? credit - input->credit : 0;
}

/* As many rows as one input may fill. False without memory. */
static bool make_rows(struct weir_gather *gather, uint64_t needed)
{
	struct weir_gather_rows *rows = &gather->rows;
	struct weir_gather_rows old = *rows;
	size_t row_size = gather->count * sizeof *rows->cells;

	if (needed <= old.row_count)
		return true;
	if (rows->row_count == 0)
		rows->row_count = 4;
	while (rows->row_count < needed)
		rows->row_count *= 2;
	rows->cells = weir_allocate(rows->row_count * row_size);
	if (rows->cells == NULL) {
		*rows = old;
		return false;
	}
	for (uint64_t number = old.taken; number < old.taken + old.row_count; number++)
		memcpy(row_at(gather, number), old.cells + (number & (old.row_count - 1)) * gather->count, row_size);
	weir_deallocate(old.cells);
	return true;
}

/* False when the stage has failed. */
static bool lend(struct weir_gather *gather, struct weir_gather_input *input, uint64_t more)
{
	if (gather->gather_class->mode == WEIR_GATHER_QUEUE &&
		!make_rows(gather, queued(gather, input) + input->credit + more)) {
		fail_without_memory(gather);
		return false;
	}
	input->credit = weir_demand_add(input->credit, more);
	return true;
}

static void serve(struct weir_gather *gather);

static void gather_again(struct weir_timer *timer)
{
	struct weir_gather *gather = WEIR_CONTAINER_OF(timer, struct weir_gather, again);

	gather->serving = false;
	serve(gather);
}

static void pause_serving(struct weir_gather *gather)
{
	if (!gather->has_timer) {
		weir_timer_init(&gather->again, &gather->node, gather_again);
		gather->has_timer = true;
	}
	gather->hungry = true;
	weir_timer_start(&gather->again, 0);
}

static void emit_pending(struct weir_gather *gather);

/* Each item lent may lead to more demand, or to an input that wants more: until there is none. */
static void serve(struct weir_gather *gather)
{
	uint64_t budget = ITEMS_PER_TURN;

	if (gather->serving || gather->emitting)
		return;
	gather->serving = true;
	while (gather->hungry && weir_is_open(&gather->node)) {
		gather->hungry = false;
		if (gather->pending.count > 0)
			emit_pending(gather);
		for (size_t index = 0; index < gather->count; index++) {
			struct weir_gather_input *input = &gather->inputs[index];
			uint64_t more = lend_more(gather, input);

			if (more == 0)
				continue;
			if (budget == 0) {
				pause_serving(gather);
				return;
			}
			budget -= more < budget ? more : budget;
			if (lend(gather, input, more))
				weir_subscription_request(input->subscription, more);
		}
	}
	gather->serving = false;
}

/* What was lent is used up, or downstream waits for more. */
static void serve_if_hungry(struct weir_gather *gather)
{
	if (WEIR_UNLIKELY(gather->hungry) && !gather->serving && weir_is_open(&gather->node))
		serve(gather);
}

/* An item was sent. False when it was not lent; then it was dropped, and the stream has failed. */
static bool take_credit(struct weir_node *node, weir_value value)
{
	struct gather_sink *sink = sink_of(node);
	uint64_t credit = sink->input->credit;

	if (WEIR_LIKELY(credit == WEIR_UNBOUNDED))
		return true;
	if (WEIR_UNLIKELY(credit == 0)) {
		weir_drop(node, value);
		weir_emit_failure(&sink->gather->node, WEIR_EDEMAND, "input %zu sent more items than were requested",
			index_of(sink->gather, sink->input) + 1);
		return false;
	}
	sink->input->credit = credit - 1;
	if (credit == 1)
		sink->gather->hungry = true;
	return true;
}

/* Several items are one after the other; what has ended the stream must not find its storage used. */
static void each_of_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct weir_node *owner = &sink_of(node)->gather->node;

	for (size_t index = 0; index < count; index++) {
		if (weir_is_open(owner))
			node->node_class->next(node, values[index]);
		else
			weir_release(values[index]);
	}
}

/* QUEUE */

static bool is_exhausted(const struct weir_gather *gather, const struct weir_gather_input *input)
{
	return input->has_completed && queued(gather, input) == 0;
}

static bool any_is_exhausted(const struct weir_gather *gather)
{
	if (WEIR_LIKELY(gather->running == gather->count))
		return false;
	for (size_t index = 0; index < gather->count; index++)
		if (is_exhausted(gather, &gather->inputs[index]))
			return true;
	return false;
}

/* The oldest rows have been used. */
static void take_rows(struct weir_gather *gather, size_t count)
{
	struct weir_gather_rows *rows = &gather->rows;

	if (WEIR_UNLIKELY(rows->tags & WEIR_TAG_COUNTED))
		for (uint64_t number = rows->taken; number < rows->taken + count; number++)
			for (size_t index = 0; index < gather->count; index++)
				weir_release(row_at(gather, number)[index]);
	rows->taken += count;
	for (size_t index = 0; index < gather->count; index++)
		gather->lacking += gather->inputs[index].received == rows->taken;
}

static void emit_row(struct weir_gather *gather)
{
	weir_value result = combine(gather, row_at(gather, gather->rows.taken));

	take_rows(gather, 1);
	weir_emit_result(&gather->node, result);
}

/* How many rows are full and demanded, as far as they go into a batch. */
static size_t count_rows(const struct weir_gather *gather)
{
	uint64_t count = gather->node.demand < WEIR_GATHER_PREFETCH ? gather->node.demand : WEIR_GATHER_PREFETCH;

	for (size_t index = 0; index < gather->count; index++)
		if (queued(gather, &gather->inputs[index]) < count)
			count = queued(gather, &gather->inputs[index]);
	return (size_t)count;
}

/* The row behind `row`, in turn. */
static const weir_value *next_row(const struct weir_gather *gather, const weir_value *row)
{
	row += gather->count;
	return row < gather->rows.cells + gather->rows.row_count * gather->count ? row : gather->rows.cells;
}

/* Emit one by one what a combiner makes of several rows, none of which holds what must be released. */
static void emit_plain_rows(struct weir_gather *gather)
{
	struct weir_node *node = &gather->node;
	weir_combiner combiner = gather->combiner;
	void *context = gather->context;
	size_t stride = gather->count;
	const weir_value *row = row_at(gather, gather->rows.taken);
	const weir_value *end = gather->rows.cells + gather->rows.row_count * stride;
	size_t limit = count_rows(gather);
	size_t count = 0;

	do {
		weir_emit_result(node, combiner(row, stride, context));
		row += stride;
		if (row == end)
			row = gather->rows.cells;
	} while (++count < limit && weir_is_open(node));
	take_rows(gather, count);
}

/* Emit several rows together, as arrays. */
static void emit_row_batch(struct weir_gather *gather)
{
	weir_value results[WEIR_GATHER_PREFETCH];
	const weir_value *row = row_at(gather, gather->rows.taken);
	size_t limit = count_rows(gather);
	size_t count = 0;

	do {
		results[count] = combine(gather, row);
		row = next_row(gather, row);
	} while (!weir_is_error(results[count++]) && count < limit);
	take_rows(gather, count);
	if (WEIR_LIKELY(!weir_is_error(results[count - 1]))) {
		weir_emit_batch(&gather->node, results, count);
	} else {
		weir_emit_batch(&gather->node, results, count - 1);
		weir_emit_failed_value(&gather->node, results[count - 1]);
	}
}

/* A combiner sees each row after what the one before has led to. */
static void emit_rows(struct weir_gather *gather)
{
	if (gather->combiner == NULL && weir_wants_batches(&gather->node))
		emit_row_batch(gather);
	else if (gather->combiner != NULL && !(gather->rows.tags & WEIR_TAG_COUNTED))
		emit_plain_rows(gather);
	else
		emit_row(gather);
}

/* There is a row. More may come from inside. */
static void queue_emit(struct weir_gather *gather, bool are_several)
{
	struct weir_node *node = &gather->node;

	gather->emitting = true;
	do {
		if (are_several)
			emit_rows(gather);
		else
			emit_row(gather);
		if (weir_is_open(node) && any_is_exhausted(gather))
			weir_emit_complete(node);
	} while (node->demand > 0 && gather->lacking == 0);
	/* One that cannot pause may go on as soon as there is room. */
	gather->hungry = true;
	stop_emitting(gather);
}

static void queue_next(struct weir_node *node, weir_value value)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	if (!take_credit(node, value))
		return;
	row_at(gather, input->received)[sink_of(node)->index] = value;
	gather->rows.tags |= value.tag;
	if (input->received++ == gather->rows.taken && --gather->lacking == 0 && !gather->emitting &&
		gather->node.demand > 0)
		queue_emit(gather, false);
	serve_if_hungry(gather);
}

static uint64_t fill_cells(weir_value *cell, size_t stride, const weir_value *values, size_t count)
{
	uint64_t tags = 0;

	WEIR_UNROLL
	for (size_t index = 0; index < count; index++) {
		cell[index * stride] = values[index];
		tags |= values[index].tag;
	}
	return tags;
}

static void fill_column(struct weir_gather *gather, size_t column, const weir_value *values, size_t count)
{
	struct weir_gather_rows *rows = &gather->rows;
	size_t row = gather->inputs[column].received & (rows->row_count - 1);
	size_t before_wrap = rows->row_count - row < count ? rows->row_count - row : count;

	rows->tags |= fill_cells(rows->cells + row * gather->count + column, gather->count, values, before_wrap) |
		      fill_cells(rows->cells + column, gather->count, values + before_wrap, count - before_wrap);
}

static void queue_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	if (!weir_is_open(&gather->node) || count > input->credit) {
		each_of_batch(node, values, count);
		return;
	}
	fill_column(gather, sink_of(node)->index, values, count);
	gather->lacking -= input->received == gather->rows.taken;
	input->received += count;
	input->credit -= count;
	if (input->credit == 0)
		gather->hungry = true;
	if (gather->lacking == 0 && !gather->emitting && gather->node.demand > 0)
		queue_emit(gather, true);
	serve_if_hungry(gather);
}

/* LATEST */

/* The one before, owned. */
static weir_value replace(struct weir_gather *gather, struct weir_gather_input *input, weir_value value)
{
	weir_value *newest = &gather->values[index_of(gather, input)];
	weir_value old = *newest;

	*newest = value;
	if (!input->has_value) {
		input->has_value = true;
		gather->lacking--;
	}
	return old;
}

static bool has_emitted_all(const struct weir_gather *gather)
{
	return gather->running == 0 && gather->pending.count == 0 && !gather->gather_class->is_quiet;
}

static void complete_latest(struct weir_gather *gather)
{
	if (gather->gather_class->ended != NULL)
		gather->gather_class->ended(gather);
	else
		weir_emit_complete(&gather->node);
}

/* Takes up what waits, as far as there is demand; the loop that may emit. */
static void emit_pending(struct weir_gather *gather)
{
	struct weir_node *node = &gather->node;
	bool is_quiet = gather->gather_class->is_quiet;

	gather->emitting = true;
	while (gather->pending.count > 0 && (is_quiet || node->demand > 0) && weir_is_open(node)) {
		struct pending_item item = *(struct pending_item *)weir_ring_at(&gather->pending, 0);

		weir_ring_pop(&gather->pending);

		weir_value old = replace(gather, item.input, item.value);

		if (!is_quiet)
			weir_emit_result(&gather->node, combine(gather, gather->values));
		weir_release(old);
	}
	if (stop_emitting(gather) && has_emitted_all(gather))
		complete_latest(gather);
}

static void latest_pend(struct weir_gather *gather, struct weir_gather_input *input, weir_value value)
{
	struct pending_item *room = weir_ring_push(&gather->pending);

	if (room == NULL) {
		weir_release(value);
		fail_without_memory(gather);
		return;
	}
	*room = (struct pending_item){ input, value };
}

/* The item leads to nothing: the input may send another one, before anything else happens. */
static void latest_keep(struct weir_gather *gather, struct weir_gather_input *input, weir_value value)
{
	weir_release(replace(gather, input, value));
	if (weir_is_open(&gather->node) && input->credit == 0 && input->subscription != NULL) {
		input->credit = loan(gather, input);
		weir_subscription_request(input->subscription, input->credit);
	}
}

static void latest_emit(struct weir_gather *gather, struct weir_gather_input *input, weir_value value)
{
	weir_value old = replace(gather, input, value);

	gather->emitting = true;
	weir_emit_result(&gather->node, combine(gather, gather->values));
	weir_release(old);
	if (stop_emitting(gather) && (gather->pending.count > 0 || gather->running == 0))
		emit_pending(gather);
}

static void latest_next(struct weir_node *node, weir_value value)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	if (!take_credit(node, value))
		return;
	if (gather->emitting || gather->pending.count > 0)
		latest_pend(gather, input, value);
	else if (gather->gather_class->is_quiet || gather->lacking > !input->has_value)
		latest_keep(gather, input, value);
	else if (gather->node.demand > 0)
		latest_emit(gather, input, value);
	else
		latest_pend(gather, input, value);
	serve_if_hungry(gather);
}

/* FIRST */

static void stop_others(struct weir_gather *gather, const struct weir_gather_input *kept)
{
	for (size_t index = 0; index < gather->count; index++) {
		struct weir_gather_input *input = &gather->inputs[index];
		struct weir_subscription *subscription = input->subscription;

		if (input == kept || subscription == NULL)
			continue;
		input->subscription = NULL;
		weir_subscription_abandon(subscription);
	}
}

/* The stages of the others are released before the item passes. */
static void decide(struct weir_gather *gather, struct weir_gather_input *winner)
{
	gather->winner = winner;
	stop_others(gather, winner);
}

static void first_next(struct weir_node *node, weir_value value)
{
	struct weir_gather *gather = sink_of(node)->gather;

	if (WEIR_UNLIKELY(gather->winner == NULL))
		decide(gather, sink_of(node)->input);
	/* Releasing the others may have ended the stream: then nothing is stored any more. */
	if (WEIR_UNLIKELY(!weir_is_open(&gather->node)))
		weir_drop(node, value);
	else if (take_credit(node, value))
		weir_emit_next(&gather->node, value);
}

static void first_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct weir_gather *gather = sink_of(node)->gather;

	if (WEIR_UNLIKELY(gather->winner == NULL))
		decide(gather, sink_of(node)->input);
	if (weir_is_open(&gather->node) && gather->winner->credit == WEIR_UNBOUNDED)
		weir_emit_batch(&gather->node, values, count);
	else
		each_of_batch(node, values, count);
}

/* All modes */

static void complete_input(struct weir_gather *gather, struct weir_gather_input *input)
{
	const struct weir_gather_class *gather_class = gather->gather_class;

	if (gather_class->ends_with_any) {
		stop_others(gather, input);
		gather->running = 0;
	}
	if (gather_class->complete != NULL)
		gather_class->complete(gather, index_of(gather, input));
	else if (gather_class->mode == WEIR_GATHER_FIRST)
		weir_emit_complete(&gather->node);
	else if (gather->emitting)
		return; /* the loop that emits looks at the end, too */
	else if (gather_class->mode == WEIR_GATHER_LATEST && has_emitted_all(gather))
		complete_latest(gather);
	else if (gather_class->mode == WEIR_GATHER_QUEUE && is_exhausted(gather, input))
		weir_emit_complete(&gather->node);
}

/* An error that its class keeps is an end like any other. */
static void fail_input(struct weir_gather *gather, struct weir_gather_input *input, weir_error *error)
{
	if (gather->gather_class->error == NULL) {
		weir_emit_error(&gather->node, error);
		return;
	}
	gather->gather_class->error(gather, index_of(gather, input), error);
	if (gather->gather_class->ended != NULL && weir_is_open(&gather->node))
		complete_input(gather, input);
}

static void release_input(struct weir_node *node)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	weir_subscription_end(node->subscription);
	/* While the owner stops them one by one, an input may end because another one has left. */
	if (gather->inputs != NULL)
		input->subscription = NULL;
	if (!weir_is_open(&gather->node))
		return;
	if (gather->gather_class->released != NULL)
		gather->gather_class->released(gather, index_of(gather, input));
}

/* Terminals hold the owner: what they lead to may close it. */
static void sink_error(struct weir_node *node, weir_error *error)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_subscription *owner = gather->node.subscription;

	weir_enter(owner);
	gather->running--;
	fail_input(gather, sink_of(node)->input, error);
	release_input(node);
	weir_leave(owner);
}

static void sink_complete(struct weir_node *node)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_subscription *owner = gather->node.subscription;

	weir_enter(owner);
	gather->running--;
	sink_of(node)->input->has_completed = true;
	complete_input(gather, sink_of(node)->input);
	release_input(node);
	weir_leave(owner);
}

static const struct weir_node_class sink_classes[] = {
	[WEIR_GATHER_FIRST] = {
		.name = "input",
		.size = sizeof(struct gather_sink),
		.next = first_next,
		.next_batch = first_next_batch,
		.error = sink_error,
		.complete = sink_complete,
	},
	[WEIR_GATHER_LATEST] = {
		.name = "input",
		.size = sizeof(struct gather_sink),
		.next = latest_next,
		.next_batch = each_of_batch,
		.error = sink_error,
		.complete = sink_complete,
	},
	[WEIR_GATHER_QUEUE] = {
		.name = "input",
		.size = sizeof(struct gather_sink),
		.next = queue_next,
		.next_batch = queue_next_batch,
		.error = sink_error,
		.complete = sink_complete,
	},
};

static void start_input(struct weir_gather *gather, struct weir_gather_input *input, weir_observable *source)
{
	struct weir_node *node = &gather->node;
	struct weir_subscription *subscription = weir_subscription_create(
		source, node->subscription->loop, &sink_classes[gather->gather_class->mode], node);

	if (subscription == NULL) {
		fail_without_memory(gather);
		return;
	}
	subscription->borrows_observable = true;
	sink_of(subscription->sink)->gather = gather;
	sink_of(subscription->sink)->input = input;
	sink_of(subscription->sink)->index = index_of(gather, input);
	input->subscription = subscription;
	if (!lend(gather, input, loan(gather, input)))
		return;
	weir_enter(subscription);
	weir_subscription_start(subscription, input->credit);
	weir_leave(subscription);
}

void weir_gather_start(
	struct weir_node *node, const struct weir_gather_class *gather_class, const struct weir_sources *sources)
{
	struct weir_gather *gather = WEIR_CONTAINER_OF(node, struct weir_gather, node);

	gather->gather_class = gather_class;
	if (gather_class->combine == weir_gather_combine) {
		const struct weir_gather_config *config = node->config;

		gather->combiner = config->combiner;
		gather->context = config->context;
	}
	weir_ring_init(&gather->pending, sizeof(struct pending_item));
	if (!storage_make(gather, sources->count)) {
		fail_without_memory(gather);
		return;
	}
	weir_attach(node, &gather->resource, gather_stop);
	gather->serving = true;
	for (size_t index = 0; index < sources->count && gather->winner == NULL && weir_is_open(node); index++)
		start_input(gather, &gather->inputs[index], sources->items[index]);
	gather->serving = false;
	if (sources->count == 0 && gather_class->complete == NULL && !gather_class->is_quiet)
		weir_emit_complete(node);
	serve_if_hungry(gather);
}

void weir_gather_request(struct weir_node *node, uint64_t count)
{
	struct weir_gather *gather = WEIR_CONTAINER_OF(node, struct weir_gather, node);

	(void)count;
	gather->hungry = true;
	serve(gather);
}

void weir_gather_emit(struct weir_gather *gather, weir_value first)
{
	bool is_nested = gather->emitting;

	gather->values[-1] = first;
	gather->emitting = true;
	weir_emit_result(&gather->node, combine(gather, gather->values));
	weir_release(first);
	if (!is_nested && stop_emitting(gather) && gather->pending.count > 0)
		emit_pending(gather);
}

void weir_gather_set(struct weir_gather *gather, size_t index, weir_value value)
{
	weir_release(replace(gather, &gather->inputs[index], value));
}

void weir_gather_fail(struct weir_gather *gather, const char *message)
{
	weir_failures_emit(&gather->node, gather->values, gather->count, message);
}

/* An array or map of the values, which are retained; of a map with the names between them. */
static weir_value make_list(enum weir_kind kind, const weir_value *names, const weir_value *values, size_t count)
{
	struct weir_list_block *list = weir_list_new(names != NULL ? 2 * count : count);
	size_t position = 0;

	if (list == NULL)
		return weir_no_memory();
	for (size_t index = 0; index < count; index++) {
		if (names != NULL)
			list->items[position++] = weir_retain(names[index]);
		list->items[position++] = weir_retain(values[index]);
	}
	return weir_list_value(kind, list);
}

weir_value weir_gather_combine(struct weir_gather *gather, const weir_value *values)
{
	const struct weir_gather_config *config = gather->node.config;

	if (config->combiner != NULL)
		return config->combiner(values, gather->count, config->context);
	if (config->sources.names != NULL)
		return make_list(WEIR_KIND_MAP, config->sources.names, values, gather->count);
	return make_list(WEIR_KIND_ARRAY, NULL, values, gather->count);
}

weir_value weir_gather_combine_with_first(struct weir_gather *gather, const weir_value *values)
{
	const struct weir_gather_config *config = gather->node.config;

	if (config->combiner != NULL)
		return config->combiner(values - 1, gather->count + 1, config->context);
	return make_list(WEIR_KIND_ARRAY, NULL, values - 1, gather->count + 1);
}

weir_observable *weir_gather_new(const struct weir_node_class *node_class, weir_observable *const *sources,
	size_t count, weir_combiner combiner, void *context)
{
	struct weir_gather_config config = { .combiner = combiner, .context = context };
	weir_observable *rejected = weir_sources_take(&config.sources, node_class->name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(node_class, &config);
}

weir_observable *weir_gather_new_keyed(const struct weir_node_class *node_class, const struct weir_entry *entries)
{
	struct weir_gather_config config = { 0 };
	weir_observable *rejected = weir_sources_take_entries(&config.sources, node_class->name, entries);

	return rejected != NULL ? rejected : weir_create_source(node_class, &config);
}
