/* Canned functions: FORMAT.md §6. */
#include "vectors.h"

/* Owned result, a value of kind error for what throws; arguments are borrowed. */
typedef weir_value (*apply_function)(const struct function *self, const weir_value *arguments, size_t count);

struct function_type {
	const char *name;
	apply_function apply;
	bool uses_index;
};

static bool is_int(weir_value value)
{
	return weir_kind(value) == WEIR_KIND_INT;
}

static int64_t number(weir_value value)
{
	return is_int(value) ? weir_as_int(value) : 0;
}

static int64_t remainder_of(weir_value value, int64_t divisor)
{
	return ((number(value) % divisor) + divisor) % divisor;
}

static weir_value boom(struct run *run)
{
	weir_value text = weir_string_static("boom");

	return error_failure(run, text);
}

#define FUNCTION(name) static weir_value name(const struct function *self, const weir_value *arguments, size_t count)
#define UNUSED ((void)self, (void)arguments, (void)count)

FUNCTION(apply_boom)
{
	UNUSED;
	return boom(self->run);
}

FUNCTION(apply_throw_on)
{
	UNUSED;
	if (weir_equal(arguments[self->watched], self->argument))
		return boom(self->run);
	return self->otherwise->type->apply(self->otherwise, arguments, count);
}

/* One value: arguments are x and the index */

#define VALUE_FUNCTION(name, result) \
	FUNCTION(name) \
	{ \
		weir_value x = arguments[0], index = arguments[1]; \
\
		UNUSED; \
		(void)x; \
		(void)index; \
		return result; \
	}
#define INT_OR_SAME(result) (is_int(x) ? weir_int(result) : weir_retain(x))

VALUE_FUNCTION(apply_id, weir_retain(x))
VALUE_FUNCTION(apply_add1, INT_OR_SAME(weir_as_int(x) + 1))
VALUE_FUNCTION(apply_sub1, INT_OR_SAME(weir_as_int(x) - 1))
VALUE_FUNCTION(apply_mul10, INT_OR_SAME(weir_as_int(x) * 10))
VALUE_FUNCTION(apply_double, INT_OR_SAME(weir_as_int(x) * 2))
VALUE_FUNCTION(apply_neg, INT_OR_SAME(-weir_as_int(x)))
VALUE_FUNCTION(apply_add_n, INT_OR_SAME(weir_as_int(x) + weir_as_int(self->argument)))
VALUE_FUNCTION(apply_mod2, weir_int(remainder_of(x, 2)))
VALUE_FUNCTION(apply_mod3, weir_int(remainder_of(x, 3)))
VALUE_FUNCTION(apply_wrap, array_of(weir_retain(x)))
VALUE_FUNCTION(apply_pair_idx, array_of(weir_retain(x), index))
VALUE_FUNCTION(apply_index, index)
VALUE_FUNCTION(apply_is_int, weir_bool(is_int(x)))
VALUE_FUNCTION(apply_even, weir_bool(is_int(x) && remainder_of(x, 2) == 0))
VALUE_FUNCTION(apply_odd, weir_bool(is_int(x) && remainder_of(x, 2) == 1))
VALUE_FUNCTION(apply_gt3, weir_bool(is_int(x) && weir_as_int(x) > 3))
VALUE_FUNCTION(apply_lt5, weir_bool(is_int(x) && weir_as_int(x) < 5))
VALUE_FUNCTION(apply_gt, weir_bool(is_int(x) && weir_as_int(x) > weir_as_int(self->argument)))
VALUE_FUNCTION(apply_lt, weir_bool(is_int(x) && weir_as_int(x) < weir_as_int(self->argument)))
VALUE_FUNCTION(apply_eq, weir_bool(weir_equal(x, self->argument)))
VALUE_FUNCTION(apply_true, weir_bool(true))
VALUE_FUNCTION(apply_false, weir_bool(false))
VALUE_FUNCTION(apply_idx_even, weir_bool(is_int(index) && remainder_of(index, 2) == 0))
VALUE_FUNCTION(apply_idx_lt2, weir_bool(is_int(index) && weir_as_int(index) < 2))
VALUE_FUNCTION(apply_throw_on3, weir_equal(x, weir_int(3)) ? boom(self->run) : weir_retain(x))
VALUE_FUNCTION(apply_const, weir_retain(self->argument))
VALUE_FUNCTION(apply_get, weir_retain(weir_get_value(x, self->argument, NULL)))

static const struct function_type value_functions[] = {
	{ "add1", apply_add1 },
	{ "addN", apply_add_n },
	{ "boom", apply_boom },
	{ "const", apply_const },
	{ "double", apply_double },
	{ "eq", apply_eq },
	{ "even", apply_even },
	{ "false", apply_false },
	{ "get", apply_get },
	{ "gt", apply_gt },
	{ "gt3", apply_gt3 },
	{ "id", apply_id },
	{ "idxEven", apply_idx_even, .uses_index = true },
	{ "idxLt2", apply_idx_lt2, .uses_index = true },
	{ "index", apply_index, .uses_index = true },
	{ "isInt", apply_is_int },
	{ "lt", apply_lt },
	{ "lt5", apply_lt5 },
	{ "mod2", apply_mod2 },
	{ "mod3", apply_mod3 },
	{ "mul10", apply_mul10 },
	{ "neg", apply_neg },
	{ "odd", apply_odd },
	{ "pairIdx", apply_pair_idx, .uses_index = true },
	{ "sub1", apply_sub1 },
	{ "throwOn", apply_throw_on },
	{ "throwOn3", apply_throw_on3 },
	{ "true", apply_true },
	{ "wrap", apply_wrap },
	{ 0 },
};

/* Accumulators: arguments are the state, x and the index */

#define ACCUMULATOR(name, result) \
	FUNCTION(name) \
	{ \
		weir_value state = arguments[0], x = arguments[1], index = arguments[2]; \
\
		UNUSED; \
		(void)state; \
		(void)x; \
		(void)index; \
		return result; \
	}

static weir_value appended(weir_value state, weir_value x)
{
	struct weir_iterator iterator = weir_iterate(state);
	struct values items = { 0 };
	weir_value item;

	if (weir_kind(state) != WEIR_KIND_ARRAY)
		return array_of(weir_retain(state), weir_retain(x));
	while (weir_iterator_next(&iterator, NULL, &item))
		values_add(&items, weir_retain(item));
	values_add(&items, weir_retain(x));
	return values_take(&items);
}

ACCUMULATOR(accumulate_add, weir_int(number(state) + number(x)))
ACCUMULATOR(accumulate_add_idx, weir_int(number(state) + number(x) + number(index)))
ACCUMULATOR(accumulate_append, appended(state, x))
ACCUMULATOR(accumulate_pair, array_of(weir_retain(state), weir_retain(x)))
ACCUMULATOR(accumulate_max, weir_retain(number(state) >= number(x) ? state : x))
ACCUMULATOR(accumulate_min, weir_retain(number(state) <= number(x) ? state : x))
ACCUMULATOR(accumulate_last, weir_retain(x))
ACCUMULATOR(accumulate_first, weir_retain(state))
ACCUMULATOR(accumulate_count_up, weir_int(number(state) + 1))

static const struct function_type accumulators[] = {
	{ "add", accumulate_add },
	{ "addIdx", accumulate_add_idx, .uses_index = true },
	{ "append", accumulate_append },
	{ "boom", apply_boom },
	{ "countUp", accumulate_count_up },
	{ "first", accumulate_first },
	{ "last", accumulate_last },
	{ "max", accumulate_max },
	{ "min", accumulate_min },
	{ "pair", accumulate_pair },
	{ "throwOn", apply_throw_on },
	{ 0 },
};

/* Combiners: any number of values */

FUNCTION(combine_sum)
{
	int64_t sum = 0;

	UNUSED;
	for (size_t i = 0; i < count; i++)
		sum += number(arguments[i]);
	return weir_int(sum);
}

FUNCTION(combine_list)
{
	struct values items = { 0 };

	UNUSED;
	for (size_t i = 0; i < count; i++)
		values_add(&items, weir_retain(arguments[i]));
	return values_take(&items);
}

FUNCTION(combine_first_of)
{
	UNUSED;
	return weir_retain(arguments[0]);
}

static const struct function_type combiners[] = {
	{ "boom", apply_boom },
	{ "firstOf", combine_first_of },
	{ "list", combine_list },
	{ "sum", combine_sum },
	{ 0 },
};

/* Comparisons: two values; equality is a bool, an order an int */

#define COMPARISON(name, result) \
	FUNCTION(name) \
	{ \
		weir_value a = arguments[0], b = arguments[1]; \
\
		UNUSED; \
		(void)a; \
		(void)b; \
		return result; \
	}

COMPARISON(compare_eq, weir_bool(weir_equal(a, b)))
COMPARISON(compare_eq_mod2, weir_bool(remainder_of(a, 2) == remainder_of(b, 2)))
COMPARISON(compare_eq_mod3, weir_bool(remainder_of(a, 3) == remainder_of(b, 3)))
COMPARISON(compare_always_eq, weir_bool(true))
COMPARISON(compare_never_eq, weir_bool(false))
COMPARISON(compare_less_eq, weir_bool(number(a) <= number(b)))
COMPARISON(compare_number, weir_int(number(a) - number(b)))
COMPARISON(compare_reverse, weir_int(number(b) - number(a)))
COMPARISON(compare_mod3, weir_int(remainder_of(a, 3) - remainder_of(b, 3)))

static const struct function_type comparisons[] = {
	{ "alwaysEq", compare_always_eq },
	{ "boom", apply_boom },
	{ "cmpMod3", compare_mod3 },
	{ "cmpNum", compare_number },
	{ "cmpRev", compare_reverse },
	{ "eq", compare_eq },
	{ "eqMod2", compare_eq_mod2 },
	{ "eqMod3", compare_eq_mod3 },
	{ "lessEq", compare_less_eq },
	{ "neverEq", compare_never_eq },
	{ "throwOn", apply_throw_on },
	{ 0 },
};

/* From JSON: a string is a function's name, an object has it as a key, with an argument */

static struct function *parse(struct run *run, const struct function_type *types, weir_value form, size_t watched)
{
	struct function *function = run_allocate(run, sizeof *function);
	char text[128];

	*function = (struct function){ .run = run, .watched = watched };
	for (const struct function_type *type = types; type->name != NULL && function->type == NULL; type++) {
		weir_value name = run_keep(run, weir_string(type->name));
		bool found = weir_equal(form, name);

		if (!found)
			function->argument = weir_get_value(form, name, &found);
		if (found)
			function->type = type;
	}
	if (function->type == NULL) {
		weir_print(form, text, sizeof text);
		run_fail(run, "the driver does not know the function %s", text);
		function->type = &value_functions[2]; /* boom */
	} else if (function->type->apply == apply_throw_on) {
		function->otherwise = parse(run, types, weir_get(form, "else"), watched);
	}
	return function;
}

static struct function *parse_argument(
	const struct stage *stage, const struct function_type *types, size_t index, size_t watched)
{
	weir_value form = run_keep(stage->run, weir_retain(argument(stage, index)));

	return weir_is_nil(form) ? NULL : parse(stage->run, types, form, watched);
}

struct function *function(const struct stage *stage, size_t index)
{
	return parse_argument(stage, value_functions, index, 0);
}

struct function *accumulator(const struct stage *stage, size_t index)
{
	return parse_argument(stage, accumulators, index, 1);
}

struct function *combiner(const struct stage *stage, size_t index)
{
	return parse_argument(stage, combiners, index, 0);
}

struct function *comparison(const struct stage *stage, size_t index)
{
	return parse_argument(stage, comparisons, index, 1);
}

struct function *function_of(struct run *run, weir_value form)
{
	return weir_is_nil(form) ? NULL : parse(run, value_functions, run_keep(run, weir_retain(form)), 0);
}

/* Calls */

bool uses_index(const struct function *function)
{
	if (function == NULL)
		return false;
	return function->type->uses_index || uses_index(function->otherwise);
}

bool can_throw(const struct function *function)
{
	return function != NULL && (function->type->apply == apply_boom || function->type->apply == apply_throw_on);
}

static weir_value call(const struct function *function, const weir_value *arguments, size_t count)
{
	return function->type->apply(function, arguments, count);
}

weir_value apply(const struct function *function, weir_value x, weir_value index)
{
	return call(function, (const weir_value[]){ x, index }, 2);
}

/* An owned answer as what predicates and comparisons return. */
static int verdict(weir_value answer)
{
	int result = weir_kind(answer) == WEIR_KIND_BOOL ? weir_as_bool(answer) : (int)weir_as_int(answer);

	if (weir_is_error(answer))
		result = -weir_error_code(weir_as_error(answer));
	weir_release(answer);
	return result;
}

weir_value call_mapper(weir_value value, void *context)
{
	return apply(context, value, weir_nil());
}

weir_value call_mapper_indexed(weir_value value, uint64_t index, void *context)
{
	return apply(context, value, weir_uint(index));
}

int call_predicate(weir_value value, void *context)
{
	return verdict(apply(context, value, weir_nil()));
}

int call_predicate_indexed(weir_value value, uint64_t index, void *context)
{
	return verdict(apply(context, value, weir_uint(index)));
}

weir_value call_accumulator(weir_value accumulated, weir_value value, void *context)
{
	return call(context, (const weir_value[]){ accumulated, value, weir_nil() }, 3);
}

weir_value call_accumulator_indexed(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	return call(context, (const weir_value[]){ accumulated, value, weir_uint(index) }, 3);
}

weir_value call_combiner(const weir_value *values, size_t count, void *context)
{
	return call(context, values, count);
}

int call_equality(weir_value left, weir_value right, void *context)
{
	return verdict(call(context, (const weir_value[]){ left, right }, 2));
}

int call_comparator(weir_value left, weir_value right, void *context)
{
	return call_equality(left, right, context);
}

/* Pairs of a value and its index */

static weir_value first_of_pair(weir_value value, void *context)
{
	(void)context;
	return weir_retain(weir_at(value, 0));
}

weir_observable *without_index(weir_observable *source)
{
	return weir_map(source, first_of_pair, NULL);
}

int call_predicate_on_pair(weir_value value, void *context)
{
	return verdict(apply(context, weir_at(value, 0), weir_at(value, 1)));
}
