/* buffer_weighted: arrays bounded by weight, number, time and content. See weir/transforming.h. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/batches.h"
#include "kit/collector.h"

struct buffer_weighted {
	struct weir_batches batches;
	struct weir_collector collector;
	uint64_t weight;
};

static struct buffer_weighted *buffer_weighted_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct buffer_weighted, batches.node);
}

static weir_value buffer_weighted_harvest(struct weir_batches *batches)
{
	struct buffer_weighted *self = WEIR_CONTAINER_OF(batches, struct buffer_weighted, batches);

	self->weight = 0;
	return weir_collector_take(&self->collector);
}

static const struct weir_batches_class buffer_weighted_batches = {
	.harvest = buffer_weighted_harvest,
};

static void buffer_weighted_start(struct weir_node *node)
{
	const weir_buffer_weighted_options *options = node->config;

	weir_batches_init(&buffer_weighted_of(node)->batches, node, &buffer_weighted_batches, options->max_span);
}

/* Bytes: of what is made of bytes, or of the encoding. An item that has none fails. */
static int64_t buffer_weighted_weigh(const weir_buffer_weighted_options *options, weir_value value)
{
	weir_value packed;
	int64_t weight;
	size_t length;

	if (options->max_weight == 0)
		return 0;
	if (options->weight != NULL)
		return (int64_t)(options->weight(value, options->context) & INT64_MAX);
	if (weir_as_bytes(value, &length) != NULL)
		return (int64_t)length;
	packed = weir_pack(value);
	weight = weir_is_error(packed) ? -1 : (int64_t)weir_length(packed);
	weir_release(packed);
	return weight;
}

/* Whether a value begins another array by what it is. */
static int buffer_weighted_begins(const struct buffer_weighted *self, weir_value value)
{
	const weir_buffer_weighted_options *options = self->batches.node.config;
	size_t count = self->collector.count;
	int begins = options->begins != NULL ? options->begins(value, options->context) : 0;

	if (begins != 0 || count == 0 || options->same == NULL || !weir_is_open(&self->batches.node))
		return begins;

	weir_value before = weir_retain(self->collector.values[count - 1]);
	int same = options->same(before, value, options->context);

	weir_release(before);
	return same < 0 ? same : same == 0;
}

static void buffer_weighted_next(struct weir_node *node, weir_value value)
{
	struct buffer_weighted *self = buffer_weighted_of(node);
	const weir_buffer_weighted_options *options = node->config;
	int64_t weight = buffer_weighted_weigh(options, value);
	int begins = buffer_weighted_begins(self, value);
	int ends = options->ends != NULL && begins >= 0 ? options->ends(value, options->context) : 0;

	if (weight < 0 || begins < 0 || ends < 0) {
		weir_release(value);
		weir_emit_failure(node,
			weight < 0   ? EINVAL
			: begins < 0 ? -begins
				     : -ends,
			weight < 0 ? "an item has no size in bytes: say how to weigh it" : "the predicate failed");
		return;
	}
	if (!weir_batches_begin(&self->batches, begins > 0 || (uint64_t)weight > options->max_weight - self->weight)) {
		weir_release(value);
		return;
	}
	if (!weir_collector_add(&self->collector, value)) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	self->weight += (uint64_t)weight;
	weir_batches_added(&self->batches, ends > 0 || self->collector.count == options->max_size ||
						   (options->max_weight > 0 && self->weight >= options->max_weight));
}

static void buffer_weighted_finish(struct weir_node *node)
{
	weir_batches_finish(&buffer_weighted_of(node)->batches);
	weir_collector_finish(&buffer_weighted_of(node)->collector);
}

static const struct weir_node_class buffer_weighted_class = {
	.name = "buffer_weighted",
	.size = sizeof(struct buffer_weighted),
	.config_size = sizeof(weir_buffer_weighted_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = buffer_weighted_start,
	.next = buffer_weighted_next,
	.complete = weir_batches_complete,
	.request = weir_batches_request,
	.finish = buffer_weighted_finish,
};

weir_observable *weir_buffer_weighted(weir_observable *source, const weir_buffer_weighted_options *options)
{
	weir_buffer_weighted_options given = options != NULL ? *options : (weir_buffer_weighted_options){ 0 };

	if (given.max_span < 0)
		return weir_reject(source, "buffer_weighted", "the span is %lld ns; it must not be negative",
			(long long)given.max_span);
	if (given.max_weight > INT64_MAX)
		return weir_reject(source, "buffer_weighted", "the weight is %llu; it must be less than 2^63",
			(unsigned long long)given.max_weight);
	return weir_extend(source, &buffer_weighted_class, &given);
}
