/* Creation functions: FORMAT.md §10. */
#include "vectors.h"

static weir_observable *build_of(const struct stage *stage)
{
	struct values values = arguments_from(stage, 1);
	weir_observable *observable = weir_of(values.items, values.count);

	values.count = 0; /* consumed */
	values_free(&values);
	return observable;
}

static weir_observable *build_from(const struct stage *stage)
{
	return weir_from_array(weir_retain(argument(stage, 1)));
}

static weir_observable *build_range(const struct stage *stage)
{
	bool has_start = has_argument(stage, 2) && !weir_is_nil(argument(stage, 2));
	int64_t start = has_start ? weir_as_int(argument(stage, 1)) : 0;
	int64_t count = weir_as_int(argument(stage, has_start ? 2 : 1));

	return weir_range(start, count < 0 ? 0 : (uint64_t)count);
}

static weir_observable *build_empty(const struct stage *stage)
{
	(void)stage;
	return weir_empty();
}

static weir_observable *build_never(const struct stage *stage)
{
	(void)stage;
	return weir_never();
}

static weir_observable *build_throw_error(const struct stage *stage)
{
	return weir_throw_error(error_new(stage->run, argument(stage, 1)));
}

static weir_observable *build_timer(const struct stage *stage)
{
	if (!has_argument(stage, 2) || weir_is_nil(argument(stage, 2)))
		return weir_timer(frames(argument(stage, 1)));
	return weir_timer_periodic(frames(argument(stage, 1)), frames(argument(stage, 2)));
}

static weir_observable *build_interval(const struct stage *stage)
{
	return weir_interval(frames(argument(stage, 1)));
}

static weir_observable *build_pairs(const struct stage *stage)
{
	struct weir_iterator iterator = weir_iterate(argument(stage, 1));
	struct values pairs = { 0 };
	weir_value key, value;

	while (weir_iterator_next(&iterator, &key, &value))
		values_add(&pairs, array_of(weir_retain(key), weir_retain(value)));
	return weir_from_array(values_take(&pairs));
}

static weir_observable *build_defer(const struct stage *stage)
{
	return weir_defer(call_factory, projection(stage, 1));
}

static int always(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 1;
}

/* The three functions of generate; each may be NULL but the second. */
struct generator {
	struct function *condition, *iterate, *result;
};

static int generate_condition(weir_value state, void *context)
{
	return call_predicate(state, ((struct generator *)context)->condition);
}

static weir_value generate_iterate(weir_value state, void *context)
{
	return call_mapper(state, ((struct generator *)context)->iterate);
}

static weir_value generate_result(weir_value state, void *context)
{
	return call_mapper(state, ((struct generator *)context)->result);
}

static weir_observable *build_generate(const struct stage *stage)
{
	struct generator *self = run_allocate(stage->run, sizeof *self);

	self->condition = function(stage, 2);
	self->iterate = function(stage, 3);
	self->result = function(stage, 4);
	return weir_generate(weir_retain(argument(stage, 1)), self->condition == NULL ? always : generate_condition,
		generate_iterate, self->result == NULL ? NULL : generate_result, self);
}

struct choice {
	struct run *run;
	weir_value form; /* borrowed */
	bool was_first;
};

static int choose(void *context)
{
	struct choice *self = context;

	if (weir_is_string(self->form, "alternate"))
		return self->was_first = !self->was_first;
	if (weir_kind(self->form) == WEIR_KIND_MAP)
		return -error_code(self->run, weir_get(self->form, "throw"));
	return weir_is_string(self->form, "true");
}

static weir_observable *build_iif(const struct stage *stage)
{
	struct choice *self = run_allocate(stage->run, sizeof *self);
	weir_observable *then = operand(stage, 2);
	weir_observable *otherwise = operand(stage, 3);

	*self = (struct choice){ .run = stage->run, .form = run_keep(stage->run, weir_retain(argument(stage, 1))) };
	return weir_iif(choose, self, then, otherwise);
}

const struct operator_row creating_operators[] = {
	{ "defer", build_defer },
	{ "empty", build_empty },
	{ "from", build_from },
	{ "generate", build_generate },
	{ "iif", build_iif },
	{ "interval", build_interval },
	{ "never", build_never },
	{ "of", build_of },
	{ "pairs", build_pairs },
	{ "range", build_range },
	{ "throwError", build_throw_error },
	{ "timer", build_timer },
	{ 0 },
};
