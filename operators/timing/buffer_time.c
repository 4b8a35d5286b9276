/* buffer_time: the items of a span of time as an array. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/buffers.h"

static const struct weir_node_class buffer_time_class = {
	.name = "buffer_time",
	WEIR_BUFFERS_SLOTS,
};

weir_observable *weir_buffer_time(
	weir_observable *source, weir_duration span, const struct weir_buffer_time_options *options)
{
	struct weir_buffer_time_options given = options != NULL ? *options : (struct weir_buffer_time_options){ 0 };
	struct weir_buffers_config config = {
		.spans = { .mode = WEIR_SPANS_TIME, .length = span > 0 ? span : 0, .every = given.create_interval },
		.max_size = given.max_size,
	};

	if (given.create_interval < 0)
		return weir_reject(source, "buffer_time",
			"the interval between buffers is %lld ns; it must not be negative",
			(long long)given.create_interval);
	return weir_extend(source, &buffer_time_class, &config);
}
