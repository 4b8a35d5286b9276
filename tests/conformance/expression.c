/* Expressions: from JSON to observables by way of the families' tables. */
#include "vectors.h"

#include <string.h>

static const struct operator_row *const families[] = {
	source_operators,
	creating_operators,
	transforming_operators,
	filtering_operators,
	combining_operators,
	recovering_operators,
	utility_operators,
	sharing_operators,
};

/* These stand in `sources` and as connectors only: subject_new() makes them. */
static const char *const subjects[] = { "Subject", "BehaviorSubject", "ReplaySubject", "AsyncSubject" };

static const struct operator_row *find_row(const char *name)
{
	for (size_t family = 0; family < LENGTH_OF(families); family++)
		for (const struct operator_row *row = families[family]; row->name != NULL; row++)
			if (strcmp(row->name, name) == 0)
				return row;
	return NULL;
}

bool operator_is_known(const char *name)
{
	for (size_t i = 0; i < LENGTH_OF(subjects); i++)
		if (strcmp(subjects[i], name) == 0)
			return true;
	return find_row(name) != NULL;
}

weir_observable *build(const struct scope *scope, weir_value expression)
{
	struct stage stage = { .scope = scope, .run = scope->run, .expression = expression };
	const struct operator_row *row;
	char name[64];

	weir_copy_string(weir_at(expression, 0), name, sizeof name);
	row = find_row(name);
	if (row == NULL) {
		run_fail(scope->run, "the driver does not know the operator %s", name);
		return weir_empty();
	}
	stage.asks_by_count = row->asks_by_count;
	return row->build(&stage);
}

weir_observable *build_input(const struct stage *stage, weir_value expression)
{
	weir_observable *input = build(stage->scope, expression);

	return stage->asks_by_count ? weir_on_overflow(input, WEIR_OVERFLOW_BUFFER, SIZE_MAX) : input;
}

weir_observable *operand(const struct stage *stage, size_t index)
{
	return build_input(stage, argument(stage, index));
}

static struct inputs build_inputs(const struct stage *stage, size_t index, bool with_source)
{
	weir_value list = argument(stage, index);
	struct weir_iterator iterator = weir_iterate(list);
	struct inputs inputs = { run_allocate(stage->run, (weir_length(list) + 1) * sizeof(weir_observable *)), 0 };
	weir_value expression;

	if (with_source)
		inputs.items[inputs.count++] = source(stage);
	while (weir_iterator_next(&iterator, NULL, &expression))
		inputs.items[inputs.count++] = build_input(stage, expression);
	return inputs;
}

struct inputs operands(const struct stage *stage, size_t index)
{
	return build_inputs(stage, index, false);
}

struct inputs source_and_operands(const struct stage *stage, size_t index)
{
	return build_inputs(stage, index, true);
}

struct weir_entry *entries(const struct stage *stage, size_t index)
{
	weir_value members = argument(stage, index);
	struct weir_iterator iterator = weir_iterate(members);
	struct weir_entry *list = run_allocate(stage->run, (weir_length(members) + 1) * sizeof *list);
	struct weir_entry *entry = list;
	weir_value key, expression;

	for (; weir_iterator_next(&iterator, &key, &expression); entry++) {
		char *name = run_allocate(stage->run, weir_length(key) + 1);

		weir_copy_string(key, name, weir_length(key) + 1);
		entry->name = name;
		entry->observable = build_input(stage, expression);
	}
	return list;
}

struct values arguments_from(const struct stage *stage, size_t index)
{
	struct values values = { 0 };

	for (; has_argument(stage, index); index++)
		values_add(&values, weir_retain(argument(stage, index)));
	return values;
}

struct named *find_named(struct run *run, weir_value name)
{
	char text[64];

	for (struct named *named = run->named; named != NULL; named = named->next)
		if (weir_equal(named->name, name))
			return named;
	weir_copy_string(name, text, sizeof text);
	run_fail(run, "no source is called %s", text);
	return NULL;
}
