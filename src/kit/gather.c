/* Several inputs, each with a subscription of its own. See kit/gather.h. */
#include "kit/gather.h"

#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/subscription.h"

enum {
	/* Items lent in one go; then the loop gets its turn. */
	ITEMS_PER_TURN = 16384,
};

struct gather_sink {
	struct weir_node node;
	struct weir_gather *gather;
	struct weir_gather_input *input;
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

static weir_value queue_pop(struct weir_ring *queue)
{
	weir_value value = ((weir_value *)(void *)queue->memory)[queue->first];

	weir_ring_pop(queue);
	return value;
}

/* False without memory; then the value is still the caller's. */
static bool queue_push(struct weir_ring *queue, weir_value value)
{
	if (WEIR_UNLIKELY(queue->count == queue->capacity)) {
		weir_value *room = weir_ring_push(queue);

		if (room != NULL)
			*room = value;
		return room != NULL;
	}
	((weir_value *)(void *)queue->memory)[(queue->first + queue->count++) & (queue->capacity - 1)] = value;
	return true;
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
	if (count > SIZE_MAX / 2 / (sizeof(struct weir_gather_input) + sizeof(weir_value)))
		return false;
	gather->inputs = weir_pool_take(storage_size(count));
	if (gather->inputs == NULL)
		return false;
	memset(gather->inputs, 0, storage_size(count));
	gather->values = (weir_value *)(gather->inputs + count) + 1;
	gather->count = gather->running = gather->lacking = count;
	for (size_t index = 0; index < count; index++)
		weir_ring_init(&gather->inputs[index].queue, sizeof(weir_value));
	return true;
}

/* Not while combining or emitting: the loop that does so comes back to what is stored, and frees it then. */
static void storage_free(struct weir_gather *gather)
{
	size_t count = gather->count;

	for (size_t index = 0; index < count; index++) {
		struct weir_ring *queue = &gather->inputs[index].queue;

		while (queue->count > 0)
			weir_release(queue_pop(queue));
		weir_ring_finish(queue);
		/* In QUEUE mode they are on their way, and belong to the loop that emits. */
		if (gather->gather_class->mode != WEIR_GATHER_QUEUE)
			weir_release(gather->values[index]);
	}
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

static void emit_combination(struct weir_gather *gather)
{
	weir_emit_result(&gather->node, gather->gather_class->combine(gather, gather->values));
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
		return demand > input->queue.count ? demand - input->queue.count : 0;
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
			input->credit = weir_demand_add(input->credit, more);
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

static void drop_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_drop(node, values[index]);
}

/* Several items are one after the other; what has ended the stream must not find its storage used. */
static void each_of_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct weir_node *owner = &sink_of(node)->gather->node;

	for (size_t index = 0; index < count; index++) {
		if (!weir_is_open(owner)) {
			drop_batch(node, values + index, count - index);
			return;
		}
		node->node_class->next(node, values[index]);
	}
}

/* QUEUE */

static bool is_exhausted(const struct weir_gather_input *input)
{
	return input->has_completed && input->queue.count == 0;
}

static bool any_is_exhausted(const struct weir_gather *gather)
{
	if (WEIR_LIKELY(gather->running == gather->count))
		return false;
	for (size_t index = 0; index < gather->count; index++)
		if (is_exhausted(&gather->inputs[index]))
			return true;
	return false;
}

/* Moves one item of each input into `values`; that of `last`, which is not queued, is there already. */
static void take_tuple(struct weir_gather *gather, const struct weir_gather_input *last)
{
	for (size_t index = 0; index < gather->count; index++) {
		struct weir_gather_input *input = &gather->inputs[index];

		if (input == last)
			continue;
		gather->values[index] = queue_pop(&input->queue);
		if (input->queue.count == 0)
			gather->lacking++;
		if (input->credit == 0)
			gather->hungry = true;
	}
}

/* One item of each input is there: that of `last` in `values`, the others queued. Items may come from inside. */
static void emit_tuples(struct weir_gather *gather, const struct weir_gather_input *last)
{
	struct weir_node *node = &gather->node;

	gather->emitting = true;
	do {
		take_tuple(gather, last);
		last = NULL;

		weir_value result = gather->gather_class->combine(gather, gather->values);

		for (size_t index = 0; index < gather->count; index++)
			weir_release(gather->values[index]);
		weir_emit_result(node, result);
		if (weir_is_open(node) && any_is_exhausted(gather))
			weir_emit_complete(node);
	} while (gather->lacking == 0 && node->demand > 0);
	stop_emitting(gather);
}

static void queue_next(struct weir_node *node, weir_value value)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	if (!take_credit(node, value))
		return;
	if (gather->lacking == 1 && input->queue.count == 0 && !gather->emitting && gather->node.demand > 0) {
		gather->values[index_of(gather, input)] = value;
		emit_tuples(gather, input);
	} else {
		if (input->queue.count == 0)
			gather->lacking--;
		if (!queue_push(&input->queue, value)) {
			weir_release(value);
			fail_without_memory(gather);
			return;
		}
	}
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
			emit_combination(gather);
		weir_release(old);
	}
	if (stop_emitting(gather) && has_emitted_all(gather))
		weir_emit_complete(node);
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
	emit_combination(gather);
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

/* The stages of the others are released before the item passes. */
static void decide(struct weir_gather *gather, struct weir_gather_input *winner)
{
	gather->winner = winner;
	for (size_t index = 0; index < gather->count; index++) {
		struct weir_gather_input *input = &gather->inputs[index];
		struct weir_subscription *subscription = input->subscription;

		if (input == winner || subscription == NULL)
			continue;
		input->subscription = NULL;
		weir_subscription_abandon(subscription);
	}
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

	if (gather_class->complete != NULL)
		gather_class->complete(gather, index_of(gather, input));
	else if (gather_class->mode == WEIR_GATHER_FIRST)
		weir_emit_complete(&gather->node);
	else if (gather->emitting)
		return; /* the loop that emits looks at the end, too */
	else if (gather_class->mode == WEIR_GATHER_QUEUE ? is_exhausted(input) : has_emitted_all(gather))
		weir_emit_complete(&gather->node);
}

static void release_input(struct weir_node *node)
{
	struct weir_gather *gather = sink_of(node)->gather;
	struct weir_gather_input *input = sink_of(node)->input;

	weir_subscription_end(node->subscription);
	if (!weir_is_open(&gather->node))
		return;
	input->subscription = NULL;
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
	if (gather->gather_class->error != NULL)
		gather->gather_class->error(gather, index_of(gather, sink_of(node)->input), error);
	else
		weir_emit_error(&gather->node, error);
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
		.next_batch = each_of_batch,
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
	input->subscription = subscription;
	input->credit = loan(gather, input);
	weir_enter(subscription);
	weir_subscription_start(subscription, input->credit);
	weir_leave(subscription);
}

void weir_gather_start(
	struct weir_node *node, const struct weir_gather_class *gather_class, const struct weir_sources *sources)
{
	struct weir_gather *gather = WEIR_CONTAINER_OF(node, struct weir_gather, node);

	gather->gather_class = gather_class;
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
	emit_combination(gather);
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
	size_t count = gather->count;
	weir_error **errors = weir_allocate(count * sizeof *errors);

	if (errors == NULL) {
		fail_without_memory(gather);
		return;
	}
	for (size_t index = 0; index < count; index++)
		errors[index] = weir_error_ref(weir_as_error(gather->values[index]));

	weir_error *error = weir_error_composite(errors, count, "%s", message);

	weir_deallocate(errors);
	weir_emit_failed_value(&gather->node, weir_error_value(error));
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

void weir_gather_config_destroy(void *config)
{
	weir_sources_release(&((struct weir_gather_config *)config)->sources);
}
