/* Operators of FORMAT.md §11, Filtering. */
#include "vectors.h"

static size_t count_at(const struct stage *stage, size_t index)
{
	int64_t count = weir_as_int(argument(stage, index));

	return count < 0 ? 0 : (size_t)count;
}

/* What stands for a predicate that is null. */
static int always(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 1;
}

/* A predicate at work: on values, or on pairs of value and index where it needs the index. */
struct choice {
	weir_observable *input;
	weir_predicate predicate;
	struct function *function;
	bool on_pairs;
};

static struct choice choice(const struct stage *stage, size_t index)
{
	struct choice choice = { .input = source(stage), .function = function(stage, index) };

	choice.on_pairs = uses_index(choice.function);
	choice.predicate = choice.on_pairs ? call_predicate_on_pair : call_predicate;
	if (choice.function == NULL)
		choice.predicate = always;
	if (choice.on_pairs)
		choice.input = weir_with_index(choice.input);
	return choice;
}

static weir_observable *chosen(const struct choice *choice, weir_observable *result)
{
	return choice->on_pairs ? without_index(result) : result;
}

/* A value that may come out where chosen() takes pairs apart. */
static weir_value fallback(const struct choice *choice, weir_value value)
{
	return choice->on_pairs ? array_of(weir_retain(value)) : weir_retain(value);
}

static weir_observable *build_filter(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_filter_indexed(input, call_predicate_indexed, function(stage, 2));
}

static weir_observable *build_take(const struct stage *stage)
{
	return weir_take(source(stage), count_at(stage, 2));
}

static weir_observable *build_take_last(const struct stage *stage)
{
	return weir_take_last(source(stage), count_at(stage, 2));
}

static weir_observable *build_take_until(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_take_until(input, operand(stage, 2));
}

static weir_observable *build_take_while(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	return chosen(
		&self, weir_take_while(self.input, self.predicate, self.function, weir_as_bool(argument(stage, 3))));
}

static weir_observable *build_skip(const struct stage *stage)
{
	return weir_skip(source(stage), count_at(stage, 2));
}

static weir_observable *build_skip_last(const struct stage *stage)
{
	return weir_skip_last(source(stage), count_at(stage, 2));
}

static weir_observable *build_skip_until(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_skip_until(input, operand(stage, 2));
}

static weir_observable *build_skip_while(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	return chosen(&self, weir_skip_while(self.input, self.predicate, self.function));
}

static weir_observable *build_first(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	if (has_argument(stage, 3)) /* the first of those that match, or the default */
		return chosen(&self, weir_first_or(weir_filter(self.input, self.predicate, self.function),
					     fallback(&self, argument(stage, 3))));
	if (self.function == NULL)
		return weir_first(self.input);
	return chosen(&self, weir_first_where(self.input, self.predicate, self.function));
}

static weir_observable *build_last(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	if (has_argument(stage, 3))
		return chosen(&self, weir_last_or(weir_filter(self.input, self.predicate, self.function),
					     fallback(&self, argument(stage, 3))));
	if (self.function == NULL)
		return weir_last(self.input);
	return chosen(&self, weir_last_where(self.input, self.predicate, self.function));
}

static weir_observable *build_single(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	if (self.function == NULL)
		return weir_single(self.input);
	return chosen(&self, weir_single_where(self.input, self.predicate, self.function));
}

static weir_observable *build_element_at(const struct stage *stage)
{
	weir_observable *input = source(stage);

	if (has_argument(stage, 3))
		return weir_element_at_or(input, count_at(stage, 2), weir_retain(argument(stage, 3)));
	return weir_element_at(input, count_at(stage, 2));
}

static weir_observable *build_find(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	return chosen(&self, weir_find(self.input, self.predicate, self.function));
}

static weir_observable *build_find_index(const struct stage *stage)
{
	struct choice self = choice(stage, 2);

	return weir_find_index(self.input, self.predicate, self.function);
}

static weir_observable *build_distinct(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *key = function(stage, 2);

	return weir_distinct(input, &(weir_distinct_options){ .key = key == NULL ? NULL : call_mapper,
					    .context = key,
					    .flush = weir_is_nil(argument(stage, 3)) ? NULL : operand(stage, 3) });
}

/* The callbacks of distinct_until_changed share a context. */
struct changed {
	struct function *key, *equal;
};

static weir_value changed_key(weir_value value, void *context)
{
	return call_mapper(value, ((struct changed *)context)->key);
}

static int changed_equal(weir_value left, weir_value right, void *context)
{
	return call_equality(left, right, ((struct changed *)context)->equal);
}

static weir_observable *build_distinct_until_changed(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct changed *self = run_allocate(stage->run, sizeof *self);

	*self = (struct changed){ function(stage, 3), comparison(stage, 2) };
	return weir_distinct_until_changed(
		input, &(weir_distinct_until_changed_options){ .key = self->key == NULL ? NULL : changed_key,
			       .equal = self->equal == NULL ? NULL : changed_equal,
			       .context = self });
}

static weir_observable *build_distinct_until_key_changed(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *equal = comparison(stage, 3);
	size_t size = weir_length(argument(stage, 2)) + 1;
	char *key = run_allocate(stage->run, size);

	weir_copy_string(argument(stage, 2), key, size);
	return weir_distinct_until_key_changed(input, key, equal == NULL ? NULL : call_equality, equal);
}

static weir_observable *build_debounce(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_debounce(input, call_project, projection(stage, 2));
}

static weir_observable *build_debounce_time(const struct stage *stage)
{
	return weir_debounce_time(source(stage), frames(argument(stage, 2)));
}

static enum weir_edge edges(const struct stage *stage, size_t index)
{
	weir_value leading = weir_get(argument(stage, index), "leading");
	bool is_leading = weir_is_nil(leading) || weir_as_bool(leading);
	bool is_trailing = weir_as_bool(weir_get(argument(stage, index), "trailing"));

	if (is_leading)
		return is_trailing ? WEIR_EDGE_BOTH : WEIR_EDGE_LEADING;
	return is_trailing ? WEIR_EDGE_TRAILING : WEIR_EDGE_NONE;
}

static weir_observable *build_throttle(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_throttle(input, call_project, projection(stage, 2), edges(stage, 3));
}

static weir_observable *build_throttle_time(const struct stage *stage)
{
	return weir_throttle_time(source(stage), frames(argument(stage, 2)), edges(stage, 3));
}

static weir_observable *build_audit(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_audit(input, call_project, projection(stage, 2));
}

static weir_observable *build_audit_time(const struct stage *stage)
{
	return weir_audit_time(source(stage), frames(argument(stage, 2)));
}

static weir_observable *build_sample(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_sample(input, operand(stage, 2));
}

static weir_observable *build_sample_time(const struct stage *stage)
{
	return weir_sample_time(source(stage), frames(argument(stage, 2)));
}

static weir_observable *build_ignore_elements(const struct stage *stage)
{
	return weir_ignore_elements(source(stage));
}

const struct operator_row filtering_operators[] = {
	{ "audit", build_audit },
	{ "auditTime", build_audit_time },
	{ "debounce", build_debounce },
	{ "debounceTime", build_debounce_time },
	{ "distinct", build_distinct },
	{ "distinctUntilChanged", build_distinct_until_changed },
	{ "distinctUntilKeyChanged", build_distinct_until_key_changed },
	{ "elementAt", build_element_at, .asks_by_count = true },
	{ "filter", build_filter },
	{ "find", build_find, .asks_by_count = true },
	{ "findIndex", build_find_index, .asks_by_count = true },
	{ "first", build_first, .asks_by_count = true },
	{ "ignoreElements", build_ignore_elements },
	{ "last", build_last, .asks_by_count = true },
	{ "sample", build_sample },
	{ "sampleTime", build_sample_time },
	{ "single", build_single, .asks_by_count = true },
	{ "skip", build_skip },
	{ "skipLast", build_skip_last },
	{ "skipUntil", build_skip_until },
	{ "skipWhile", build_skip_while },
	{ "take", build_take, .asks_by_count = true },
	{ "takeLast", build_take_last },
	{ "takeUntil", build_take_until },
	{ "takeWhile", build_take_while },
	{ "throttle", build_throttle },
	{ "throttleTime", build_throttle_time },
	{ 0 },
};
