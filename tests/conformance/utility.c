/* Operators of FORMAT.md §11, Utility. */
#include "vectors.h"

static weir_observable *build_delay(const struct stage *stage)
{
	return weir_delay(source(stage), frames(argument(stage, 2)));
}

static weir_observable *build_delay_when(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct projection *notifier = projection(stage, 2);

	/* Nothing is delayed before the source runs, so the order of the two is all one. */
	if (!weir_is_nil(argument(stage, 3)))
		input = weir_delay_subscription(input, operand(stage, 3));
	return weir_delay_when(input, call_project, notifier);
}

/* `with` gets {"seen": number of values so far}. */
static weir_observable *call_with(weir_value seen, void *context)
{
	weir_value x = weir_make_map(&(struct weir_member){ weir_string_static("seen"), weir_retain(seen) }, 1);
	weir_observable *result = project(context, x, NULL);

	weir_release(x);
	return result;
}

/* weir takes a limit of nothing for none: no frames are the least time that there is. */
static weir_duration limit(weir_value count)
{
	weir_duration duration = frames(count);

	return duration > 0 || weir_is_nil(count) ? duration : 1;
}

static weir_observable *build_timeout(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value limits = argument(stage, 2);
	weir_value with = weir_get(limits, "with");

	if (weir_kind(limits) != WEIR_KIND_MAP)
		return weir_timeout(input, &(weir_timeout_options){ .each = limit(limits) });
	return weir_timeout(input, &(weir_timeout_options){ .first = limit(weir_get(limits, "first")),
					   .each = limit(weir_get(limits, "each")),
					   .project = weir_is_nil(with) ? NULL : call_with,
					   .context = weir_is_nil(with) ? NULL : projection_of(stage->scope, with) });
}

static weir_observable *build_timeout_with(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_timeout(
		input, &(weir_timeout_options){ .each = limit(argument(stage, 2)), .fallback = operand(stage, 3) });
}

static weir_observable *build_sequence_equal(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_observable *other = operand(stage, 2);
	struct function *equal = comparison(stage, 3);

	return weir_sequence_equal(input, other, equal == NULL ? NULL : call_equality, equal);
}

/* Nanoseconds to frames, the nearest, in the member that `context` names. */
static weir_value in_frames(weir_value item, void *context)
{
	int64_t time = weir_as_int(weir_get(item, context));

	return weir_make_map(
		(struct weir_member[]){ { weir_string_static("value"), weir_retain(weir_get(item, "value")) },
			{ weir_string_static(context), weir_int((time + weir_ms(1) / 2) / weir_ms(1)) } },
		2);
}

static weir_observable *build_timestamp(const struct stage *stage)
{
	return weir_map(weir_timestamp(source(stage)), in_frames, "timestamp");
}

static weir_observable *build_time_interval(const struct stage *stage)
{
	return weir_map(weir_time_interval(source(stage)), in_frames, "interval");
}

/* Errors in items, as the vectors have them: by name. */
static weir_value with_error_name(weir_value item, void *run)
{
	weir_error *error = weir_as_error(weir_get(item, "error"));

	if (error == NULL)
		return weir_retain(item);
	return weir_make_map((struct weir_member[]){ { weir_string_static("kind"), weir_string_static("E") },
				     { weir_string_static("error"), error_name(run, error) } },
		2);
}

static weir_observable *build_materialize(const struct stage *stage)
{
	return weir_map(weir_materialize(source(stage)), with_error_name, stage->run);
}

static weir_observable *build_dematerialize(const struct stage *stage)
{
	return weir_dematerialize(source(stage));
}

static weir_observable *build_to_array(const struct stage *stage)
{
	return weir_to_array(source(stage));
}

static weir_observable *build_count(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = function(stage, 2);

	return weir_count(f == NULL ? input : weir_filter_indexed(input, call_predicate_indexed, f));
}

/* A comparator of ours cannot fail; one that throws is told as the fold that min and max are. */

static weir_value fold_extreme(weir_value best, weir_value value, const struct function *order, int sign)
{
	int compared = call_comparator(best, value, (void *)order);

	/* Codes of thrown texts stand far below any difference of two values. */
	if (can_throw(order) && compared < -9999)
		return error_failure(order->run, weir_string_static("boom"));
	return weir_retain(compared * sign > 0 ? best : value);
}

static weir_value fold_min(weir_value best, weir_value value, void *context)
{
	return fold_extreme(best, value, context, -1);
}

static weir_value fold_max(weir_value best, weir_value value, void *context)
{
	return fold_extreme(best, value, context, 1);
}

static weir_observable *build_min(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *order = comparison(stage, 2);

	if (can_throw(order))
		return weir_reduce_first(input, fold_min, order);
	return weir_min(input, order == NULL ? NULL : call_comparator, order);
}

static weir_observable *build_max(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *order = comparison(stage, 2);

	if (can_throw(order))
		return weir_reduce_first(input, fold_max, order);
	return weir_max(input, order == NULL ? NULL : call_comparator, order);
}

static weir_observable *build_every(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = function(stage, 2);

	if (uses_index(f))
		return weir_every(weir_with_index(input), call_predicate_on_pair, f);
	return weir_every(input, call_predicate, f);
}

static weir_observable *build_is_empty(const struct stage *stage)
{
	return weir_is_empty(source(stage));
}

/* Side effects */

struct label {
	struct run *run;
	weir_value name; /* borrowed */
	struct function *function;
};

static struct label *label(const struct stage *stage, size_t index)
{
	struct label *self = run_allocate(stage->run, sizeof *self);

	*self = (struct label){ .run = stage->run, .name = run_keep(stage->run, weir_retain(argument(stage, index))) };
	return self;
}

static void finalized(enum weir_end end, void *context)
{
	struct label *self = context;

	(void)end;
	log_event(self->run, self->name, "fin");
}

static weir_observable *build_finalize(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_finalize(input, finalized, label(stage, 2));
}

static void tap_subscribed(void *context)
{
	struct label *self = context;

	log_event(self->run, self->name, "sub");
}

static void tap_next(weir_value value, void *context)
{
	struct label *self = context;

	log_value(self->run, self->name, "N", value);
}

static void tap_error(const weir_error *error, void *context)
{
	struct label *self = context;
	weir_value name = error_name(self->run, error);

	log_value(self->run, self->name, "E", name);
	weir_release(name);
}

static void tap_complete(void *context)
{
	struct label *self = context;

	log_event(self->run, self->name, "C");
}

static void tap_cancelled(void *context)
{
	struct label *self = context;

	log_event(self->run, self->name, "unsub");
}

static void tap_finished(void *context)
{
	struct label *self = context;

	log_event(self->run, self->name, "fin");
}

/* For what it does, not for its result. */
static weir_value call_and_pass(weir_value value, void *context)
{
	weir_value result = call_mapper(value, context);

	if (weir_is_error(result))
		return result;
	weir_release(result);
	return weir_retain(value);
}

static weir_observable *build_tap(const struct stage *stage)
{
	weir_observable *input = source(stage);
	bool is_full = weir_is_string(argument(stage, 3), "full");
	struct function *f = function(stage, 4);

	input = weir_tap(input, &(weir_tap_observer){ .subscribed = is_full ? tap_subscribed : NULL,
					.next = tap_next,
					.error = tap_error,
					.complete = tap_complete,
					.cancelled = is_full ? tap_cancelled : NULL,
					.finished = is_full ? tap_finished : NULL,
					.context = label(stage, 2) });
	return f == NULL ? input : weir_map(input, call_and_pass, f);
}

/* Schedulers: a turn of the queue without delay is at once. */

static bool is_at_once(const struct stage *stage)
{
	return weir_is_string(argument(stage, 2), "queue") && weir_as_int(argument(stage, 3)) <= 0;
}

static weir_observable *build_observe_on(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return is_at_once(stage) ? input : weir_observe_later(input, frames(argument(stage, 3)));
}

static weir_observable *build_subscribe_on(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return is_at_once(stage) ? input : weir_subscribe_later(input, frames(argument(stage, 3)));
}

const struct operator_row utility_operators[] = {
	{ "count", build_count },
	{ "delay", build_delay },
	{ "delayWhen", build_delay_when },
	{ "dematerialize", build_dematerialize },
	{ "every", build_every, .asks_by_count = true },
	{ "finalize", build_finalize },
	{ "isEmpty", build_is_empty, .asks_by_count = true },
	{ "materialize", build_materialize },
	{ "max", build_max },
	{ "min", build_min },
	{ "observeOn", build_observe_on },
	{ "sequenceEqual", build_sequence_equal, .asks_by_count = true },
	{ "subscribeOn", build_subscribe_on },
	{ "tap", build_tap },
	{ "timeInterval", build_time_interval },
	{ "timeout", build_timeout },
	{ "timeoutWith", build_timeout_with },
	{ "timestamp", build_timestamp },
	{ "toArray", build_to_array },
	{ 0 },
};
